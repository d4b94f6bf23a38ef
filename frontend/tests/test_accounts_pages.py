"""The pages of people and organisations: each renders, refuses at the field, and costs the same however long."""

import io
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import services
from accounts.models import ApiKey, IdentityCheck, IdentityDocument, Invitation, Membership, Organisation, User
from accounts.states import AgreementKind, ClientRole, IdentityState, StaffRole
from accounts.tests.conftest import picture
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    TeamFactory,
    TeamMembershipFactory,
    UserFactory,
    agent_actor,
    client_actor,
    client_user,
    legal_text,
    staff_user,
)
from core import clock
from core.ids import new_public_id
from core.models import AuditEntry
from pay.tests.test_payouts import owed_earning
from tasks.tests.factories import ClaimFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def sent_check(agent=None):
    agent = agent or NewAgentFactory()
    IdentityCheck.objects.get_or_create(agent=agent)
    actor = agent_actor(agent)
    for side in ("front", "selfie"):
        services.upload_identity_document(actor=actor, agent=agent, side=side, file=io.BytesIO(picture()), at=AT)
    return services.submit_identity(actor=actor, agent=agent, legal_name="Lin", document_kind="passport", at=AT)


# -- Agent ---------------------------------------------------------------------------------------

AGENT_PAGES = [
    "onboarding",
    "onboarding_profile",
    "onboarding_identity",
    "onboarding_agreements",
    "onboarding_equipment",
    "me",
    "teams",
]


@pytest.mark.parametrize("name", AGENT_PAGES)
def test_agent_pages_open(client, name):
    legal_text(AgreementKind.AGREEMENT)
    for make, language, tag in [(NewAgentFactory, "en", "en"), (AgentFactory, "zh-hans", "zh-Hans")]:
        client.force_login(make().user)
        client.cookies["django_language"] = language
        response = client.get(reverse(f"agent:{name}"))
        assert response.status_code == 200
        assert f'lang="{tag}"' in response.content.decode()


def test_the_whole_checklist_by_page(client):
    texts = [legal_text(AgreementKind.AGREEMENT), legal_text(AgreementKind.NDA)]
    agent = NewAgentFactory()
    client.force_login(agent.user)
    response = client.post(
        reverse("agent:onboarding_profile"),
        {
            "nickname": "Xiao Lin",
            "languages": ["en"],
            "region": "Zhejiang",
            "mon_from": "19:00",
            "mon_to": "00:00",
            "tue_from": "22:00",
            "tue_to": "02:00",
        },
    )
    assert response.url == reverse("agent:onboarding")
    for side in ("front", "selfie"):
        file = SimpleUploadedFile("../../etc/passwd.svg", picture(), content_type="image/svg+xml")
        response = client.post(reverse("agent:onboarding_upload"), {"side": side, "file": file})
        assert response.url == reverse("agent:onboarding_identity")
    client.post(reverse("agent:onboarding_identity"), {"legal_name": "Lin", "document_kind": "passport"})
    for text in texts:
        address = reverse("agent:onboarding_agreement", args=[text.public_id])
        assert text.body in client.get(address).content.decode()
        client.post(address, {"agree": "on"})
    client.post(reverse("agent:onboarding_equipment"), {"browser": "x", "round_trip_ms": "35", "microphone": "on"})
    agent.refresh_from_db()
    assert agent.availability == {"mon": [["19:00", "24:00"]], "tue": [["22:00", "02:00"]]}
    assert agent.equipment == {"browser": "x", "round_trip_ms": 35, "microphone": True}
    assert agent.user.consents.count() == 2
    assert agent.identity_check.state == IdentityState.SUBMITTED
    assert agent.onboarded_at is None
    services.decide_identity(actor=_certifier_actor(), check=agent.identity_check, approve=True, at=AT)
    agent.refresh_from_db()
    assert agent.onboarded_at == AT
    assert "open to you" in client.get(reverse("agent:onboarding")).content.decode()


def test_a_service_name_is_chosen_and_never_the_name_signed_up_with(client):
    agent = NewAgentFactory(nickname="Lin Xiaoyu")
    client.force_login(agent.user)
    address = reverse("agent:onboarding_profile")
    assert client.get(address).context["form"]["nickname"].value() == ""
    client.post(address, {"nickname": "Mei", "languages": ["en"], "region": "Zhejiang"})
    assert client.get(address).context["form"]["nickname"].value() == "Mei"


def test_the_name_for_the_check_is_kept_while_pictures_are_sent_as_they_are_chosen(client):
    client.force_login(NewAgentFactory().user)
    page = client.get(reverse("agent:onboarding_identity")).content.decode()
    assert page.count("data-sends") == 3
    assert page.count('<tide-form draft="identity"') == 1


def _certifier_actor():
    from accounts.tests.factories import staff_actor

    return staff_actor(StaffRole.CERTIFIER)


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("onboarding_profile", {"nickname": "", "languages": [], "region": ""}, "nickname"),
        ("onboarding_profile", {"nickname": "Lin", "languages": ["xx"], "region": "Anhui"}, "languages"),
        (
            "onboarding_profile",
            {"nickname": "Lin", "languages": ["en"], "region": "Anhui", "tue_from": "12:00", "tue_to": "12:00"},
            "tue_to",
        ),
        ("onboarding_identity", {"legal_name": "", "document_kind": ""}, "legal_name"),
        ("onboarding_equipment", {"browser": "x"}, "round_trip_ms"),
        ("onboarding_equipment", {"browser": "x", "round_trip_ms": "9000"}, "round_trip_ms"),
    ],
)
def test_agent_forms_refuse_at_the_field_and_keep_what_was_typed(client, name, values, field):
    agent = NewAgentFactory()
    client.force_login(agent.user)
    response = client.post(reverse(f"agent:{name}"), values)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    agent.refresh_from_db()
    assert (agent.profile_completed_at, agent.equipment_checked_at) == (None, None)


@pytest.mark.parametrize(("begin", "end"), [("22:00", "02:00"), ("00:00", "00:00"), ("19:00", "00:00")])
def test_usual_hours_come_back_as_they_were_written(client, begin, end):
    client.force_login(NewAgentFactory().user)
    address = reverse("agent:onboarding_profile")
    typed = {"nickname": "Mei", "languages": ["en"], "region": "Anhui", "tue_from": begin, "tue_to": end}
    assert client.post(address, typed).status_code == 302
    form = client.get(address).context["form"]
    assert (form["tue_from"].value(), form["tue_to"].value()) == (begin, end)


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", picture()[:300], b"x" * 9_000_000])
def test_a_hostile_upload_is_refused_at_the_field(client, data):
    agent = NewAgentFactory()
    client.force_login(agent.user)
    file = SimpleUploadedFile("a.jpg", data, content_type="image/jpeg")
    response = client.post(reverse("agent:onboarding_upload"), {"side": "front", "file": file})
    assert response.status_code == 422
    assert response.context["refused"].errors["file"]
    assert not IdentityDocument.objects.exists()


def test_documents_sent_again_while_they_are_looked_at_are_refused_with_the_reason(client):
    client.force_login(NewAgentFactory().user)
    upload, identity = reverse("agent:onboarding_upload"), reverse("agent:onboarding_identity")
    for side in ("front", "selfie"):
        client.post(upload, {"side": side, "file": SimpleUploadedFile("a.jpg", picture())})
    assert client.post(identity, {"legal_name": "Lin", "document_kind": "passport"}).status_code == 302
    picture_again = {"side": "front", "file": SimpleUploadedFile("a.jpg", picture())}
    for address, sent in ((upload, picture_again), (identity, {"legal_name": "Lin Xiao", "document_kind": "id_card"})):
        response = client.post(address, sent)
        assert response.status_code == 422
        assert "The check has been sent" in response.content.decode()
    text = response.content.decode().split("<main")[1]
    assert ("Lin Xiao" in text, "Identity card" in text, "<form" in text) == (True, True, False)


@pytest.mark.parametrize("sent", [{}, {"side": "above"}])
def test_a_picture_of_no_side_is_refused_with_the_reason(client, sent):
    client.force_login(NewAgentFactory().user)
    file = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    response = client.post(reverse("agent:onboarding_upload"), {**sent, "file": file})
    assert response.status_code == 422
    assert "which side the picture shows" in response.content.decode()
    assert not IdentityDocument.objects.exists()


def test_a_team_is_joined_and_left(client):
    team, agent = TeamFactory(), AgentFactory()
    client.force_login(agent.user)
    client.post(reverse("agent:team_join", args=[team.public_id]))
    assert client.get(reverse("agent:team", args=[team.public_id])).status_code == 200
    assert team.memberships.count() == 1
    client.post(reverse("agent:team_leave"))
    assert team.memberships.count() == 0


# -- Pictures ------------------------------------------------------------------------------------


def test_identity_pictures_open_for_their_agent_and_certifiers_only(client):
    check = sent_check()
    document = check.documents.first()
    address = reverse("public:identity_picture", args=[document.public_id])
    assert client.get(address).status_code == 302
    for user in (UserFactory(), AgentFactory().user, client_user(OrganisationFactory()), staff_user(StaffRole.TRAINER)):
        client.force_login(user)
        assert client.get(address).status_code == 404
    client.force_login(check.agent.user)
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert not AuditEntry.objects.filter(action="accounts.open_identity_document").exists()
    client.force_login(staff_user(StaffRole.CERTIFIER))
    assert client.get(address).status_code == 200
    assert AuditEntry.objects.filter(action="accounts.open_identity_document").count() == 1


# -- Desk ----------------------------------------------------------------------------------------


def test_a_certifier_works_through_the_queue_and_can_take_a_decision_back(client):
    first, second = sent_check(), sent_check()
    client.force_login(staff_user(StaffRole.CERTIFIER))
    assert client.get(reverse("desk:identity")).status_code == 200
    address = reverse("desk:identity_check", args=[first.public_id])
    page = client.get(address).content.decode()
    assert ("Photo of the person" in page, "Photo of you" in page) == (True, False)
    assert client.get(address).status_code == 200
    response = client.post(address, {"reason": ""})
    assert (response.status_code, "reason" in response.context["form"].errors) == (422, True)
    response = client.post(address, {"reason": "Blurred."})
    assert response.url == reverse("desk:identity_check", args=[second.public_id])
    page = client.get(response.url).content.decode()
    assert ("Undo" in page, f"{first.agent.nickname} is refused" in page) == (True, True)
    client.post(reverse("desk:identity_undo", args=[first.public_id]))
    first.refresh_from_db()
    assert first.state == IdentityState.SUBMITTED
    response = client.post(reverse("desk:identity_approve", args=[first.public_id]))
    first.refresh_from_db()
    assert first.state == IdentityState.APPROVED
    again = client.post(reverse("desk:identity_approve", args=[first.public_id]))
    assert again.status_code == 409
    for state in ("approved", "rejected", "nonsense"):
        assert client.get(reverse("desk:identity"), {"state": state}).status_code == 200


def test_who_does_not_decide_is_told_who_does_and_no_keys_for_it(client):
    check = sent_check()
    client.force_login(staff_user(StaffRole.OPERATOR))
    page = client.get(reverse("desk:identity_check", args=[check.public_id])).content.decode()
    assert ("A certifier decides it." in page, ">refuse" in page or "</kbd> refuse" in page) == (True, False)


def test_without_a_second_factor_a_certifier_is_led_to_one_and_back(client):
    check = sent_check()
    user = staff_user(StaffRole.CERTIFIER, mfa=False)
    client.force_login(user)
    address = reverse("desk:identity_check", args=[check.public_id])
    response = client.get(address)
    assert response.status_code == 302
    assert response.url == reverse("public:second_factor") + f"?next={address.replace('/', '%2F')}"
    page = client.get(response.url)
    assert "second factor" in page.content.decode()
    from accounts.tests.factories import give_second_factor

    give_second_factor(user)
    assert client.get(reverse("public:second_factor")).url == address
    assert client.get(address).status_code == 200


def test_the_second_factor_page_leads_nowhere_else(client):
    client.force_login(staff_user(StaffRole.CERTIFIER))
    assert client.get(reverse("public:second_factor"), {"next": "https://evil.example/"}).url == "/"


def test_an_operator_finds_suspends_and_gives_roles(client):
    agent = AgentFactory(nickname="Jasmine")
    client.force_login(staff_user(StaffRole.OPERATOR))
    assert agent.user.email in client.get(reverse("desk:people"), {"search": "jasm"}).content.decode()
    address = reverse("desk:person", args=[agent.user.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Shared a number."})
    agent.refresh_from_db()
    assert agent.suspended_reason == "Shared a number."
    assert "Shared a number." in client.get(address).content.decode()
    client.post(reverse("desk:person_reinstate", args=[agent.user.public_id]))
    client.post(reverse("desk:person_role_give", args=[agent.user.public_id]), {"role": "reviewer"})
    assert agent.user.staff_assignments.get().role == "reviewer"
    client.post(reverse("desk:person_role_take", args=[agent.user.public_id]), {"role": "reviewer"})
    assert not agent.user.staff_assignments.exists()
    client.post(reverse("desk:person_role_give", args=[agent.user.public_id]), {"role": "king"})
    assert not agent.user.staff_assignments.exists()


def test_an_operator_opens_an_organisation_a_team_and_publishes(client):
    client.force_login(staff_user(StaffRole.OPERATOR))
    for name in ("organisations", "organisation_new", "agreements", "teams"):
        assert client.get(reverse(f"desk:{name}")).status_code == 200
    values = {
        "name": "Lantern",
        "alias": "A tea shop",
        "owner_email": "owner@example.com",
        "industry": "food",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
    }
    response = client.post(reverse("desk:organisation_new"), {**values, "owner_email": "no"})
    assert "owner_email" in response.context["form"].errors
    assert not Organisation.objects.exists()
    response = client.post(reverse("desk:organisation_new"), values)
    assert client.get(response.url).status_code == 200
    assert Invitation.objects.get().role == ClientRole.OWNER
    client.post(reverse("desk:teams"), {"name": "West Lake", "region": "Zhejiang", "about": ""})
    assert "West Lake" in client.get(reverse("desk:teams")).content.decode()
    body = "You work with care and keep what you learn to yourself."
    client.post(reverse("desk:agreements"), {"kind": "nda", "title_en": "NDA", "body_en": body})
    assert body in client.get(reverse("desk:agreements")).content.decode()


@pytest.mark.parametrize("role", [r for r in StaffRole if r not in {StaffRole.OPERATOR, StaffRole.AUDITOR}])
def test_other_staff_do_not_see_people(client, role):
    client.force_login(staff_user(role))
    assert client.get(reverse("desk:people")).status_code == 403
    assert client.get(reverse("desk:agreements")).status_code == 403


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


# -- Lists cost the same however long ------------------------------------------------------------


def _make_identity(n):
    for _n in range(n):
        sent_check()


def _make_members(n, organisation):
    for _n in range(n):
        MembershipFactory(organisation=organisation, role=ClientRole.ANALYST)
        ProgrammeFactory(organisation=organisation)
        services.invite_member(
            actor=client_actor(organisation),
            organisation=organisation,
            email=f"{new_public_id('inv')}@example.com",
            role="analyst",
            at=clock.now(),
        )
        services.create_api_key(
            actor=client_actor(organisation), organisation=organisation, name="k", scopes=["tasks:read"], at=clock.now()
        )


def _make_people(n):
    for _n in range(n):
        TeamMembershipFactory()
        MembershipFactory()
        staff_user(StaffRole.TRAINER)


LISTS = {
    "desk:identity": (StaffRole.CERTIFIER, _make_identity),
    "desk:people": (StaffRole.OPERATOR, _make_people),
    "desk:organisations": (StaffRole.OPERATOR, _make_people),
    "desk:teams": (StaffRole.OPERATOR, _make_people),
    "client:members": (None, _make_members),
    "client:programmes": (None, _make_members),
    "client:keys": (None, _make_members),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_however_long(client, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    role, make = LISTS[name]
    costs = []
    organisation = OrganisationFactory()
    user = staff_user(role) if role else client_user(organisation)
    client.force_login(user)
    extra = () if role else (organisation,)
    for rows in (1, 2):  # one row, then three
        make(rows, *extra)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
