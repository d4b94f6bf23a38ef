"""The desk of people: identity checks, agents, organisations, teams; and lists of people that cost the same."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import services
from accounts.models import Invitation, Organisation
from accounts.states import ClientRole, IdentityState, StaffRole
from accounts.tests.conftest import sent_check
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    OrganisationFactory,
    ProgrammeFactory,
    TeamMembershipFactory,
    client_actor,
    client_user,
    staff_user,
)
from core import clock
from core.ids import new_public_id

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


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


def test_on_a_phone_the_list_stands_first_while_nothing_is_chosen(client):
    check = sent_check()

    def hidden_there(address):
        return re.findall(
            r'<div class="min-w-0 max-lg:hidden">.*?(Choose [a-z ]+)', client.get(address).text, re.DOTALL
        )

    client.force_login(staff_user(StaffRole.CERTIFIER))
    assert hidden_there(reverse("desk:identity")) == ["Choose a check"]
    assert hidden_there(reverse("desk:identity_check", args=[check.public_id])) == []
    client.force_login(staff_user(StaffRole.FINANCE))
    assert hidden_there(reverse("desk:payouts")) == ["Choose a payout from the list"]


def test_queues_keep_what_stands_for_nothing_chosen_off_a_phone():
    shown = [
        template.name
        for template in (settings.BASE_DIR / "frontend/templates/desk").rglob("*.html")
        for slot in re.findall(r'<c-slot name="item">(.*?)</c-slot>', template.read_text(), re.DOTALL)
        if "<c-empty" in slot and "'Choose " in slot
    ]
    assert shown == []


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


@pytest.mark.parametrize("name", ["home", "find_work", "onboarding", "me"])
def test_a_suspended_agent_reads_why_and_since_when_and_is_offered_no_work(client, name):
    agent = AgentFactory()
    agent.suspended_at, agent.suspended_reason = datetime(2026, 11, 2, 9, tzinfo=UTC), "Shared a number."
    agent.save()
    client.force_login(agent.user)
    response = client.get(reverse(f"agent:{name}"))
    page = response.content.decode()
    assert response.status_code == 200
    for said in ("Your account is suspended", "Shared a number.", 'datetime="2026-11-02T09:00:00+00:00"'):
        assert said in page
    assert "The platform is open to you" not in page
    assert "You hold no block yet." not in page


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


def test_a_role_or_a_suspension_changes_only_after_a_question_that_names_who_and_what(client):
    agent = AgentFactory(nickname="Jasmine", user__display_name="Lin Yue")
    client.force_login(staff_user(StaffRole.OPERATOR))
    address = reverse("desk:person", args=[agent.user.public_id])

    def said(name, **values):
        answer = client.post(reverse(f"desk:person_{name}", args=[agent.user.public_id]), values, follow=True)
        return [str(message) for message in answer.context["messages"]]

    page = client.get(address).content.decode()
    assert page.count('data-opens="give-') == len(StaffRole)
    assert "Give Lin Yue the role Reviewer?" in page
    assert said("role_give", role="reviewer") == ["Lin Yue now has the role Reviewer."]
    page = client.get(address).content.decode()
    assert ('data-opens="take-reviewer"' in page, 'data-opens="give-reviewer"' in page) == (True, False)
    assert "Take the role Reviewer away from Lin Yue?" in page
    assert said("role_take", role="reviewer") == ["Lin Yue no longer has the role Reviewer."]
    answer = client.post(address, {"reason": "Shared a number."}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Lin Yue is suspended and is told the reason."]
    page = answer.content.decode()
    assert ('data-opens="reinstate"' in page, "Lift the suspension of Lin Yue?" in page) == (True, True)
    assert said("reinstate") == ["The suspension of Lin Yue is lifted."]


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
