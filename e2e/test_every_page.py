"""Every page one can reach by links: it answers, axe finds nothing, nothing scrolls sideways."""

import pytest

from accounts.states import StaffRole
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    ProgrammeFactory,
    give_second_factor,
    staff_user,
)
from e2e.crawl import crawl


def _agent():
    return AgentFactory().user


def _newcomer():
    return NewAgentFactory().user


def _client():
    member = MembershipFactory()
    ProgrammeFactory(organisation=member.organisation)
    give_second_factor(member.user)
    return member.user


def _staff():
    return staff_user(*StaffRole)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "language", "scheme"), [(360, "zh-hans", "dark"), (1440, "en", "light")])
@pytest.mark.parametrize(
    ("make", "start"), [(_agent, "/agent/"), (_newcomer, "/agent/"), (_client, "/client/"), (_staff, "/desk/")]
)
def test_every_page_of_an_area(page_for, assert_accessible, assert_fits, make, start, width, language, scheme):
    page = page_for(make(), width=width, language=language, scheme=scheme)
    for _address in crawl(page, start, (start,)):
        assert_fits(page)
        assert_accessible(page)
