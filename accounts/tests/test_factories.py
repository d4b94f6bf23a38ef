"""The factories make what they say, for every app's tests."""

import pytest

from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import (
    AgentFactory,
    NewAgentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    agent_actor,
    client_actor,
    many_agents,
    staff_actor,
)

pytestmark = pytest.mark.django_db


def test_agent_factory_makes_an_agent_who_may_work():
    actor = agent_actor(AgentFactory())
    assert (actor.is_onboarded, actor.is_suspended, actor.has_mfa) == (True, False, False)
    assert agent_actor(NewAgentFactory()).is_onboarded is False


def test_actors_carry_roles_and_a_second_factor():
    organisation = ProgrammeFactory().organisation
    actor = client_actor(organisation, ClientRole.ANALYST)
    assert actor.is_client(organisation.pk, ClientRole.ANALYST)
    assert not actor.is_client(OrganisationFactory().pk)
    assert actor.has_mfa
    staff = staff_actor(StaffRole.CERTIFIER, StaffRole.FINANCE)
    assert staff.staff_roles == {StaffRole.CERTIFIER, StaffRole.FINANCE}


def test_many_agents_are_ready():
    agents = many_agents(3)
    assert [agent_actor(agent).is_onboarded for agent in agents] == [True, True, True]
