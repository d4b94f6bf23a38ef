"""Post: a client manager deposits, publishes a rate card, and posts peak work by page and by the API."""

import json
import urllib.request
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from accounts.models import Programme
from certification.models import Standard
from core.clock import BLOCK
from tasks.models import Task

DEPOSIT_MINOR = 2_000_00
FLOOR_RATE_MINOR = 12_00
BONUS_MINOR = 1_50
UNIT_PRICES_MINOR = {"certification": 9_00, "bronze": 9_50, "silver": 10_00, "gold": 10_50, "platinum": 11_00}
FEE_BPS = 2000
TITLE, API_TITLE = "Double Eleven, evening peak", "Double Eleven, the day after"


def deposit(client: Any) -> None:
    """Announce money and play the bank that confirms it."""
    client.goto("/client/money/deposit/")
    client.get_by_label("Amount").fill(_major(DEPOSIT_MINOR))
    client.get_by_role("button", name="Go to the bank").click()
    client.get_by_role("button", name="Confirm the payment").click()
    expect(client.locator("#money-now")).to_contain_text(f"{_major(DEPOSIT_MINOR, grouped=True)}")


def publish_rate_card(client: Any, programme: Programme) -> None:
    """Version 1 of the programme's prices."""
    client.goto(f"/client/rate-cards/{programme.public_id}/new/")
    client.get_by_label("Floor per hour").fill(_major(FLOOR_RATE_MINOR))
    client.get_by_label("Bonus per block").fill(_major(BONUS_MINOR))
    for tier, minor in UNIT_PRICES_MINOR.items():
        client.locator(f"[name=price_{tier}]").fill(_major(minor))
    client.get_by_role("button", name="Publish this version").click()
    expect(client.get_by_text("Version 1 is in force")).to_be_visible()


def post_by_page(client: Any, standard: Standard, start: datetime) -> Task:
    """The wizard: what, who (the certificate), when (one block pasted), check and publish."""
    client.goto("/client/tasks/new/")
    client.get_by_label("Title").fill(TITLE)
    client.get_by_role("button", name="Go on").click()
    client.get_by_label("Brief").fill("Answer questions about **parcels**.")
    client.get_by_label("Language of the conversations").select_option("en")
    client.get_by_label("Conversations expected per seat").fill("3")
    client.get_by_role("button", name="Save and go on").click()
    client.get_by_role("button", name="Add a condition").click()
    client.get_by_label("Subject").select_option(f"certificate.{standard.slug}")
    client.get_by_label("Comparison").select_option("exists")
    expect(client.get_by_text("0 of 1 agents can take this now.")).to_be_visible()
    client.get_by_role("button", name="Save and go on").click()
    client.get_by_label("Paste rows").fill(_row(start))
    client.get_by_role("button", name="Add to the plan").last.click()
    expect(client.get_by_text("1 blocks are in the plan.")).to_be_visible()
    client.get_by_role("button", name="Save and go on").click()
    client.get_by_role("button", name="Reserve and publish").click()
    client.get_by_text("Published.").first.wait_for()
    return Task.objects.get(title=TITLE)


def _row(start: datetime) -> str:
    """One block of two seats as a line of a spreadsheet, in the programme's own time."""
    local = start.astimezone(ZoneInfo("Asia/Shanghai"))
    end = local + BLOCK
    until = "24:00" if end.date() > local.date() else f"{end:%H:%M}"
    return f"{local:%Y-%m-%d}, {local:%H:%M}, {until}, 2"


def post_by_api(client: Any, programme: Programme, standard: Standard, start: datetime) -> Task:
    """A key made on the settings page posts and publishes the same work for the day after."""
    client.goto("/client/settings/keys/")
    client.get_by_label("Name").fill("Shop backend")
    client.get_by_label("Post and change tasks").check()
    client.get_by_role("button", name="Make a key").click()
    secret = client.locator("[data-api-key]").inner_text()
    address = client.url.partition("/client/")[0] + "/api/v1/tasks/"
    wanted = {
        "programme": programme.public_id,
        "title": API_TITLE,
        "brief": "Answer questions about parcels.",
        "language": "en",
        "expected_units_per_seat": 3,
        "requirement": {"any": [{"all": [{"subject": f"certificate.{standard.slug}", "op": "exists"}]}]},
        "blocks": [{"starts_at": (start + timedelta(days=1)).isoformat(), "seats": 1}],
    }
    posted = _send(address, secret, wanted)
    published = _send(f"{address}{posted['id']}/publish/", secret, {})
    assert published["state"] == "staffing"
    assert published["budget_minor"] > 0
    return Task.objects.get(public_id=posted["id"])


def _send(address: str, secret: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {secret}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


def _major(minor: int, *, grouped: bool = False) -> str:
    whole, part = divmod(minor, 100)
    return f"{whole:,}.{part:02d}" if grouped else f"{whole}.{part:02d}"
