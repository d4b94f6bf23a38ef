"""What an entry of the books is called on a page, and the charts of money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.numbers import get_currency_precision
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from pay.selectors import DayOfEarnings

KINDS: dict[str, str | Promise] = {
    "deposit": gettext_lazy("Deposit"),
    "repay_debt": gettext_lazy("Debt paid back"),
    "return_repaid": gettext_lazy("Paid-back debt returned"),
    "task_reserve": gettext_lazy("Reserved for a task"),
    "task_return": gettext_lazy("Returned from a task"),
    "refund": gettext_lazy("Returned from a task"),
    "accrue": gettext_lazy("Work earned"),
    "call_off": gettext_lazy("Block called off late: share of the floor"),
    "fee": gettext_lazy("Platform fee"),
    "accept": gettext_lazy("Earning accepted"),
    "accept_called_off": gettext_lazy("Block called off late"),
    "top_up": gettext_lazy("Added after an appeal"),
    "payout": gettext_lazy("Payout"),
    "payout_paid": gettext_lazy("Payout arrived"),
}


def label(kind: str) -> str:
    """The word for an entry's kind; a kind that is not listed is shown as it is, never hidden."""
    if kind.startswith("reverse_"):
        return _("Taken back: %(what)s") % {"what": label(kind.removeprefix("reverse_"))}
    return str(KINDS.get(kind, kind))


def _major(minor: int, currency: str) -> float:
    return float(minor / 10 ** get_currency_precision(currency))


def _stacked(days: Sequence[date], series: Sequence[tuple[str, Sequence[int]]], currency: str) -> dict[str, Any]:
    return {
        "legend": {"show": True},
        "xAxis": {"type": "category", "data": [formats.weekday(day) for day in days]},
        "yAxis": {"type": "value", "min": 0},
        "series": [
            {"type": "bar", "stack": "money", "name": name, "data": [_major(minor, currency) for minor in values]}
            for name, values in series
        ],
    }


def earnings_chart(days: Sequence[DayOfEarnings], currency: str) -> dict[str, Any]:
    """Bars per day: paid or on its way, owed, in review."""
    return _stacked(
        [day.day for day in days],
        [
            (_("Paid or on its way"), [day.paid_minor for day in days]),
            (_("Owed to you"), [day.owed_minor for day in days]),
            (_("In review"), [day.in_review_minor for day in days]),
        ],
        currency,
    )


def spending_chart(days: Sequence[tuple[date, int, int]], currency: str) -> dict[str, Any]:
    """Bars per day: what agents earned and the platform's fee."""
    return _stacked(
        [day for day, _earned, _fee in days],
        [
            (_("Earned by agents"), [earned for _day, earned, _fee in days]),
            (_("Platform fee"), [fee for _day, _earned, fee in days]),
        ],
        currency,
    )
