"""Claim: the agent reads why not yet, later takes the block, and checks in."""

from typing import Any

from playwright.sync_api import expect

from certification.models import Standard
from e2e.chain.screens import close_toasts
from tasks.models import Claim, Task


def read_why_not(agent: Any, task: Task, standard: Standard) -> None:
    """The card names the missing certificate and leads to the course; no button claims."""
    agent.goto("/agent/work/")
    card = agent.locator("article", has=agent.get_by_role("heading", name=task.title))
    expect(card.get_by_text("Not yet")).to_be_visible()
    expect(card.get_by_label("What is missing")).to_contain_text(standard.name_en)
    card.get_by_role("heading").get_by_role("link").click()
    expect(agent.get_by_role("button", name="Claim it")).to_have_count(0)
    agent.get_by_role("main").locator("a[href*='/learn/courses/']").click()


def claim_block(agent: Any, task: Task) -> Claim:
    """Now eligible: open the block, claim it."""
    agent.goto("/agent/work/")
    card = agent.locator("article", has=agent.get_by_role("heading", name=task.title))
    expect(card.get_by_text("Eligible")).to_be_visible()
    card.get_by_role("link", name="See the blocks").click()
    agent.locator("#blocks details summary").click()
    agent.get_by_role("button", name="Claim it").click()
    expect(agent.get_by_text("The block is yours.")).to_be_visible()
    close_toasts(agent)
    return Claim.objects.select_related("rate_card", "agent").get(task=task)


def check_in(agent: Any, task: Task) -> None:
    """From the page of today, shortly before the start."""
    agent.goto("/agent/")
    expect(agent.get_by_role("link", name=task.title)).to_be_visible()
    agent.get_by_role("button", name="Check in").click()
    expect(agent.get_by_text("Checked in").first).to_be_visible()
