"""The web process killed in mid-conversation and started again: both browsers end with the same, whole transcript."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from e2e import assets, server
from e2e.chain.serve import say_as_agent, say_as_customer, texts
from e2e.shop import Shop
from e2e.test_conversation import begin, take
from live.models import Message
from live.tests.factories import Floor

RECONNECTED_MS = 30_000


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[server.Site]:
    """A site of its own, for it dies."""
    assets.ensure_built()
    with server.serve(tmp_path) as running:
        yield running


def test_both_browsers_end_with_the_whole_conversation_when_the_web_is_killed(
    page_for: Callable[..., Any], shop: Shop, staffed: Floor, site: server.Site
) -> None:
    customer, agent = page_for(width=1000), page_for(staffed.agents[0].user)
    begin(customer, shop, "one")
    take(agent)
    expect(agent.locator("[data-author=customer]")).to_have_count(1)
    say_as_agent(agent, "two")
    expect(customer.locator("[data-author=agent]")).to_have_count(1)
    site.kill()
    say_as_customer(customer, "three")
    say_as_agent(agent, "four")
    site.start()
    for page in (customer, agent):
        expect(page.locator("[data-author] p")).to_have_count(4, timeout=RECONNECTED_MS)
    say_as_customer(customer, "five")
    site.kill()  # again, this time with a message on its way
    site.start()
    say_as_agent(agent, "six")
    for page in (customer, agent):
        expect(page.locator("[data-author] p")).to_have_count(6, timeout=RECONNECTED_MS)
    stored = list(Message.objects.exclude(author="system").order_by("seq").values_list("body", flat=True))
    assert sorted(stored) == sorted(["one", "two", "three", "four", "five", "six"])
    assert texts(customer) == texts(agent) == stored
    for page in (customer, agent):
        page.faults[:] = [fault for fault in page.faults if "ERR_CONNECTION" not in fault]
