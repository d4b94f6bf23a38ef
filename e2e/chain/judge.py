"""Judge: smart QA and a review by page; the agent appeals one item, a second reviewer answers."""

from typing import Any

from playwright.sync_api import expect

from accounts.models import Programme

ITEM = "Understands the question"
POINTS = {
    ITEM: 4,
    "Solves it or says what happens next": 30,
    "Correct by the programme's rules": 20,
    "Warm and respectful": 15,
    "Keeps data safe": 15,
}
FIRST_SCORE = sum(POINTS.values())
SECOND_POINTS = 20
SECOND_SCORE = FIRST_SCORE - POINTS[ITEM] + SECOND_POINTS


def review(reviewer: Any, programme: Programme) -> None:
    """The bad rating brought the conversation here; smart QA has read it already."""
    reviewer.goto("/desk/reviews/")
    reviewer.get_by_role("link", name=programme.name).click()
    reviewer.get_by_role("button", name="Take this conversation").click()
    expect(reviewer.get_by_text("Smart QA").first).to_be_visible()
    expect(reviewer.get_by_text("Rated 2 of 5")).to_be_visible()
    for title, points in POINTS.items():
        reviewer.get_by_label(title).fill(str(points))
    group = reviewer.get_by_role("group").filter(has=reviewer.get_by_label(ITEM))
    group.get_by_label("Why (needed below full points)").fill("The order number was asked for, not looked up.")
    group.get_by_label("Message no.").fill("2")
    reviewer.get_by_role("button", name="Store review").click()
    expect(reviewer.get_by_text("Review stored.")).to_be_visible()


def appeal(agent: Any, programme: Programme) -> None:
    """One item, by the page where every point is explained."""
    agent.goto("/agent/quality/")
    agent.get_by_role("link", name=programme.name).click()
    expect(agent.get_by_text(f"{FIRST_SCORE} / 100")).to_be_visible()
    expect(agent.get_by_text("Smart QA")).to_be_visible()
    agent.get_by_role("link", name="I see this differently").click()
    agent.get_by_label("Why do you see it differently?").fill("The widget does not tell me the order number.")
    agent.get_by_role("button", name="Send appeal").click()
    expect(agent.get_by_text("Appeal sent.")).to_be_visible()


def answer_appeal(second: Any) -> None:
    """Somebody else judges the item anew, blind to the first points."""
    second.goto("/desk/appeals/")
    second.get_by_role("link", name=ITEM).click()
    second.get_by_label("Your points").fill(str(SECOND_POINTS))
    second.get_by_label("Answer to the agent").fill("Right: asking was the only way.")
    second.get_by_role("button", name="Send answer").click()
    expect(second.get_by_text("Answer sent.")).to_be_visible()
