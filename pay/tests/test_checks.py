"""Damage to what pay keeps, done behind its guards, is found by `verify_books`."""

from __future__ import annotations

import pytest

from accounts.actors import PLATFORM
from accounts.tests.factories import agent_actor
from core.money import Money
from ledger.selectors import verify
from ledger.tests.books import check_deferred, sql
from pay.services import confirm_deposit, deposit, request_payout
from pay.tests.factories import REVIEWED, earning, owed_earning
from tasks.tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts")]

CASES: dict[str, tuple[list[str], str]] = {
    "price changed": (["UPDATE pay_earningprice SET amount_minor = amount_minor + 1"], "price follows from inputs"),
    "inputs changed": (
        ["UPDATE pay_earningprice SET inputs = jsonb_set(inputs, '{minutes}', '29')"],
        "price follows from inputs",
    ),
    "inputs unreadable": (
        ["UPDATE pay_earningprice SET inputs = jsonb_set(inputs, '{q}', '\"x\"')"],
        "price follows from inputs",
    ),
    "earning changed": (["UPDATE pay_earning SET amount_minor = amount_minor + 1"], "earning stands at its last price"),
    "price lost": (
        ["UPDATE pay_earning SET version = 2", "UPDATE pay_earningprice SET version = 2"],
        "earning keeps every price",
    ),
    "not booked": (["UPDATE pay_earning SET amount_minor = amount_minor + 1"], "earning is booked"),
    "fee not booked": (["UPDATE pay_earning SET fee_minor = fee_minor + 1"], "fee is booked"),
    "state changed": (
        ["UPDATE pay_earning SET state = 'in_review' WHERE state = 'final'"],
        "agents hold what their earnings say",
    ),
    "line changed": (["UPDATE pay_payoutline SET amount_minor = amount_minor + 1"], "payout is its lines"),
    "settled changed": (
        ["UPDATE pay_earning SET settled_minor = settled_minor - 1 WHERE settled_minor > 0"],
        "settled is in payouts",
    ),
    "approval missing": (["UPDATE pay_payout SET approvals_needed = 2"], "large payouts have two approvals"),
    "payout gone": (
        ["UPDATE pay_payout SET state = 'failed', failure = 'x'"],
        "money in transit is in payouts",
    ),
    "transfer of one person": (
        [
            "ALTER TABLE pay_deposit DROP CONSTRAINT large_transfer_needs_two_people",
            "UPDATE pay_deposit SET approvals_needed = 2",
        ],
        "large transfers have two people",
    ),
    "deposit undone": (["UPDATE pay_deposit SET state = 'pending'"], "deposit is booked"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_damage_is_found(case: str) -> None:
    damage, rule = CASES[case]
    row = owed_earning()
    owed_earning()
    request_payout(actor=agent_actor(row.agent), at=REVIEWED, agent=row.agent, idempotency_key="k")
    amount = Money(50_000, "CNY")
    given = deposit(actor=PLATFORM, at=NOON, organisation=row.organisation, amount=amount, idempotency_key="d")
    confirm_deposit(actor=PLATFORM, at=NOON, provider="demo", reference=given.reference, amount=amount)
    check_deferred()
    assert list(verify()) == []

    for table in ("earning", "earningprice", "payout", "payoutline", "deposit"):
        sql(f"ALTER TABLE pay_{table} DISABLE TRIGGER USER")
    for statement in damage:
        sql(statement)

    assert rule in {broken.rule for broken in verify()}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ALTER TABLE pay_earning DROP CONSTRAINT earning_not_paid_twice", "constraint earning_not_paid_twice"),
        ("ALTER TABLE pay_payout DISABLE TRIGGER USER", "trigger needs_approvals"),
    ],
)
def test_a_missing_guard_is_reported(statement: str, said: str) -> None:
    earning()
    check_deferred()
    sql(statement)
    assert any(said in broken.what for broken in verify())


def test_books_of_nothing_are_whole() -> None:
    assert list(verify()) == []
