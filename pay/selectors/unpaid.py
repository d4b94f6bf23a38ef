"""What an agent has earned and has not received: while there is any, they cannot be forgotten."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Sum

from accounts.actors import PLATFORM, Actor
from core.errors import NotFound
from core.money import Money
from pay.models import Earning, Payout
from pay.selectors.payouts import READERS
from pay.states import OPEN, OWED, PayoutState
from quality.selectors import is_being_judged
from tasks.selectors import claims_that_may_earn

_ON_THE_WAY = (PayoutState.REQUESTED, PayoutState.APPROVED, PayoutState.SENT)


@dataclass(frozen=True)
class Unpaid:
    """Where the money of one currency is that has not arrived."""

    in_review: Money
    owed: Money
    """Final and in no payout."""
    on_its_way: Money
    """In payouts that the bank has not confirmed, after tax."""

    @property
    def total(self) -> Money:
        return self.in_review + self.owed + self.on_its_way


@dataclass(frozen=True)
class WaitsFor:
    """What an agent's erasure waits for: money, and what may still bring some."""

    unpaid: list[Unpaid]
    blocks: int
    """Claimed ones that are coming, or worked and not priced yet."""
    is_being_judged: bool
    """An escalation or an appeal is open."""

    @property
    def may_still_earn(self) -> bool:
        return bool(self.blocks) or self.is_being_judged

    def __bool__(self) -> bool:
        return bool(self.unpaid) or self.may_still_earn


def erasure_waits_for(*, actor: Actor, agent_id: int) -> WaitsFor:
    """What has to be done before an agent can be forgotten, for the agent and finance; false when nothing has to.

    Raises `NotFound` for anybody else.
    """
    if actor.agent_id != agent_id and not actor.is_staff(*READERS):
        raise NotFound
    priced = Earning.objects.filter(agent_id=agent_id).values("claim_id")
    blocks = claims_that_may_earn(agent_id, actor=PLATFORM).exclude(pk__in=priced).count()
    return WaitsFor(_unpaid(agent_id), blocks, is_being_judged(agent_id))


def _unpaid(agent_id: int) -> list[Unpaid]:
    """One row per currency, none with nothing (two queries)."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"in_review": 0, "owed": 0, "on_its_way": 0})
    earned = Earning.objects.filter(agent_id=agent_id, state__in=[*OPEN, *OWED]).order_by()
    for row in earned.values("currency", "state").annotate(left=Sum(F("amount_minor") - F("settled_minor"))):
        sums[row["currency"]]["in_review" if row["state"] in OPEN else "owed"] += row["left"]
    going = Payout.objects.filter(agent_id=agent_id, state__in=_ON_THE_WAY).order_by()
    for payout in going.values("currency").annotate(left=Sum("amount_minor")):
        sums[payout["currency"]]["on_its_way"] += payout["left"]
    found = [
        Unpaid(**{name: Money(minor, currency) for name, minor in parts.items()})
        for currency, parts in sorted(sums.items())
    ]
    return [row for row in found if row.total.minor > 0]
