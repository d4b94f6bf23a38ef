"""Persons: registration, settings, platform roles, suspension, teams, export and erasure."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts import selectors, services
from accounts.actors import PLATFORM, actor_for
from accounts.errors import (
    AlreadyInTeam,
    ErasureBlocked,
    LastOperator,
    NotOnboarded,
    RoleNeeded,
    SecondFactorNeeded,
    Suspended,
    TeamHasLead,
)
from accounts.models import StaffAssignment, User
from accounts.policies import require_onboarded, require_standing
from accounts.states import ClientRole, StaffRole, TeamRole
from accounts.tests.conftest import picture
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    OrganisationFactory,
    TeamFactory,
    TeamMembershipFactory,
    UserFactory,
    agent_actor,
    client_user,
    fresh_actor,
    staff_actor,
    staff_user,
)
from core import audit
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


def register(at, **changes):
    values = {"actor": PLATFORM, "email": "Mei@Example.com", "password": "calm-harbour-42", "display_name": "Mei"}
    return services.register_person(at=at, **{**values, **changes})


def test_a_registered_person_can_log_in_at_once(at, client):
    user = register(at)
    assert user.email == "mei@example.com"
    assert EmailAddress.objects.get(user=user).verified
    assert user.check_password("calm-harbour-42")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "TAKEN@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"language": "tlh"}, "language"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_a_bad_registration_is_refused_at_the_field(at, changes, field):
    UserFactory(email="taken@example.com")
    with pytest.raises(Invalid) as caught:
        register(at, **changes)
    assert list(caught.value.fields) == [field]
    assert User.objects.count() == 1


def test_settings_are_one_s_own(at):
    user = UserFactory()
    services.update_personal_settings(
        actor=fresh_actor(user), display_name=" Mei ", language="zh-hans", time_zone="UTC", theme="dark", at=at
    )
    user.refresh_from_db()
    assert (user.display_name, user.language, user.time_zone, user.theme) == ("Mei", "zh-hans", "UTC", "dark")
    with pytest.raises(Invalid) as caught:
        services.update_personal_settings(
            actor=fresh_actor(user), display_name="", language="x", time_zone="x", theme="x", at=at
        )
    assert list(caught.value.fields) == ["display_name"]


def test_platform_roles_are_given_and_taken_by_operators_with_a_second_factor(at):
    operator, user = staff_actor(StaffRole.OPERATOR), UserFactory()
    for _twice in range(2):
        services.assign_staff_role(actor=operator, user=user, role=StaffRole.REVIEWER, at=at)
    assert fresh_actor(user).staff_roles == {StaffRole.REVIEWER}
    with pytest.raises(RoleNeeded):
        services.assign_staff_role(actor=fresh_actor(user), user=user, role=StaffRole.FINANCE, at=at)
    with pytest.raises(SecondFactorNeeded):
        services.assign_staff_role(
            actor=staff_actor(StaffRole.OPERATOR, mfa=False), user=user, role=StaffRole.FINANCE, at=at
        )
    oneself = User.objects.get(pk=operator.user_id)
    with pytest.raises(NotAllowed):
        services.assign_staff_role(actor=operator, user=oneself, role=StaffRole.FINANCE, at=at)
    assert fresh_actor(oneself).staff_roles == {StaffRole.OPERATOR}
    services.withdraw_staff_role(actor=operator, user=user, role=StaffRole.REVIEWER, at=at)
    with pytest.raises(NotFound):
        services.withdraw_staff_role(actor=operator, user=user, role=StaffRole.REVIEWER, at=at)
    assert fresh_actor(user).staff_roles == set()


def test_the_last_operator_stays(at):
    user = staff_user(StaffRole.OPERATOR)
    with pytest.raises(LastOperator):
        services.withdraw_staff_role(actor=fresh_actor(user), user=user, role=StaffRole.OPERATOR, at=at)
    assert StaffAssignment.objects.count() == 1


def test_suspension_closes_work_and_is_lifted(at):
    agent, operator = AgentFactory(), staff_actor(StaffRole.OPERATOR)
    with pytest.raises(Invalid):
        services.suspend_agent(actor=operator, agent=agent, reason=" ", at=at)
    services.suspend_agent(actor=operator, agent=agent, reason="Shared a customer's number.", at=at)
    with pytest.raises(Suspended):
        require_onboarded(agent_actor(agent))
    with pytest.raises(Conflict):
        services.suspend_agent(actor=operator, agent=agent, reason="Again.", at=at)
    services.reinstate_agent(actor=operator, agent=agent, at=at)
    require_onboarded(agent_actor(agent))
    with pytest.raises(Conflict):
        services.reinstate_agent(actor=operator, agent=agent, at=at)
    with pytest.raises(RoleNeeded):
        services.suspend_agent(actor=staff_actor(StaffRole.TRAINER), agent=agent, reason="x", at=at)


@pytest.mark.parametrize("suspended", [True, False])
@pytest.mark.parametrize("onboarded", [True, False])
def test_an_actor_and_a_row_are_refused_alike(at, onboarded, suspended):
    agent = AgentFactory()
    agent.onboarded_at, agent.suspended_at = at if onboarded else None, at if suspended else None
    agent.suspended_reason = "Rude." if suspended else ""
    agent.save(update_fields=["onboarded_at", "suspended_at", "suspended_reason"])
    refusals = []
    for require, who in ((require_onboarded, agent_actor(agent)), (require_standing, agent)):
        try:
            refusals.append(require(who))
        except NotAllowed as refused:
            refusals.append(type(refused))
    expected = Suspended if suspended else None if onboarded else NotOnboarded
    assert refusals == [expected, expected]


# -- Teams ---------------------------------------------------------------------------------------


def test_agents_join_one_team_and_leave_it(at):
    team = services.create_team(actor=staff_actor(StaffRole.OPERATOR), name="West Lake", region="Zhejiang", at=at)
    agent = AgentFactory()
    membership = services.join_team(actor=agent_actor(agent), team=team, agent=agent, at=at)
    with pytest.raises(AlreadyInTeam):
        services.join_team(actor=agent_actor(agent), team=TeamFactory(), agent=agent, at=at)
    with pytest.raises(NotFound):
        services.join_team(actor=agent_actor(agent), team=team, agent=AgentFactory(), at=at)
    with pytest.raises(NotFound):
        services.leave_team(actor=agent_actor(AgentFactory()), membership=membership, at=at)
    services.leave_team(actor=agent_actor(agent), membership=membership, at=at)
    assert list(team.memberships.all()) == []
    new = NewAgentFactory()
    with pytest.raises(NotOnboarded):
        services.join_team(actor=agent_actor(new), team=team, agent=new, at=at)


def test_a_team_has_one_lead_who_sees_its_agents(at):
    operator, lead, member, stranger = staff_actor(StaffRole.OPERATOR), AgentFactory(), AgentFactory(), AgentFactory()
    team = TeamFactory()
    services.join_team(actor=operator, team=team, agent=lead, role=TeamRole.LEAD, at=at)
    services.join_team(actor=operator, team=team, agent=member, at=at)
    with pytest.raises(TeamHasLead):
        services.join_team(actor=operator, team=team, agent=stranger, role=TeamRole.LEAD, at=at)
    assert selectors.agent_by_public_id(member.public_id, actor=agent_actor(lead)) == member
    with pytest.raises(NotFound):
        selectors.agent_by_public_id(stranger.public_id, actor=agent_actor(lead))
    with pytest.raises(NotFound):
        selectors.agent_by_public_id(lead.public_id, actor=agent_actor(member))


def test_teams_are_listed_with_their_size(at, django_assert_num_queries):
    TeamMembershipFactory.create_batch(2, team=TeamFactory(name="A"))
    TeamFactory(name="B")
    actor = agent_actor(AgentFactory())
    with django_assert_num_queries(1):
        assert [(t.name, t.size) for t in selectors.teams_for(actor)] == [("A", 2), ("B", 0)]
    assert list(selectors.teams_for(fresh_actor(UserFactory()))) == []
    operator = staff_actor(StaffRole.OPERATOR)
    with pytest.raises(Invalid):
        services.create_team(actor=operator, name="A", region="", at=at)
    with pytest.raises(Invalid):
        services.create_team(actor=operator, name="C", region="Atlantis", at=at)


# -- The operator's list -------------------------------------------------------------------------


def test_people_are_found_by_name_address_and_kind():
    operator = staff_actor(StaffRole.OPERATOR)
    agent = AgentFactory(nickname="Jasmine")
    member = client_user(OrganisationFactory())
    found = lambda **query: list(selectors.people(actor=operator, **query))  # noqa: E731
    assert found(search="jasm") == [agent.user]
    assert found(search=agent.public_id) == [agent.user]
    assert found(search=member.email.upper()) == [member]
    assert found(kind="agent") == [agent.user]
    assert found(kind="client") == [member]
    assert [u.pk for u in found(kind="staff")] == [operator.user_id]
    assert found(kind="suspended") == []
    assert len(found()) == 3
    with pytest.raises(RoleNeeded):
        selectors.people(actor=staff_actor(StaffRole.REVIEWER))


# -- One's own data ------------------------------------------------------------------------------


def test_everything_about_oneself_is_exported(monkeypatch, at):
    from accounts.selectors import data_rights

    monkeypatch.setattr(data_rights, "_exports", {})
    selectors.register_export("claims", lambda *, actor, at: {"of": actor.agent_id}, "Claims")
    agent = AgentFactory()
    data = selectors.own_data(actor=agent_actor(agent), at=at)
    assert data["person"]["email"] == agent.user.email
    assert data["agent"]["identity"]["state"] == "approved"
    assert [c["kind"] for c in data["consents"]] == ["agreement", "nda"]
    assert data["claims"] == {"of": agent.pk}
    assert data["made_at"] == at.isoformat()


def test_erasure_leaves_a_pseudonym_and_a_whole_audit_chain(at, django_capture_on_commit_callbacks):
    agent = AgentFactory(region="Zhejiang")
    check = agent.identity_check
    type(check).objects.filter(pk=check.pk).update(state="rejected", reason="Blurred.")
    document = services.upload_identity_document(
        actor=agent_actor(agent), agent=agent, side="front", file=io.BytesIO(picture()), at=at
    )
    email = agent.user.email
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_person(actor=agent_actor(agent), user=agent.user, at=at)
    user = User.objects.get(pk=agent.user_id)
    agent.refresh_from_db()
    assert user.email == f"{user.public_id}@erased.invalid"
    assert (user.display_name, user.is_active, user.has_usable_password()) == ("", False, False)
    assert email not in str(list(User.objects.values())) + str(list(EmailAddress.objects.values()))
    assert (agent.region, agent.onboarded_at) == ("", None)
    assert not default_storage.exists(document.file.name)
    assert not actor_for(user).is_authenticated
    assert user.consents.count() == 2
    assert list(audit.verify()) == []


def test_erasure_waits_for_a_successor(at):
    owner = MembershipFactory(role=ClientRole.OWNER)
    with pytest.raises(ErasureBlocked):
        services.erase_person(actor=fresh_actor(owner.user), user=owner.user, at=at)
    operator = staff_user(StaffRole.OPERATOR)
    with pytest.raises(ErasureBlocked):
        services.erase_person(actor=fresh_actor(operator), user=operator, at=at)
    with pytest.raises(RoleNeeded):
        services.erase_person(actor=fresh_actor(UserFactory()), user=owner.user, at=at)
    MembershipFactory(organisation=owner.organisation, role=ClientRole.OWNER)
    services.erase_person(actor=fresh_actor(owner.user), user=owner.user, at=at)
    assert owner.organisation.memberships.count() == 1


def test_the_first_operator_is_appointed_by_command(capsys):
    user = UserFactory()
    call_command("appoint", user.email.upper(), "operator")
    call_command("appoint", user.email, "operator")
    assert [a.role for a in user.staff_assignments.all()] == ["operator"]
    entry = AuditEntry.objects.get(action="accounts.assign_staff_role")
    assert (entry.subject, entry.actor) == (user.public_id, "platform")
    with pytest.raises(CommandError, match="Nobody has signed up as stranger"):
        call_command("appoint", "stranger@example.com", "operator")
