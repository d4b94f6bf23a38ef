"""What an hour of a programme's work really pays: shown on every task before anybody claims it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField
from django.db.models.functions import Floor

from core.clock import BLOCK
from core.money import Money
from pay.models import Earning
from pay.states import EarningKind

WINDOW = timedelta(days=30)
ENOUGH = 10
_PER_HOUR = int(timedelta(hours=1) / BLOCK)


@dataclass(frozen=True)
class HonestPrice:
    """Median and 25th percentile of pay per committed hour, idle time and wrap-up included, over `n` blocks."""

    median: Money
    lower: Money
    n: int


class _Percentile(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float) -> None:
        super().__init__(expression, share=share, output_field=FloatField())


def honest_prices(programme_ids: Iterable[int], *, at: datetime) -> dict[int, HonestPrice]:
    """By programme, from the blocks worked in the 30 days before `at`; under 10 there is none. One query.

    Linear between neighbours (`percentile_cont`), rounded down to the minor unit. Known to every agent: nobody's
    own earning can be told from it.
    """
    rows = (
        Earning.objects.filter(
            programme_id__in=list(programme_ids),
            kind=EarningKind.WORKED,
            worked_at__gt=at - WINDOW,
            worked_at__lte=at,
        )
        .order_by()
        .values("programme_id", "currency")
        .annotate(
            median=Floor(_Percentile(F("amount_minor"), 0.5) * _PER_HOUR),
            lower=Floor(_Percentile(F("amount_minor"), 0.25) * _PER_HOUR),
            n=Count("pk"),
        )
        .filter(n__gte=ENOUGH)
    )
    return {
        row["programme_id"]: HonestPrice(
            Money(int(row["median"]), row["currency"]), Money(int(row["lower"]), row["currency"]), row["n"]
        )
        for row in rows.order_by("n")
    }
