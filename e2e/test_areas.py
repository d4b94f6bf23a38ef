"""The frames of the three areas one logs in for: navigation by phone, wide screen and keyboard."""

import pytest

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, MembershipFactory, staff_user


@pytest.fixture
def people(site_url):
    member = MembershipFactory()
    MembershipFactory(user=member.user)
    return {"agent": AgentFactory().user, "client": member.user, "desk": staff_user(*StaffRole)}


def test_menu_opens_on_a_phone_and_closes_with_escape(page_for, people):
    page = page_for(people["client"], width=360)
    page.goto("/client/")
    rail = page.locator("#area-nav")
    assert not rail.is_visible()
    page.get_by_role("button", name="Open menu").click()
    assert rail.is_visible()
    page.keyboard.press("Escape")
    assert not rail.is_visible()


def test_skip_link_is_the_first_stop(page_for, people):
    page = page_for(people["agent"])
    page.goto("/agent/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
