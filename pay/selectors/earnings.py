"""What agents earned: lists, sums, and one earning opened down to what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from accounts.actors import Actor
from accounts.selectors import organisation_name_for
from accounts.states import StaffRole
from core.errors import Invalid, NotFound
from core.money import Money
from core.states import history
from pay.logic.price import Inputs, Price, price
from pay.models import Earning, EarningPrice, PayoutLine
from pay.states import OPEN, OWED, EarningState, PayoutState

if TYPE_CHECKING:
    from accounts.models import AgentProfile

READERS = (StaffRole.FINANCE, StaffRole.AUDITOR)
_IN_FLIGHT = (PayoutState.REQUESTED, PayoutState.APPROVED, PayoutState.SENT)

GROUPS: dict[str, Q] = {
    "in_review": Q(state__in=OPEN),
    "owed": Q(state__in=OWED, settled_minor__lt=F("amount_minor")),
    "on_its_way": Q(state=EarningState.SETTLED),
    "paid": Q(state=EarningState.PAID),
}
"""The four things a person asks of their earnings, as filters."""


def earnings_for(
    *,
    actor: Actor,
    group: str = "",
    programme: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    agent: AgentProfile | None = None,
) -> QuerySet[Earning]:
    """Earnings the actor may see, newest work first: one's own; finance and auditors see everybody's.

    `group` is a key of `GROUPS`, `programme` a public id, the period is of the work.
    """
    rows = _visible(actor).order_by("-worked_at", "-pk")
    if agent is not None:
        rows = rows.filter(agent=agent)
    if group in GROUPS:
        rows = rows.filter(GROUPS[group])
    if programme:
        rows = rows.filter(programme__public_id=programme)
    if since:
        rows = rows.filter(worked_at__gte=since)
    if until:
        rows = rows.filter(worked_at__lt=until)
    return rows


def _visible(actor: Actor) -> QuerySet[Earning]:
    rows = Earning.objects.select_related(
        "claim__block", "claim__rate_card", "programme__organisation", "task", "agent"
    )
    if actor.is_staff(*READERS):
        return rows
    return rows.filter(agent_id=actor.agent_id) if actor.agent_id is not None else rows.none()


def earning_by_public_id(public_id: str, *, actor: Actor) -> Earning:
    """One earning the actor may see; `NotFound` otherwise."""
    earning = _visible(actor).filter(public_id=public_id).first()
    if earning is None:
        raise NotFound
    return earning


def programmes_earned_in(*, actor: Actor, agent_id: int) -> list[tuple[str, str]]:
    """(public id, name) of every programme an agent has earned in, for a filter."""
    rows = _visible(actor).filter(agent_id=agent_id).order_by("programme__name")
    return list(rows.values_list("programme__public_id", "programme__name").distinct())


@dataclass(frozen=True)
class Owed:
    """Where an agent's money stands in one currency."""

    currency: str
    owed: Money
    """Final and in no payout yet."""
    in_review: Money
    next_accept_at: datetime | None
    """When the next of what is in review is accepted by itself."""
    on_its_way: Money
    paid: Money


def owed_to(*, actor: Actor, agent_id: int) -> list[Owed]:
    """Where an agent's money stands, one row per currency; in two queries."""
    rows = (
        _visible(actor)
        .filter(agent_id=agent_id)
        .order_by("currency")
        .values("currency")
        .annotate(
            owed=_sum(F("amount_minor") - F("settled_minor"), Q(state__in=OWED)),
            in_review=_sum(F("amount_minor"), Q(state__in=OPEN)),
            next_accept_at=Min("accept_at", filter=Q(state__in=OPEN)),
        )
    )
    found = list(rows)
    lines = PayoutLine.objects.filter(earning__agent_id=agent_id)
    moved: dict[str, Mapping[str, Any]] = {
        row["payout__currency"]: row
        for row in lines.values("payout__currency").annotate(
            on_its_way=_sum(F("amount_minor"), Q(payout__state__in=_IN_FLIGHT)),
            paid=_sum(F("amount_minor"), Q(payout__state=PayoutState.PAID)),
        )
    }
    return [
        Owed(
            currency=row["currency"],
            owed=Money(row["owed"], row["currency"]),
            in_review=Money(row["in_review"], row["currency"]),
            next_accept_at=row["next_accept_at"],
            on_its_way=Money(moved.get(row["currency"], {}).get("on_its_way", 0), row["currency"]),
            paid=Money(moved.get(row["currency"], {}).get("paid", 0), row["currency"]),
        )
        for row in found
    ]


def _sum(expression: Any, condition: Q) -> Coalesce:
    return Coalesce(Sum(expression, filter=condition), 0)


@dataclass(frozen=True)
class DayOfEarnings:
    """One day's work in one currency, by where its pay stands. Minor units."""

    day: date
    in_review_minor: int
    owed_minor: int
    paid_minor: int
    """Paid or on its way."""

    @property
    def total_minor(self) -> int:
        return self.in_review_minor + self.owed_minor + self.paid_minor


def days_of_earnings(
    *, actor: Actor, agent_id: int, currency: str, until: date, days: int, time_zone: str
) -> list[DayOfEarnings]:
    """The last `days` days up to and including `until` in the person's time zone, days without work as zeros."""
    zone = ZoneInfo(time_zone)
    first = until - timedelta(days=days - 1)
    rows = (
        _visible(actor)
        .filter(
            agent_id=agent_id,
            currency=currency,
            worked_at__gte=datetime(first.year, first.month, first.day, tzinfo=zone),
        )
        .order_by()
        .values(day=TruncDate("worked_at", tzinfo=zone))
        .annotate(
            in_review=_sum(F("amount_minor"), Q(state__in=OPEN)),
            owed=_sum(F("amount_minor") - F("settled_minor"), Q(state__in=OWED)),
            paid=_sum(F("settled_minor"), Q(state__in=OWED)),
        )
    )
    by_day = {row["day"]: row for row in rows}
    empty: Mapping[str, int] = {"in_review": 0, "owed": 0, "paid": 0}
    found = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        row = by_day.get(day, empty)
        found.append(DayOfEarnings(day, row["in_review"], row["owed"], row["paid"]))
    return found


@dataclass(frozen=True)
class PricedVersion:
    """One price of an earning with its steps computed again from its stored inputs."""

    row: EarningPrice
    price: Price
    difference: Money
    """Against the version before; zero for the first."""

    @property
    def holds(self) -> bool:
        """The steps lead to the stored amount."""
        return self.price.amount_minor == self.row.amount_minor


@dataclass(frozen=True)
class Happening:
    """The moment an earning came to a state; `line` where that was by a payout."""

    at: datetime
    state: str
    line: PayoutLine | None = None


@dataclass(frozen=True)
class EarningDetail:
    """An earning with everything it is made of."""

    earning: Earning
    client_name: str
    versions: list[PricedVersion]
    """Newest first."""
    happened: list[Happening]
    """By moment, then in the order it was written."""

    @property
    def current(self) -> PricedVersion:
        return self.versions[0]


def earning_detail(public_id: str, *, actor: Actor) -> EarningDetail:
    """One earning opened down to its inputs; `NotFound` when the actor may not see it."""
    earning = earning_by_public_id(public_id, actor=actor)
    versions: list[PricedVersion] = []
    before = None
    for row in earning.prices.order_by("version"):
        change = row.amount_minor - before if before is not None else 0
        versions.append(PricedVersion(row, price(Inputs.from_json(row.inputs)), Money(change, earning.currency)))
        before = row.amount_minor
    return EarningDetail(
        earning=earning,
        client_name=organisation_name_for(actor, earning.programme.organisation),
        versions=versions[::-1],
        happened=_happened(earning),
    )


def _happened(earning: Earning) -> list[Happening]:
    lines = {line.payout.public_id: line for line in earning.payout_lines.select_related("payout").order_by("pk")}
    moves = history(earning).order_by("at", "pk")
    # `request_payout` notes the payout as the reason of the move.
    return [
        Happening(move.at, move.to_state, lines.get(move.reason) if move.to_state == EarningState.SETTLED else None)
        for move in moves
    ]


CHANGEABLE = {"minutes": 1_440, "units": 1_000, "escalations": 1_000}
"""What may be tried out in a recomputation, with the largest value taken."""


def recompute(public_id: str, *, actor: Actor, changes: Mapping[str, int] | None = None, version: int = 0) -> Price:
    """Price an earning again with the published formula, from its stored inputs and `changes` to try out.

    Reads only. Raises `Invalid` for a change that is not in `CHANGEABLE` or out of its bounds.
    """
    earning = earning_by_public_id(public_id, actor=actor)
    row = earning.prices.filter(version=version or earning.version).first()
    if row is None:
        raise NotFound
    for name, value in (changes or {}).items():
        if not 0 <= value <= CHANGEABLE.get(name, -1):
            raise Invalid(fields={name: "0 – " + str(CHANGEABLE.get(name, 0))}, code="pay.cannot_try_that")
    values: dict[str, Any] = dict(changes or {})
    return price(replace(Inputs.from_json(row.inputs), **values))
