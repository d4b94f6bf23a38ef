"""From a worked block to an earning, to a new price, to what is owed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction

from accounts.actors import PLATFORM
from accounts.models import Organisation
from core.models import AuditEntry, Transition
from core.money import Money
from ledger.errors import InsufficientFunds
from ledger.models import Entry
from ledger.selectors import held, verify
from ledger.states import AccountKind
from pay.errors import NotServed
from pay.logic.price import Inputs
from pay.models import Earning, EarningPrice
from pay.services import (
    accept_due,
    confirm_deposit,
    deposit,
    mark_appealed,
    open_reviews,
    price_claim,
    reprice,
    reprice_agent,
    review,
)
from pay.states import EarningState, PriceReason
from pay.tests.factories import AFTER, REVIEWED, Facts, earning, owed_earning, reserve
from tasks.tests.factories import ClaimFactory, OpenTaskFactory, RateCardFactory, served_claim

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts")]
SCORED = AFTER + timedelta(hours=1)


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def money(row: Earning) -> dict[str, int]:
    """What the accounts around an earning hold."""
    owner, org = row.agent.public_id, row.organisation.public_id
    return {
        "reserve": held(AccountKind.TASK_RESERVE, row.task.public_id, "CNY").minor,
        "funds": held(AccountKind.CLIENT_FUNDS, org, "CNY").minor,
        "debt": held(AccountKind.CLIENT_DEBT, org, "CNY").minor,
        "accrued": held(AccountKind.AGENT_ACCRUED, owner, "CNY").minor,
        "payable": held(AccountKind.AGENT_PAYABLE, owner, "CNY").minor,
        "fees": held(AccountKind.PLATFORM_FEES, "", "CNY").minor,
    }


def test_a_served_block_is_priced_and_booked(facts: Facts) -> None:
    facts.units = 12

    row = earning(reserved=10_000)

    assert (row.state, row.amount_minor, row.fee_minor) == (EarningState.ACCRUED, 2_400, 480)
    assert row.accept_at == REVIEWED
    assert money(row) == {"reserve": 7_120, "funds": 0, "debt": 0, "accrued": 2_400, "payable": 0, "fees": 480}
    stored = row.prices.get()
    assert Inputs.from_json(stored.inputs) == Inputs(
        currency="CNY",
        minutes=30,
        units=12,
        floor_rate_minor=3_000,
        unit_price_minor=200,
        escalation_minor=100,
        fee_bps=2_000,
        tier="bronze",
        rate_card=row.claim.rate_card.public_id,
        rate_card_version=1,
    )
    assert stored.inputs["rounding"] == "half_up"
    assert Entry.objects.get(public_id=stored.entry).kind == "accrue"
    assert Entry.objects.get(public_id=stored.fee_entry).kind == "fee"
    assert AuditEntry.objects.filter(subject=row.public_id, action="pay.price_earning").count() == 1
    assert list(verify()) == []


def test_pricing_twice_is_pricing_once() -> None:
    row = earning()

    assert price_claim(actor=PLATFORM, at=SCORED, claim=row.claim) == row
    assert EarningPrice.objects.count() == 1


def test_a_block_not_worked_is_not_priced() -> None:
    with pytest.raises(NotServed):
        price_claim(actor=PLATFORM, at=AFTER, claim=ClaimFactory())
    assert not Earning.objects.exists()


def test_a_quiet_block_pays_the_floor_and_the_bonus() -> None:
    card = RateCardFactory(block_bonus_minor=150)
    task = OpenTaskFactory(rate_card=card)
    block = task.blocks.get()
    block.bonus_minor = 500
    block.save(update_fields=["bonus_minor"])

    row = earning(block=block)

    assert row.amount_minor == 1_500 + 650


def test_a_tier_without_a_price_is_paid_as_the_dearest(facts: Facts) -> None:
    facts.units = 10
    assert earning(tier="legend").amount_minor == 2_600


def test_beyond_the_reserve_the_clients_funds_pay_and_then_they_owe(facts: Facts) -> None:
    facts.units = 12
    claim = served_claim()
    reserve(claim.task, 1_000)
    row = price_claim(actor=PLATFORM, at=AFTER, claim=claim)

    assert money(row) == {"reserve": 0, "funds": 0, "debt": 1_880, "accrued": 2_400, "payable": 0, "fees": 480}
    assert list(verify()) == []


def test_a_changed_score_reverses_and_books_anew_the_same_day(facts: Facts) -> None:
    facts.units = 12
    row = earning(reserved=10_000)
    open_reviews(actor=PLATFORM, at=AFTER + timedelta(minutes=30))
    facts.quality = (20, Fraction(90))

    assert reprice_agent(actor=PLATFORM, at=SCORED, agent_id=row.agent_id, reason=PriceReason.SCORE, note="rvw") == 1

    row.refresh_from_db()
    assert (row.state, row.version, row.amount_minor, row.fee_minor) == (EarningState.ADJUSTED, 2, 2_640, 528)
    assert money(row) == {"reserve": 6_832, "funds": 0, "debt": 0, "accrued": 2_640, "payable": 0, "fees": 528}
    first, second = row.prices.order_by("version")
    assert (first.amount_minor, second.amount_minor) == (2_400, 2_640)
    undone = Entry.objects.get(reverses__public_id=first.entry)
    assert undone.at.date() == second.at.date()
    assert second.inputs["q"] == "11/10"
    assert list(verify()) == []


def test_a_price_may_fall_while_it_is_in_review_but_never_below_the_floor(facts: Facts) -> None:
    facts.units = 12
    row = earning()
    open_reviews(actor=PLATFORM, at=AFTER + timedelta(minutes=30))
    facts.quality = (10, Fraction(0))

    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)

    assert row.amount_minor == 1_920
    facts.satisfaction = (10, Fraction(0))
    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)
    assert row.amount_minor == 1_536
    facts.units = 0
    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)
    assert row.amount_minor == 1_500
    assert row.version == 4
    assert list(verify()) == []


def test_nothing_changed_appends_nothing() -> None:
    row = earning()
    assert reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE) is None
    assert EarningPrice.objects.count() == 1


def test_new_inputs_with_the_same_amount_are_kept_without_booking(facts: Facts) -> None:
    row = earning()
    entries = Entry.objects.count()
    facts.units = 1
    appended = reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)

    assert appended is not None
    assert (appended.version, appended.amount_minor, appended.entry) == (2, 1_500, row.prices.get(version=1).entry)
    assert Entry.objects.count() == entries
    facts.units = 12
    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)
    assert row.amount_minor == 2_400
    assert list(verify()) == []


def test_late_conversations_count_and_leave_the_multipliers_alone(facts: Facts) -> None:
    facts.units = 10
    row = earning()
    facts.units = 12
    facts.quality = (50, Fraction(100))

    assert open_reviews(actor=PLATFORM, at=AFTER) == 0
    assert open_reviews(actor=PLATFORM, at=AFTER + timedelta(minutes=30)) == 1

    row.refresh_from_db()
    assert (row.state, row.amount_minor) == (EarningState.IN_REVIEW, 2_400)
    assert row.prices.get(version=2).reason == PriceReason.UNITS


def test_an_earning_is_accepted_at_its_deadline_and_owed() -> None:
    row = earning()

    assert accept_due(actor=PLATFORM, at=REVIEWED - timedelta(seconds=1)) == 0
    assert accept_due(actor=PLATFORM, at=REVIEWED) == 1
    assert accept_due(actor=PLATFORM, at=REVIEWED) == 0

    row.refresh_from_db()
    assert (row.state, row.final_at, row.owed_minor) == (EarningState.FINAL, REVIEWED, 1_500)
    assert money(row)["accrued"] == 0
    assert money(row)["payable"] == 1_500
    moves = Transition.objects.filter(entity="pay.earning", entity_id=row.pk).order_by("pk")
    assert list(moves.values_list("to_state", flat=True)) == ["in_review", "accepted", "final"]
    assert list(verify()) == []


def test_an_appealed_earning_is_adjusted_and_final_at_the_deadline(facts: Facts) -> None:
    facts.units = 12
    row = earning()
    open_reviews(actor=PLATFORM, at=AFTER + timedelta(minutes=30))
    mark_appealed(actor=PLATFORM, at=SCORED, claim_id=row.claim_id, note="apl")
    row.refresh_from_db()
    assert row.state == EarningState.APPEALED

    facts.quality = (10, Fraction(85))
    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.APPEAL)
    assert (row.state, row.amount_minor) == (EarningState.ADJUSTED, 2_520)
    accept_due(actor=PLATFORM, at=REVIEWED)
    row.refresh_from_db()
    assert row.state == EarningState.FINAL


def test_what_is_owed_never_falls_and_an_appeal_won_later_adds_to_it(facts: Facts) -> None:
    facts.units = 12
    row = owed_earning()
    facts.quality = (10, Fraction(0))
    assert reprice(actor=PLATFORM, at=REVIEWED, earning=row, reason=PriceReason.APPEAL) is None

    facts.quality = (10, Fraction(100))
    reprice(actor=PLATFORM, at=REVIEWED, earning=row, reason=PriceReason.APPEAL)

    assert (row.state, row.amount_minor, row.owed_minor) == (EarningState.FINAL, 3_120, 3_120)
    assert money(row)["payable"] == 3_120
    assert Entry.objects.get(public_id=row.prices.get(version=2).entry).kind == "top_up"
    assert list(verify()) == []
    with pytest.raises(IntegrityError, match="never falls"), transaction.atomic():
        Earning.objects.filter(pk=row.pk).update(amount_minor=1)


def test_a_price_is_append_only() -> None:
    row = earning()
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        EarningPrice.objects.filter(earning=row).update(amount_minor=1)
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        EarningPrice.objects.filter(earning=row).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Earning.objects.filter(pk=row.pk).update(state=EarningState.PAID)


def test_a_lower_price_after_closing_goes_back_to_the_client(facts: Facts) -> None:
    facts.units = 12
    row = earning(reserved=2_880)
    facts.quality = (10, Fraction(60))
    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)
    assert (money(row)["reserve"], money(row)["funds"]) == (576, 0)
    type(row.task).objects.filter(pk=row.task_id).update(settled_at=SCORED)
    facts.quality = (10, Fraction(70))
    reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE)

    assert money(row)["reserve"] == 0
    assert money(row)["funds"] == 2_880 - row.amount_minor - row.fee_minor > 0
    assert list(verify()) == []


def test_a_cost_once_owed_and_paid_back_since_can_still_be_taken_back(facts: Facts) -> None:
    facts.units = 12
    row = earning(reserved=1_000)
    assert money(row)["debt"] == 1_880
    bank = confirm_deposit(actor=PLATFORM, at=SCORED, **_announced(row.organisation, 1_500))
    assert bank.state == "received"
    assert (money(row)["debt"], money(row)["funds"]) == (380, 0)
    facts.quality = (10, Fraction(60))

    assert reprice(actor=PLATFORM, at=SCORED, earning=row, reason=PriceReason.SCORE) is not None

    cost = row.amount_minor + row.fee_minor
    assert cost < 2_880
    assert money(row) == {
        "reserve": 0,
        "funds": max(0, 2_500 - cost),
        "debt": max(0, cost - 2_500),
        "accrued": row.amount_minor,
        "payable": 0,
        "fees": row.fee_minor,
    }
    assert list(verify()) == []


def _announced(organisation: Organisation, minor: int) -> dict[str, Any]:
    row = deposit(actor=PLATFORM, at=SCORED, organisation=organisation, amount=cny(minor), idempotency_key="back")
    return {"provider": row.provider, "reference": row.reference, "amount": cny(minor)}


def test_one_earning_that_cannot_be_booked_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = earning(), earning()

    def refuse(*, actor: object, at: object, earning: Earning, reason: object) -> None:
        if earning.pk == stuck.pk:
            raise InsufficientFunds

    monkeypatch.setattr(review, "reprice", refuse)
    assert accept_due(actor=PLATFORM, at=REVIEWED) == 1
    stuck.refresh_from_db()
    other.refresh_from_db()
    assert (stuck.state, other.state) == (EarningState.ACCRUED, EarningState.FINAL)


def test_a_block_with_nothing_to_pay_is_final_without_booking() -> None:
    card = RateCardFactory(floor_rate_minor=0)
    row = earning(block=OpenTaskFactory(rate_card=card).blocks.get())
    accept_due(actor=PLATFORM, at=row.accept_at)
    row.refresh_from_db()
    assert (row.amount_minor, row.state) == (0, EarningState.FINAL)
    assert row.prices.get().entry == ""
