"""Takes the README's picture from a running `make run` with its demo world.

    .venv/bin/python -m e2e.picture [site [shop]]        # writes docs/images/workspace.png

Amara checks in, a customer asks the tea shop a question, and the two talk.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from e2e import chromium
from marketplace.demo.people import DOMAIN, PASSWORD

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "workspace.png"


def main(site: str = "http://localhost:8000", shop: str = "http://localhost:8001") -> None:
    """Drive both sides and take the picture of the agent's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.FLAGS)
        agent = browser.new_context(
            viewport={"width": 1440, "height": 860}, locale="en-GB", color_scheme="light"
        ).new_page()
        customer = browser.new_context(viewport={"width": 420, "height": 800}, locale="en-GB").new_page()
        _come_to_work(agent, site)
        _ask(customer, shop)
        agent.get_by_role("button", name="Accept").click()
        _talk(agent, customer)
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        agent.screenshot(path=TARGET)
        browser.close()


def _come_to_work(page: Page, site: str) -> None:
    page.goto(f"{site}/account/login/")
    page.locator("input[name=login]").fill(f"amara@{DOMAIN}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/agent/**")
    page.goto(f"{site}/agent/")
    check_in = page.get_by_role("button", name="Check in")
    if check_in.count():
        check_in.first.click()
    page.goto(f"{site}/agent/workspace/")
    page.locator("[data-presence]").wait_for()
    if page.locator("[data-presence=available]").count() == 0:
        page.get_by_role("button", name="Take conversations").click()


def _ask(page: Page, shop: str) -> None:
    page.goto(f"{shop}/?language=en")
    page.get_by_role("link", name="Harbour & Leaf Tea").click()
    page.get_by_role("button", name="Chat with us").click()
    page.get_by_label("Your name").fill("Emma")
    page.get_by_label("How can we help?").fill("Hi! Which tea would you give to somebody who only drinks coffee?")
    page.get_by_role("button", name="Start chat").click()


def _talk(agent: Page, customer: Page) -> None:
    lines = (
        (agent, "Hello Emma, lovely question! Try our smoky Keemun: strong, a little like cocoa, good with milk."),
        (customer, "Is there a small size? My number is 13800138000 if you need it."),
        (agent, "The tea sampler has 20 g of it and four others. No number needed, it ships to your account address."),
        (customer, "Brilliant, ordering now."),
    )
    for page, text in lines:
        field = page.get_by_label("Write to the customer" if page is agent else "Write a message")
        field.fill(text)
        field.press("Enter")
        other = customer if page is agent else agent
        expect(other.get_by_role("log").get_by_text(text[:20])).to_be_visible()


if __name__ == "__main__":
    main(*sys.argv[1:])
