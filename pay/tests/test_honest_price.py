"""The honest price: quartiles of pay per committed hour, from enough blocks and no older than 30 days."""

from datetime import timedelta

import pytest

from core.money import Money
from pay.models import Earning
from pay.selectors import HonestPrice, honest_prices
from pay.states import EarningKind
from tasks.models import Claim
from tasks.states import ClaimState
from tasks.tests.factories import NEXT_WEEK, ClaimFactory, OpenTaskFactory, served_claim

pytestmark = pytest.mark.django_db
AT = NEXT_WEEK + timedelta(days=1)


def blocks_paid(*amounts):
    """A programme whose blocks earned these amounts (minor units)."""
    task = OpenTaskFactory(blocks__seats=len(amounts))
    for minor in amounts:
        claim = served_claim(block=task.blocks.get())
        Earning.objects.create(
            claim=claim, agent=claim.agent, task=task,
            organisation=task.programme.organisation, programme=task.programme,
            currency="CNY", amount_minor=minor, fee_minor=0, worked_at=claim.starts_at, priced_at=claim.ends_at,
            review_opens_at=claim.ends_at, accept_at=claim.ends_at,
        )  # fmt: skip
    return task.programme_id


def test_quartiles_per_committed_hour():
    programme = blocks_paid(1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700, 1800, 1901)
    assert honest_prices([programme], at=AT) == {
        programme: HonestPrice(Money(2900, "CNY"), Money(2450, "CNY"), 10),
    }


def test_under_ten_or_older_than_thirty_days_is_not_enough():
    few, many = blocks_paid(*[1500] * 9), blocks_paid(*[1500] * 10)
    assert list(honest_prices([few, many], at=AT)) == [many]
    assert honest_prices([many], at=NEXT_WEEK + timedelta(days=30)) == {}
    assert honest_prices([many], at=NEXT_WEEK - timedelta(seconds=1)) == {}
    assert honest_prices([], at=AT) == {}


def test_blocks_called_off_are_no_hours_of_work():
    few = blocks_paid(*[1500] * 9)
    claim = ClaimFactory()
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.WAIVED, called_off_bps=4_000)
    Earning.objects.create(
        claim=claim, kind=EarningKind.CALLED_OFF, agent=claim.agent, task=claim.task, programme_id=few,
        organisation=claim.task.programme.organisation, currency="CNY", amount_minor=600, fee_minor=0,
        worked_at=claim.starts_at, priced_at=NEXT_WEEK, review_opens_at=NEXT_WEEK, accept_at=NEXT_WEEK,
    )  # fmt: skip
    assert honest_prices([few], at=AT) == {}
