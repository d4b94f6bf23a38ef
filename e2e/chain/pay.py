"""Pay: the price of the block, computed here from the published formula alone; statement, payout, spending by page."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from playwright.sync_api import expect

from e2e.chain import history, serve
from e2e.chain.post import BONUS_MINOR, FEE_BPS, FLOOR_RATE_MINOR, UNIT_PRICES_MINOR

MINUTES, UNITS = 30, 1
CURVES = {
    "Q": [(60, "0.8"), (80, "1"), (90, "1.1"), (100, "1.3")],
    "S": [(50, "0.8"), (80, "1"), (90, "1.1"), (100, "1.3")],
}
"""Mean review score, and satisfied percentage, to multiplier; straight lines between."""


def expected_minor(score: int) -> int:
    """max(floor, max(floor, pieces) x Q x S) + bonus, rounded once, half up; `score` is that of the walk's review."""
    reviews = [100 - history.LOST] * history.SERVED + [score]
    satisfied = history.SERVED - history.UNHAPPY + (serve.CSAT >= 4)
    q = _multiplier("Q", Fraction(sum(reviews), len(reviews)))
    s = _multiplier("S", Fraction(100 * satisfied, history.SERVED + 1))
    floor = Fraction(FLOOR_RATE_MINOR * MINUTES, 60)
    pieces = Fraction(UNIT_PRICES_MINOR["bronze"] * UNITS)
    return _half_up(max(floor, max(floor, pieces) * q * s) + BONUS_MINOR)


def fee_minor(amount_minor: int) -> int:
    """The platform's fee, on top of what the agent earns."""
    return _half_up(Fraction(amount_minor * FEE_BPS, 10_000))


def _multiplier(name: str, x: Fraction) -> Fraction:
    points = [(Fraction(at), Fraction(value)) for at, value in CURVES[name]]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    raise AssertionError(f"{x} lies outside the curve")


def _half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def shown(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"


def see_earning(agent: Any, title: str, minor: int) -> None:
    """The line on the page of earnings."""
    agent.goto("/agent/earnings/")
    row = agent.get_by_role("row", name=title)
    expect(row).to_contain_text(shown(minor))


def add_account(agent: Any) -> None:
    agent.goto("/agent/earnings/payouts/")
    agent.get_by_label("Name on the account").fill("Lin Mei")
    agent.get_by_label("Bank").fill("Harbour Bank")
    agent.get_by_label("Account or card number").fill("6225 8802 1234 5678")
    agent.get_by_role("button", name="Save the account").click()
    expect(agent.get_by_role("button", name="Pay out to")).to_be_visible()


def run_payout(finance: Any) -> None:
    """Everybody who is owed something is paid; the file goes to the bank; the bank has paid."""
    finance.goto("/desk/payouts/")
    finance.get_by_role("button", name="Pay everybody").click()
    finance.get_by_role("button", name="Make the payouts").click()
    expect(finance.get_by_text("1 payout made.")).to_be_visible()
    finance.get_by_role("button", name="Send").click()
    finance.get_by_role("link", name="Mei").click()
    finance.get_by_role("button", name="The bank has paid").click()
    finance.get_by_role("dialog").get_by_role("button", name="The bank has paid").click()
    expect(finance.get_by_text("Booked as paid.", exact=True)).to_be_visible()


def open_statement(agent: Any, title: str, minor: int) -> None:
    """From the month's statement down to the inputs of the line, computed again by the page."""
    agent.goto("/agent/earnings/statements/")
    agent.get_by_role("main").locator("a[href*='/CNY/']").first.click()
    expect(agent.get_by_role("row", name=title)).to_contain_text(shown(minor))
    agent.get_by_role("link", name=title).click()
    expect(agent.locator(f"[data-amount='{minor}']")).to_be_visible()
    inputs = agent.get_by_role("main").inner_text()
    assert f"of the last {history.SERVED + 1} reviews" in inputs
    assert f"of the last {history.SERVED + 1} ratings" in inputs


def see_spending(client: Any, title: str, minor: int) -> None:
    """What the agent earned, the fee on top, and their sum."""
    client.goto("/client/money/")
    row = client.locator("#spending").get_by_role("row", name=title)
    for amount in (minor, fee_minor(minor), minor + fee_minor(minor)):
        expect(row).to_contain_text(shown(amount))
