"""What agents hold, and how well they keep to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from core.clock import BLOCK
from tasks.logic.commitment import Adherence
from tasks.logic.rules import RULES
from tasks.models import Claim
from tasks.states import COUNTED, HOLDS_SEAT

_BLOCK_MINUTES = int(BLOCK.total_seconds()) // 60


def adherence(agent_ids: Iterable[int], at: datetime) -> dict[int, Adherence]:
    """Minutes served and committed of each agent over the 30 days up to `at`, in one query.

    Committed: blocks served, served in part, missed, or released late, by their start. What was released
    free or waived does not count. An agent without any is in the answer with zeros.
    """
    ids = list(agent_ids)
    rows = (
        Claim.objects.filter(agent_id__in=ids, state__in=COUNTED, starts_at__gt=at - RULES.adherence_window)
        .values("agent_id")
        .annotate(served=Sum("minutes_served"), blocks=Count("pk"))
        .values_list("agent_id", "served", "blocks")
    )
    found = {agent_id: Adherence(served, blocks * _BLOCK_MINUTES) for agent_id, served, blocks in rows.order_by()}
    return {i: found.get(i, Adherence()) for i in ids}


@dataclass(frozen=True)
class Holding:
    """One seat an agent holds or held, as far as caps look at it."""

    task_id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    hot: bool


def holdings(agent_id: int, at: datetime, *, task_id: int) -> list[Holding]:
    """Seats of one agent from two days back on, and all of one task: enough for every cap. For services."""
    recent = Q(ends_at__gt=at - timedelta(days=2)) | Q(task_id=task_id)
    rows = Claim.objects.filter(recent, agent_id=agent_id, state__in=HOLDS_SEAT)
    return [Holding(*row) for row in rows.values_list("task_id", "starts_at", "ends_at", "state", "hot")]


def blocks_on_day(mine: Sequence[Holding], starts_at: datetime, time_zone: str) -> int:
    """How many of them start on the same day as `starts_at`, in the person's own time zone."""
    zone = ZoneInfo(time_zone)
    day = starts_at.astimezone(zone).date()
    return sum(h.starts_at.astimezone(zone).date() == day for h in mine)
