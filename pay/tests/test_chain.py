"""The price of real work: conversations served, reviewed, rated and appealed, told to pay by events."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from accounts.actors import PLATFORM
from accounts.tests.factories import agent_actor
from core.events import deliver_due, publish
from core.money import Money
from ledger.selectors import held, verify
from ledger.states import AccountKind
from live.models import AgentPresence
from live.tests.factories import AT, floor
from pay.logic.price import Inputs
from pay.models import Earning
from pay.services import open_reviews
from pay.states import EarningState, PriceReason
from pay.tests.factories import reserve
from quality import services as quality
from quality.tests.factories import reviewed, reviewer, sampled, served
from tasks.events import ClaimServed
from tasks.models import Claim
from tasks.states import ClaimState

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SERVED = 10


def test_a_judged_block_is_priced_and_priced_again_when_an_appeal_is_won() -> None:
    made = floor()
    segments = []
    for n in range(SERVED):
        at = AT + timedelta(seconds=125 * n)
        AgentPresence.objects.update(last_seen_at=at)
        segments.append(served(made, at=at))
    claim = Claim.objects.get(pk=segments[0].claim_id)
    reserve(claim.task, 50_000, at=AT)
    judged_at = AT + timedelta(minutes=24)
    reviews = [reviewed(sampled(segment, at=judged_at), lost=10, at=judged_at) for segment in segments]
    mean = Fraction(sum(review.score for review in reviews), SERVED)
    end = claim.ends_at + timedelta(seconds=5)
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SERVED, checked_out_at=claim.ends_at, minutes_served=30)

    publish(ClaimServed(claim_id=claim.pk, agent_id=claim.agent_id, at=end))
    deliver_due(at=end + timedelta(days=400))

    earning = Earning.objects.get(claim=claim)
    first = Inputs.from_json(earning.prices.get().inputs)
    assert (first.minutes, first.units, first.q_samples, first.q_mean) == (30, SERVED, SERVED, mean)
    before = earning.amount_minor
    open_reviews(actor=PLATFORM, at=end + timedelta(minutes=31))

    item = reviews[0].items.order_by("item__position").first()
    assert item is not None
    appeal = quality.appeal_item(actor=agent_actor(claim.agent), item=item, reason="I did ask.", at=end)
    deliver_due(at=end + timedelta(days=400))
    earning.refresh_from_db()
    assert earning.state == EarningState.APPEALED

    second = reviewer()
    quality.decide_appeal(
        actor=second, appeal=appeal, points=item.item.max_points, answer="The question is in turn 3.", at=end
    )
    deliver_due(at=end + timedelta(days=400))

    earning.refresh_from_db()
    reviews[0].refresh_from_db()
    again = Inputs.from_json(earning.prices.get(version=2).inputs)
    assert again.q_mean == Fraction(sum(review.score for review in reviews), SERVED) > mean
    assert earning.prices.get(version=2).reason == PriceReason.SCORE
    assert (earning.state, earning.amount_minor > before) == (EarningState.ADJUSTED, True)
    accrued = held(AccountKind.AGENT_ACCRUED, claim.agent.public_id, "CNY")
    assert accrued == Money(earning.amount_minor, "CNY")
    assert list(verify()) == []
