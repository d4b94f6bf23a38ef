"""The client's settings by page, invitations, and one's own settings."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import ApiKey, Invitation, Membership, User
from accounts.states import ClientRole
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    OrganisationFactory,
    ProgrammeFactory,
    UserFactory,
    client_actor,
    client_user,
)
from core import clock
from pay.tests.test_payouts import owed_earning
from tasks.tests.factories import ClaimFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


# -- Client --------------------------------------------------------------------------------------

CLIENT_PAGES = ["settings", "members", "programmes", "programme_new", "keys", "agreements"]


@pytest.mark.parametrize("name", CLIENT_PAGES)
def test_settings_open_for_owners_and_managers(client, name):
    organisation = OrganisationFactory()
    MembershipFactory(organisation=organisation)
    for role, status in {
        ClientRole.OWNER: 200,
        ClientRole.MANAGER: 200,
        ClientRole.SUPERVISOR: 403,
        ClientRole.ANALYST: 403,
    }.items():
        client.force_login(client_user(organisation, role))
        assert client.get(reverse(f"client:{name}")).status_code == status
    client.force_login(AgentFactory().user)
    assert client.get(reverse(f"client:{name}")).status_code == 404


@pytest.mark.slow
def test_an_owner_runs_the_settings(client):
    organisation = OrganisationFactory()
    owner = client_user(organisation)
    client.force_login(owner)
    client.post(
        reverse("client:settings"),
        {"name": "Kite", "alias": "A toy shop", "industry": "retail", "time_zone": "UTC", "hides_name": "on"},
    )
    organisation.refresh_from_db()
    assert (organisation.name, organisation.hides_name) == ("Kite", True)
    client.post(reverse("client:members"), {"email": "new@example.com", "role": "manager"})
    invitation = Invitation.objects.get()
    page = client.get(reverse("client:members")).content.decode()
    assert "new@example.com" in page
    twice = client.post(reverse("client:members"), {"email": "new@example.com", "role": "manager"})
    assert twice.status_code == 422
    client.post(reverse("client:invitation_revoke", args=[invitation.public_id]))
    member = MembershipFactory(organisation=organisation, role=ClientRole.ANALYST)
    client.post(reverse("client:member_role", args=[member.user.public_id]), {"role": "supervisor"})
    member.refresh_from_db()
    assert member.role == ClientRole.SUPERVISOR
    client.post(reverse("client:member_remove", args=[member.user.public_id]))
    assert not Membership.objects.filter(pk=member.pk).exists()
    last = client.post(reverse("client:member_remove", args=[owner.public_id]))
    assert last.status_code == 409
    values = {
        "name": "Tea",
        "industry": "food",
        "languages": ["en"],
        "time_zone": "UTC",
        "colour": "#112233",
        "allowed_origins": "https://shop.example\nhttps://www.shop.example/",
    }
    response = client.post(reverse("client:programme_new"), {**values, "allowed_origins": "shop"})
    assert "allowed_origins" in response.context["form"].errors
    response = client.post(reverse("client:programme_new"), values)
    page = client.get(response.url).content.decode()
    programme = organisation.programmes.get()
    assert (programme.site_key in page, f">{programme.public_id}</code>" in page) == (True, True)
    assert programme.allowed_origins == ["https://shop.example", "https://www.shop.example"]
    client.post(response.url, {**values, "name": "Coffee"})
    programme.refresh_from_db()
    assert programme.name == "Coffee"


def test_a_key_is_shown_this_once(client):
    client.force_login(client_user(OrganisationFactory()))
    response = client.post(reverse("client:keys"), {"name": "Shop", "scopes": ["tasks:read"]})
    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert secret not in client.get(reverse("client:keys")).content.decode()
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    client.post(reverse("client:key_revoke", args=[ApiKey.objects.get().public_id]))
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_the_same_form_makes_one_key_and_says_so(client):
    client.force_login(client_user(OrganisationFactory()))
    form = client.get(reverse("client:keys")).context["form"]
    sent = {"name": "Shop", "scopes": ["tasks:read"], "idempotency_key": form["idempotency_key"].value()}
    first, again = (client.post(reverse("client:keys"), sent) for _n in range(2))
    assert (bool(first.context["secret"]), again.context["secret"], ApiKey.objects.count()) == (True, "", 1)
    assert "No second key was made." in again.content.decode()
    assert again.context["form"]["idempotency_key"].value() not in ("", sent["idempotency_key"])


def test_another_client_s_things_are_not_there(client):
    mine, other = OrganisationFactory(), OrganisationFactory()
    client.force_login(client_user(mine))
    stranger = client_user(other)
    key, _secret = services.create_api_key(
        actor=client_actor(other), organisation=other, name="x", scopes=["tasks:read"], at=clock.now()
    )
    invitation = services.invite_member(
        actor=client_actor(other), organisation=other, email="a@example.com", role="analyst", at=clock.now()
    )
    programme = ProgrammeFactory(organisation=other)
    for name, public_id in [
        ("member_role", stranger.public_id),
        ("member_remove", stranger.public_id),
        ("invitation_revoke", invitation.public_id),
        ("key_revoke", key.public_id),
        ("programme", programme.public_id),
    ]:
        assert client.post(reverse(f"client:{name}", args=[public_id]), {"role": "owner"}).status_code == 404
    key.refresh_from_db()
    invitation.refresh_from_db()
    assert (key.revoked_at, invitation.revoked_at) == (None, None)
    assert other.memberships.count() == 3


# -- Invitations and one's own settings ----------------------------------------------------------


def test_an_invitation_link_works_for_its_address(client):
    organisation = OrganisationFactory(name="Lantern")
    invitation = services.invite_member(
        actor=client_actor(organisation),
        organisation=organisation,
        email="new@example.com",
        role="owner",
        at=clock.now(),
    )
    token = services.invitation_token(invitation=invitation)
    address = reverse("public:invitation", args=[token])
    assert "Lantern" in client.get(address).content.decode()
    client.force_login(UserFactory())
    assert "another address" in client.get(address).content.decode()
    assert client.post(reverse("public:invitation_accept", args=[token])).status_code == 403
    user = UserFactory(email="new@example.com")
    client.force_login(user)
    assert "Lantern" in client.get(reverse("public:invitations")).content.decode()
    response = client.post(reverse("public:invitation_accept_mine", args=[invitation.public_id]))
    assert response.url == reverse("client:home")
    assert Membership.objects.get(user=user).organisation == organisation
    assert "expired" in client.get(address).content.decode()
    assert client.get(reverse("public:invitation", args=["inv_x.y"])).status_code == 404


def test_what_one_came_for_is_asked_once(client):
    user = UserFactory()
    client.force_login(user)
    assert client.get(reverse("public:landing")).url == reverse("public:start")
    assert client.post(reverse("public:start"), {"purpose": "post"}).status_code == 422
    client.post(reverse("public:start"), {"purpose": "work"})
    assert client.get(reverse("public:landing")).url == reverse("agent:onboarding")


def test_settings_follow_at_once(client):
    user = UserFactory()
    client.force_login(user)
    values = {"display_name": "Mei", "language": "zh-hans", "time_zone": "UTC", "theme": "dark"}
    response = client.post(reverse("public:settings"), values, follow=True)
    page = response.content.decode()
    assert 'lang="zh-Hans"' in page
    assert "tideline-dark" in page
    assert client.post(reverse("public:settings"), {**values, "theme": "pink"}).status_code == 422
    export = client.get(reverse("public:own_data"))
    assert export.json()["person"]["name"] == "Mei"


def test_closing_the_account_needs_one_s_address(client):
    user = UserFactory()
    client.force_login(user)
    assert client.get(reverse("public:erase")).status_code == 200
    assert client.post(reverse("public:erase"), {"email": "other@example.com"}).status_code == 422
    assert client.post(reverse("public:erase"), {"email": user.email.upper()}).url == "/"
    assert not User.objects.get(pk=user.pk).is_active
    assert client.get(reverse("public:settings")).status_code == 302


def test_closing_the_account_says_before_what_is_still_owed(client):
    row = owed_earning()
    client.force_login(row.agent.user)
    page = client.get(reverse("public:erase")).content.decode()
    assert "Owed to you, not paid out" in page
    assert "15.00" in page
    assert "In review" not in page
    assert "Blocks that are coming" not in page
    other = ClaimFactory()
    client.force_login(other.agent.user)
    page = client.get(reverse("public:erase")).content.decode()
    assert "Blocks that are coming or not priced yet" in page
    assert "15.00" not in page
    client.force_login(AgentFactory().user)
    assert "Not yet" not in client.get(reverse("public:erase")).content.decode()
