"""People: an agent signs up, proves the address from the mail, and goes through the checklist by page."""

import email
import email.policy
import io
import re
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from e2e.chain.screens import close_toasts
from e2e.server import Site

EMAIL, PASSWORD = "mei@example.com", "calm-harbour-42"
STEPS = ("profile", "identity", "agreements", "equipment")


def sign_up(agent: Any, site: Site) -> None:
    """Create the account, follow the link in the mail, log in."""
    agent.goto("/account/signup/")
    agent.get_by_label("Your name").fill("Mei Lin")
    agent.get_by_label("Email").fill(EMAIL)
    agent.get_by_label("Password", exact=True).fill(PASSWORD)
    agent.get_by_label("Password (again)").fill(PASSWORD)
    agent.get_by_role("button", name="Create my account").click()
    agent.wait_for_url("**/confirm-email/")
    agent.goto(_link_in(_mail_to(EMAIL, site.mail)))
    confirm = agent.get_by_role("button", name="Confirm")
    if confirm.count():
        confirm.click()
    agent.wait_for_url("**/account/login/")
    agent.get_by_label("Email").fill(EMAIL)
    agent.get_by_label("Password", exact=True).fill(PASSWORD)
    agent.get_by_role("button", name="Log in", exact=True).click()
    agent.wait_for_url("**/agent/**")


def _mail_to(address: str, folder: Path) -> str:
    """The body of the newest mail to `address`; the site's file back end wrote it."""
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        for file in sorted(folder.glob("*.log"), reverse=True) if folder.exists() else ():
            for text in reversed(file.read_text().split("-" * 79 + "\n")):
                message = email.message_from_string(text, policy=email.policy.default)
                if address in str(message["To"]):
                    return message.get_body(("plain",)).get_content()
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}")


def _link_in(text: str) -> str:
    found = re.search(r"https?://\S+", text)
    assert found, text
    return found[0]


def onboard(agent: Any, certifier: Any) -> None:
    """Profile, documents a certifier approves at the desk, agreements, equipment: the platform opens."""
    agent.goto("/agent/onboarding/")
    _profile(agent)
    _documents(agent)
    _approve(certifier)
    _agreements(agent)
    _equipment(agent)
    expect(agent.get_by_text("The platform is open to you")).to_be_visible()


def _profile(agent: Any) -> None:
    agent.get_by_role("link", name="Your profile").first.click()
    agent.get_by_label("Service name").fill("Mei")
    agent.get_by_label("English").check()
    agent.get_by_label("Region").select_option(index=1)
    agent.get_by_role("button", name="Save profile").click()
    agent.wait_for_url("**/agent/onboarding/")


def _documents(agent: Any) -> None:
    agent.goto("/agent/onboarding/identity/")
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (20, 120, 110)).save(out, "JPEG")
    for n, side in enumerate(("Front", "Back", "Selfie")):
        form = agent.locator("form[action$='/pictures/']").nth(n)
        form.locator("input[type=file]").set_input_files(
            {"name": f"{side}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
        )
        expect(agent.locator("img[alt^='Your picture']")).to_have_count(n + 1)
        close_toasts(agent)
    agent.get_by_label("Legal name").fill("Lin Mei")
    agent.get_by_label("Document").select_option("id_card")
    agent.get_by_role("button", name="Send to the certifiers").click()
    agent.wait_for_url("**/agent/onboarding/")


def _approve(certifier: Any) -> None:
    certifier.goto("/desk/identity/")
    certifier.get_by_role("link", name="Mei").click()
    certifier.get_by_role("button", name="Approve").click()
    expect(certifier.get_by_role("button", name="Undo")).to_be_visible()


def _agreements(agent: Any) -> None:
    agent.goto("/agent/onboarding/agreements/")
    for text in ("Agreement", "Nda"):
        agent.get_by_role("link", name=text).first.click()
        agent.get_by_label("I have read this and agree").check()
        agent.get_by_role("button", name="I agree").click()
        expect(agent.get_by_text("Your consent is stored.")).to_be_visible()


def _equipment(agent: Any) -> None:
    agent.goto("/agent/onboarding/equipment/")
    expect(agent.locator("[name=round_trip_ms]")).not_to_have_value("")
    agent.get_by_role("button", name="Store the result").click()
    agent.wait_for_url("**/agent/onboarding/")
