"""Justified escalations are paid: told by events, by reversal and new entry, and nothing else of the price moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.actors import PLATFORM
from accounts.tests.factories import agent_actor
from core.events import deliver_due, publish
from core.money import Money
from ledger.selectors import held, verify
from ledger.states import AccountKind
from live.tests.factories import floor
from pay.logic.price import Inputs
from pay.models import Earning
from pay.services import accept_due, open_reviews
from pay.states import EarningState, PriceReason
from pay.tests.factories import reserve
from quality import services as quality
from quality.logic.rules import RULES
from quality.logic.scores import EscalationVerdict
from quality.models import EscalationReview, Sample
from quality.tests.factories import handed_on, reviewer, verdicts
from tasks.events import ClaimServed
from tasks.models import Claim
from tasks.states import ClaimState

pytestmark = pytest.mark.django_db
YES, NO = EscalationVerdict(True, "Only the factory knows."), EscalationVerdict(False, "It is on page one.")
BONUS = 100
"""Of the factory's rate card, each."""


def escalated_block() -> tuple[EscalationReview, Earning]:
    """A served and priced block with one escalation nobody has judged."""
    row = handed_on(floor())
    claim = Claim.objects.get(pk=row.claim_id)
    reserve(claim.task, 50_000, at=claim.starts_at)
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SERVED, checked_out_at=claim.ends_at, minutes_served=30)
    publish(ClaimServed(claim_id=claim.pk, agent_id=claim.agent_id, at=claim.ends_at))
    settle(claim)
    return row, Earning.objects.get(claim=claim)


def settle(claim: Claim) -> None:
    deliver_due(at=claim.ends_at + timedelta(days=400))


def judge(verdict: EscalationVerdict, earning: Earning) -> None:
    at, actor = earning.claim.ends_at + timedelta(hours=1), reviewer()
    sample = quality.take_sample(actor=actor, sample=Sample.objects.get(), at=at)
    sheet = quality.scorecard_for(programme=sample.programme, at=at)
    quality.submit_review(actor=actor, sample=sample, verdicts=verdicts(sheet), escalation=verdict, at=at)
    settle(earning.claim)
    earning.refresh_from_db()


def test_it_is_paid_once_justified_and_only_that_moves() -> None:
    row, earning = escalated_block()
    before = Inputs.from_json(earning.prices.get().inputs)
    assert (before.escalations, before.escalation_minor, before.units) == (0, BONUS, 0)
    amount = earning.amount_minor
    open_reviews(actor=PLATFORM, at=earning.review_opens_at)
    judge(YES, earning)
    appended = earning.prices.get(version=2)
    after = Inputs.from_json(appended.inputs)
    assert (after.escalations, after.q_samples) == (1, before.q_samples)
    assert (appended.reason, appended.amount_minor) == (PriceReason.ESCALATION, amount + BONUS)
    assert (earning.state, earning.amount_minor) == (EarningState.ADJUSTED, amount + BONUS)
    accrued = held(AccountKind.AGENT_ACCRUED, row.agent.public_id, earning.currency)
    assert accrued == Money(amount + BONUS, earning.currency)
    assert list(verify()) == []


def test_what_was_not_justified_is_not_paid() -> None:
    _row, earning = escalated_block()
    amount = earning.amount_minor
    judge(NO, earning)
    assert (earning.version, earning.amount_minor) == (1, amount)


def test_unjudged_at_its_deadline_it_is_paid_before_the_earning_is_accepted() -> None:
    row, earning = escalated_block()
    amount = earning.amount_minor
    assert row.due_at < earning.accept_at
    quality.settle_escalations(at=row.due_at)
    settle(earning.claim)
    accept_due(actor=PLATFORM, at=earning.accept_at)
    earning.refresh_from_db()
    assert (earning.state, earning.amount_minor) == (EarningState.FINAL, amount + BONUS)
    assert list(verify()) == []


def test_an_appeal_won_after_acceptance_tops_up_what_is_owed() -> None:
    row, earning = escalated_block()
    amount = earning.amount_minor
    judge(NO, earning)
    accept_due(actor=PLATFORM, at=earning.accept_at)
    earning.refresh_from_db()
    assert earning.state == EarningState.FINAL
    row.refresh_from_db()
    assert row.judged_at is not None
    quality.appeal_escalation(actor=agent_actor(row.agent), review=row, reason="It is not.", at=row.judged_at)
    quality.settle_escalations(at=row.judged_at + RULES.answer_within)
    settle(earning.claim)
    earning.refresh_from_db()
    assert (earning.state, earning.amount_minor) == (EarningState.FINAL, amount + BONUS)
    assert held(AccountKind.AGENT_PAYABLE, row.agent.public_id, earning.currency) == Money(
        amount + BONUS, earning.currency
    )
    assert list(verify()) == []


def test_a_claim_priced_after_the_judgement_has_it_from_the_first() -> None:
    row = handed_on(floor())
    claim = Claim.objects.get(pk=row.claim_id)
    reserve(claim.task, 50_000, at=claim.starts_at)
    quality.settle_escalations(at=row.due_at)
    settle(claim)
    assert not Earning.objects.exists()
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SERVED, checked_out_at=claim.ends_at, minutes_served=30)
    publish(ClaimServed(claim_id=claim.pk, agent_id=claim.agent_id, at=claim.ends_at))
    settle(claim)
    assert Inputs.from_json(Earning.objects.get().prices.get().inputs).escalations == 1
