"""Every policy against every kind of actor: one table, read as it stands."""

import pytest

from accounts import policies
from accounts.actors import ANONYMOUS, PLATFORM, actor_for, actor_for_key
from accounts.models import ApiKey, IdentityDocument
from accounts.states import ClientRole, Scope, StaffRole, TeamRole
from accounts.tests.conftest import AT
from accounts.tests.factories import (
    AgentFactory,
    NewAgentFactory,
    OrganisationFactory,
    TeamMembershipFactory,
    UserFactory,
    agent_actor,
    client_actor,
    staff_actor,
)
from core.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    organisation, other = OrganisationFactory(), OrganisationFactory()
    membership = TeamMembershipFactory()
    lead = TeamMembershipFactory(team=membership.team, role=TeamRole.LEAD).agent
    agent = membership.agent
    document = IdentityDocument.objects.create(
        check_of=agent.identity_check,
        side="front",
        file="x",
        media_type="image/png",
        size_bytes=1,
        sha256="",
        uploaded_at=AT,
    )
    suspended = AgentFactory(suspended_at=AT, suspended_reason="x")
    key = ApiKey.objects.create(
        organisation=organisation,
        name="k",
        prefix="p",
        key_hash="h",
        scopes=[Scope.TASKS_READ],
        created_by=UserFactory(),
        created_at=AT,
    )
    actors = {
        "nobody": ANONYMOUS,
        "platform": PLATFORM,
        "person": actor_for(UserFactory()),
        "agent": agent_actor(agent),
        "other agent": agent_actor(AgentFactory()),
        "new agent": agent_actor(NewAgentFactory()),
        "suspended": agent_actor(suspended),
        "lead": agent_actor(lead),
        "key": actor_for_key(key),
        "stranger owner": client_actor(other),
        "owner without factor": client_actor(organisation, mfa=False),
        "certifier without factor": staff_actor(StaffRole.CERTIFIER, mfa=False),
    }
    actors |= {str(role): client_actor(organisation, role) for role in ClientRole}
    actors |= {str(role): staff_actor(role) for role in StaffRole}
    return {"actors": actors, "organisation": organisation, "agent": agent, "document": document}


STAFF = {str(role) for role in StaffRole} | {"certifier without factor"}
AGENTS = {"agent", "other agent", "new agent", "suspended", "lead"}
MEMBERS = {str(role) for role in ClientRole} | {"owner without factor", "key"}
MATRIX = {
    "person": (lambda a, w: policies.require_person(a), None),
    "agent": (lambda a, w: policies.require_agent(a), AGENTS),
    "onboarded": (lambda a, w: policies.require_onboarded(a), {"agent", "other agent", "lead"}),
    "client": (lambda a, w: policies.require_client(a, w["organisation"]), MEMBERS),
    "client editor": (
        lambda a, w: policies.require_client(a, w["organisation"], *policies.CLIENT_EDITORS),
        {"owner", "manager", "owner without factor", "key"},
    ),
    "client read scope": (
        lambda a, w: policies.require_client(a, w["organisation"], scope=Scope.TASKS_READ),
        MEMBERS,
    ),
    "client write scope": (
        lambda a, w: policies.require_client(a, w["organisation"], scope=Scope.TASKS_WRITE),
        MEMBERS - {"key"},
    ),
    "staff": (lambda a, w: policies.require_staff(a), STAFF),
    "finance": (lambda a, w: policies.require_staff(a, StaffRole.FINANCE), {"finance"}),
    "document": (
        lambda a, w: policies.require_see_document(a, w["document"]),
        {"agent", "certifier", "operator"},
    ),
    "decide": (
        lambda a, w: policies.require_decide_identity(a, w["agent"].identity_check),
        {"certifier"},
    ),
    "mfa": (lambda a, w: policies.require_mfa(a), "all but without factor"),
    "see agent": (
        lambda a, w: None if policies.can_see_agent(a, w["agent"]) else 1 / 0,
        STAFF | {"agent", "lead"},
    ),
}


@pytest.mark.parametrize("policy", MATRIX)
def test_the_matrix(world, policy):
    check, allowed = MATRIX[policy]
    names = set(world["actors"])
    if allowed is None:
        allowed = names - {"nobody", "key", "platform"}
    elif allowed == "all but without factor":
        allowed = names - {"owner without factor", "certifier without factor"}
    passed = set()
    for name, actor in world["actors"].items():
        try:
            check(actor, world)
        except (DomainError, ZeroDivisionError):
            continue
        passed.add(name)
    assert passed == set(allowed) | {"platform"}


def test_strangers_are_not_told_that_an_organisation_exists(world):
    def code(name):
        with pytest.raises(DomainError) as caught:
            policies.require_client(world["actors"][name], world["organisation"], ClientRole.OWNER)
        return caught.value.code

    assert {code(n) for n in ("nobody", "person", "agent", "stranger owner", "operator")} >= {"core.not_found"}
    assert code("stranger owner") == "core.not_found"
    assert code("analyst") == "accounts.role_needed"
