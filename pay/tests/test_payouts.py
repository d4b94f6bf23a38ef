"""Money leaving the platform: asked for once, approved by two, sent, confirmed, returned."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import PLATFORM
from accounts.errors import RoleNeeded, SecondFactorNeeded
from accounts.models import StaffAssignment
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, give_second_factor, staff_actor
from core.errors import Conflict, Invalid, NotAllowed
from core.money import Money
from core.refusals import domain_error
from core.states import StateConflict
from ledger.selectors import held, verify
from ledger.states import AccountKind
from pay.errors import KeyUsed, NoAccount, NothingOwed, OwnPayout, PayoutReferenceUsed, SecondPerson
from pay.logic import rules
from pay.models import Payout
from pay.selectors import preview_run
from pay.selectors.payouts import payouts_due
from pay.services import (
    accept_due,
    approve_payout,
    confirm_payout,
    fail_payout,
    payouts,
    reprice,
    request_payout,
    run_payouts,
    send_payouts,
    set_payout_account,
)
from pay.services.banks import BankFile
from pay.states import EarningState, PayoutState, PriceReason
from pay.tests.factories import REVIEWED, Facts, earning, owed_earning
from tasks.tests.factories import TOMORROW, BlockFactory, OpenTaskFactory, RateCardFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts")]
LATER = REVIEWED + timedelta(hours=1)


@pytest.fixture
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        payouts, "RULES", dataclasses.replace(rules.RULES, approval_limits_minor={"CNY": 1_000, "JPY": 5_000})
    )


def accounts(owner: str) -> tuple[int, int, int]:
    return (
        held(AccountKind.AGENT_PAYABLE, owner, "CNY").minor,
        held(AccountKind.PAYOUTS_IN_TRANSIT, "", "CNY").minor,
        held(AccountKind.BANK, "", "CNY").minor,
    )


def test_an_agent_is_paid_what_they_are_owed() -> None:
    row = owed_earning()
    finance = staff_actor(StaffRole.FINANCE)

    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")

    assert (payout.state, payout.amount_minor, payout.tax_minor) == (PayoutState.APPROVED, 1_500, 0)
    assert accounts(row.agent.public_id) == (0, 1_500, 100_000)
    row.refresh_from_db()
    assert (row.state, row.owed_minor) == (EarningState.SETTLED, 0)

    batch = send_payouts(actor=finance, at=LATER)
    assert batch is not None
    payout.refresh_from_db()
    assert (payout.state, payout.reference, payout.batch) == (PayoutState.SENT, payout.public_id, batch)
    assert send_payouts(actor=finance, at=LATER) is None

    confirm_payout(actor=finance, at=LATER, payout=payout)
    confirm_payout(actor=finance, at=LATER, payout=payout)
    row.refresh_from_db()
    assert row.state == EarningState.PAID
    assert accounts(row.agent.public_id) == (0, 0, 98_500)
    with pytest.raises(StateConflict):
        fail_payout(actor=finance, at=LATER, payout=payout, reason="late")
    assert list(verify()) == []


def test_the_same_key_pays_once_and_another_finds_nothing_owed() -> None:
    row = owed_earning()
    actor = agent_actor(row.agent)

    first = request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="k")
    assert request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="k") == first
    with pytest.raises(NothingOwed):
        request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="other")
    assert Payout.objects.count() == 1


def test_the_same_key_for_another_currency_is_refused() -> None:
    row = owed_earning()
    actor = agent_actor(row.agent)
    request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="k", currency="CNY")
    with pytest.raises(KeyUsed):
        request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="k", currency="USD")
    assert Payout.objects.count() == 1


def test_what_is_in_review_is_not_paid_out() -> None:
    row = earning()
    with pytest.raises(NothingOwed):
        request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")


def test_without_an_account_nothing_moves() -> None:
    row = earning()
    accept_due(actor=PLATFORM, at=REVIEWED)
    actor = agent_actor(row.agent)
    with pytest.raises(NoAccount):
        request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="k")
    row.refresh_from_db()
    assert row.owed_minor == 1_500

    set_payout_account(actor=actor, at=LATER, agent=row.agent, holder="W", bank="CMB", number="62250001")
    assert request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="k").account.masked == "•••• 0001"


def test_somebody_elses_money_is_not_asked_for() -> None:
    row = owed_earning()
    with pytest.raises(NotAllowed):
        request_payout(actor=agent_actor(AgentFactory()), at=LATER, agent=row.agent, idempotency_key="k")
    with pytest.raises(SecondFactorNeeded):
        request_payout(actor=staff_actor(StaffRole.FINANCE, mfa=False), at=LATER, agent=row.agent, idempotency_key="k")
    assert not Payout.objects.exists()


@pytest.mark.usefixtures("low_limit")
def test_above_the_limit_two_people_approve() -> None:
    row = owed_earning()
    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")
    first, second = staff_actor(StaffRole.FINANCE), staff_actor(StaffRole.FINANCE)
    assert (payout.state, payout.approvals_needed) == (PayoutState.REQUESTED, 2)
    assert send_payouts(actor=first, at=LATER) is None

    payout = approve_payout(actor=first, at=LATER, payout=payout)
    assert payout.state == PayoutState.REQUESTED
    with pytest.raises(SecondPerson):
        approve_payout(actor=first, at=LATER, payout=payout)
    with pytest.raises(IntegrityError, match="needs 2 people"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state=PayoutState.APPROVED)
    payout = approve_payout(actor=second, at=LATER, payout=payout)
    assert payout.state == PayoutState.APPROVED
    with pytest.raises(Conflict):
        approve_payout(actor=staff_actor(StaffRole.FINANCE), at=LATER, payout=payout)


@pytest.mark.parametrize(
    ("currency", "limit"), [(currency, limit) for currency, limit in rules.RULES.approval_limits_minor.items()]
)
def test_every_currency_has_a_limit_of_its_own(currency: str, limit: int) -> None:
    assert not rules.RULES.needs_two(Money(limit, currency))
    assert rules.RULES.needs_two(Money(limit + 1, currency))


@pytest.mark.parametrize(("currency", "needed"), [("CNY", 2), ("JPY", 0), ("KRW", 2)])
@pytest.mark.usefixtures("low_limit")
def test_the_limit_is_the_currencys_and_without_one_two_people_always_approve(currency: str, needed: int) -> None:
    task = OpenTaskFactory(rate_card=RateCardFactory(currency=currency))
    row = owed_earning(block=task.blocks.get(), reserved=0)

    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")

    assert (payout.currency, payout.amount_minor, payout.approvals_needed) == (currency, 1_500, needed)


@pytest.mark.usefixtures("low_limit")
def test_nobody_handles_money_to_themself() -> None:
    row = owed_earning()
    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")
    themself = dataclasses.replace(staff_actor(StaffRole.FINANCE), agent_id=row.agent_id)
    for call in (
        lambda: approve_payout(actor=themself, at=LATER, payout=payout),
        lambda: confirm_payout(actor=themself, at=LATER, payout=payout),
        lambda: fail_payout(actor=themself, at=LATER, payout=payout, reason="x"),
    ):
        with pytest.raises(OwnPayout):
            call()
    with pytest.raises(RoleNeeded):
        approve_payout(actor=staff_actor(StaffRole.REVIEWER), at=LATER, payout=payout)


def test_a_failed_payout_returns_the_money() -> None:
    row = owed_earning()
    finance = staff_actor(StaffRole.FINANCE)
    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")
    send_payouts(actor=finance, at=LATER, provider="demo")

    with pytest.raises(Invalid):
        fail_payout(actor=finance, at=LATER, payout=payout, reason=" ")
    fail_payout(actor=finance, at=LATER, payout=payout, reason="Account closed")
    fail_payout(actor=finance, at=LATER, payout=payout, reason="Account closed")

    payout.refresh_from_db()
    assert (payout.state, payout.failure, payout.reference[:5]) == (PayoutState.FAILED, "Account closed", "DEMO-")
    row.refresh_from_db()
    assert (row.state, row.owed_minor) == (EarningState.FINAL, 1_500)
    assert accounts(row.agent.public_id) == (1_500, 0, 100_000)
    with pytest.raises(StateConflict):
        confirm_payout(actor=finance, at=LATER, payout=payout)
    again = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k2")
    assert again.amount_minor == 1_500
    assert list(verify()) == []


def test_a_top_up_after_payment_is_owed_and_paid(facts: Facts) -> None:
    facts.units = 12
    row = owed_earning()
    actor, finance = agent_actor(row.agent), staff_actor(StaffRole.FINANCE)
    first = request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="1")
    facts.quality = (10, Fraction(90))
    reprice(actor=PLATFORM, at=LATER, earning=row, reason=PriceReason.APPEAL)
    assert (row.state, row.owed_minor) == (EarningState.SETTLED, 240)

    second = request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="2")
    assert second.amount_minor == 240
    send_payouts(actor=finance, at=LATER)
    confirm_payout(actor=finance, at=LATER, payout=first)
    row.refresh_from_db()
    assert row.state == EarningState.SETTLED
    fail_payout(actor=finance, at=LATER, payout=second, reason="No such account")
    row.refresh_from_db()
    assert (row.state, row.owed_minor) == (EarningState.FINAL, 240)
    third = request_payout(actor=actor, at=LATER, agent=row.agent, idempotency_key="3")
    send_payouts(actor=finance, at=LATER)
    confirm_payout(actor=finance, at=LATER, payout=third)
    row.refresh_from_db()
    assert (row.state, row.owed_minor, row.settled_minor) == (EarningState.PAID, 0, 2_640)
    assert list(verify()) == []


def test_a_run_pays_everybody_once_and_says_who_was_skipped() -> None:
    task = OpenTaskFactory()
    rows = [owed_earning(), owed_earning(block=BlockFactory(task=task, starts_at=TOMORROW))]
    poor = earning()
    accept_due(actor=PLATFORM, at=REVIEWED)
    finance = staff_actor(StaffRole.FINANCE)

    run = run_payouts(actor=finance, at=LATER, idempotency_key="week 46")
    again = run_payouts(actor=finance, at=LATER, idempotency_key="week 46")

    assert again == run
    assert {payout.agent_id for payout in run.payouts.all()} == {row.agent_id for row in rows}
    assert run.skipped == 1
    poor.refresh_from_db()
    assert poor.owed_minor == 1_500


def test_a_run_leaves_out_who_starts_it_and_only_finance_and_auditors_read_what_is_due() -> None:
    mine, other = owed_earning(), owed_earning()
    StaffAssignment.objects.create(user=mine.agent.user, role=StaffRole.FINANCE)
    give_second_factor(mine.agent.user)
    me = agent_actor(mine.agent)
    assert [due.agent_id for due in payouts_due(actor=me)] == [other.agent_id]
    assert preview_run(actor=me).agents == 1
    assert {payout.agent_id for payout in run_payouts(actor=me, at=LATER, idempotency_key="w").payouts.all()} == {
        other.agent_id
    }
    assert [due.agent_id for due in payouts_due(actor=staff_actor(StaffRole.AUDITOR))] == [mine.agent_id]
    assert payouts_due(actor=agent_actor(other.agent)) == payouts_due(actor=staff_actor(StaffRole.REVIEWER)) == []


@pytest.mark.usefixtures("low_limit")
def test_who_starts_a_run_is_the_first_of_the_two() -> None:
    owed_earning()
    finance = staff_actor(StaffRole.FINANCE)
    run = run_payouts(actor=finance, at=LATER, idempotency_key="w")
    payout = run.payouts.get()

    with pytest.raises(SecondPerson):
        approve_payout(actor=finance, at=LATER, payout=payout)
    assert approve_payout(actor=staff_actor(StaffRole.FINANCE), at=LATER, payout=payout).state == PayoutState.APPROVED


def test_one_reference_for_two_payouts_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in (owed_earning(), owed_earning()):
        request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")
    monkeypatch.setattr(BankFile, "send", lambda self, payout: "1")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        send_payouts(actor=staff_actor(StaffRole.FINANCE), at=LATER)
    assert type(domain_error(refused.value)) is PayoutReferenceUsed


def test_tax_is_withheld_over_the_year() -> None:
    row = owed_earning(reserved=3_000_000, block=_dear_block())
    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")

    assert row.amount_minor == 800_000
    assert (payout.amount_minor, payout.tax_minor) == (795_800, 4_200)
    assert payout.tax_inputs["months"] == 1
    assert held(AccountKind.TAX_WITHHELD, "", "CNY").minor == 4_200
    fail_payout(actor=staff_actor(StaffRole.FINANCE), at=LATER, payout=payout, reason="x")
    assert held(AccountKind.TAX_WITHHELD, "", "CNY").minor == 0
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("moments", "months", "gross"),
    [
        (("2026-11-30T15:59Z", "2026-11-30T16:01Z"), 2, 1_600_000),
        (("2026-12-31T15:59Z", "2026-12-31T16:01Z"), 1, 800_000),
    ],
)
def test_months_and_years_of_tax_are_those_of_beijing(moments: tuple[str, str], months: int, gross: int) -> None:
    earlier, now = (datetime.fromisoformat(moment) for moment in moments)
    row = owed_earning(reserved=3_000_000, block=_dear_block())
    request_payout(actor=agent_actor(row.agent), at=earlier, agent=row.agent, idempotency_key="k")
    _withheld, inputs = payouts._tax(row.agent, "CNY", 800_000, now)
    assert (inputs["months"], inputs["gross_minor"]) == (months, gross)


def _dear_block() -> object:
    card = RateCardFactory(floor_rate_minor=1_600_000, fee_bps=0)
    return OpenTaskFactory(rate_card=card).blocks.get()
