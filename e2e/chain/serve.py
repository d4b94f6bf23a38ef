"""Serve: a customer in the widget on the shop's own origin, the agent in the workspace, a network cut between them."""

from typing import Any

from playwright.sync_api import expect

from e2e.shop import Shop

QUESTION = "Hello, where is my parcel?"
FIRST_REPLY = "Hello! Sorry for the wait. May I have your order number?"
UNHEARD = ("It is order 4471.", "Are you still there?")
WHILE_AWAY = "One moment, I look it up."
ANSWER = "Thank you. It is on the van and comes today before six. Anything else?"
THANKS = "No, that was all."
CSAT = 2
"""A bad rating: the wait was too long. It puts the conversation before a reviewer for certain."""


def begin_chat(customer: Any, shop: Shop) -> None:
    """Open the shop, write; nobody is free yet, so there is a place in the queue."""
    customer.goto(shop.origin)
    customer.get_by_role("button", name="Chat with us").click()
    customer.get_by_label("How can we help?").fill(QUESTION)
    customer.get_by_role("button", name="Start chat").click()
    expect(customer.get_by_text("You are next.")).to_be_visible()


def accept(agent: Any) -> None:
    """Open the workspace, be available, take what is offered."""
    agent.goto("/agent/workspace/")
    agent.get_by_role("button", name="Take conversations").click()
    agent.get_by_role("button", name="Accept").click()
    expect(agent.locator("[data-author=customer]")).to_contain_text(QUESTION)


def talk_through_a_cut(agent: Any, customer: Any) -> None:
    """The customer's line drops in the middle; both go on writing; nothing is lost, nothing comes twice."""
    say_as_agent(agent, FIRST_REPLY)
    expect(customer.locator("[data-author=agent]")).to_have_count(1)
    customer.context.set_offline(True)
    for text in UNHEARD:
        say_as_customer(customer, text)
    say_as_agent(agent, WHILE_AWAY)
    expect(agent.locator("[data-author=agent]")).to_have_count(2)
    agent.wait_for_timeout(500)
    assert (len(texts(agent)), len(texts(customer))) == (3, 2)  # neither has heard the other
    customer.context.set_offline(False)
    expect(customer.locator("[data-author]")).to_have_count(5, timeout=20_000)
    expect(agent.locator("[data-author]")).to_have_count(5, timeout=20_000)
    say_as_agent(agent, ANSWER)
    expect(customer.locator("[data-author=agent]").last).to_contain_text(ANSWER)
    say_as_customer(customer, THANKS)
    expect(agent.locator("[data-author=customer]").last).to_contain_text(THANKS)
    customer.faults[:] = [fault for fault in customer.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def say_as_agent(agent: Any, text: str) -> None:
    agent.get_by_label("Write to the customer").fill(text)
    agent.keyboard.press("Enter")


def say_as_customer(customer: Any, text: str) -> None:
    customer.get_by_label("Write a message").fill(text)
    customer.keyboard.press("Enter")


def texts(page: Any) -> list[str]:
    """Every message on the page, in order; system lines left out."""
    return page.locator("[data-author] p").all_inner_texts()


def wrap_up(agent: Any) -> None:
    agent.get_by_role("button", name="End conversation").click()
    agent.get_by_role("button", name="End it").click()
    agent.get_by_label("Outcome").select_option(index=1)
    agent.get_by_role("button", name="Close conversation").click()
    expect(agent.get_by_text("No open conversation")).to_be_visible()


def rate(customer: Any) -> None:
    customer.locator(f"input[type=radio][value='{CSAT}']").check(force=True)
    customer.get_by_label("What should we know?").fill("The answer was good, the wait was long.")
    customer.get_by_role("button", name="Send rating").click()
    expect(customer.get_by_text("Thank you.", exact=True)).to_be_visible()
