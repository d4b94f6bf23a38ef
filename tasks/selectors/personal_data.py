"""What tasks knows of an agent, for that agent (docs/personal-data.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actors import Actor
from tasks.models import CalendarFeed, Claim
from tasks.selectors.commitment import adherence


def personal_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """One's own claims with attendance, adherence of the 30 days up to `at`, and the calendar feed; three queries."""
    agent_id = actor.agent_id or 0
    kept = adherence([agent_id], at)[agent_id]
    feed = CalendarFeed.objects.filter(agent_id=agent_id).first()
    rows = Claim.objects.filter(agent_id=agent_id).select_related("block", "task__programme", "rate_card")
    return {
        "claims": [
            {
                "id": c.public_id,
                "block": c.block.public_id,
                "task": c.task.public_id,
                "title": c.task.title,
                "programme": c.task.programme.public_id,
                "rate_card": c.rate_card.public_id,
                "tier": c.tier,
                "is_hot": c.hot,
                "state": c.state,
                "starts_at": c.starts_at,
                "ends_at": c.ends_at,
                "committed_at": c.committed_at,
                "released_at": c.released_at,
                "checked_in_at": c.checked_in_at,
                "checked_out_at": c.checked_out_at,
                "minutes_served": c.minutes_served,
                "called_off_bps": c.called_off_bps,
            }
            for c in rows.order_by("starts_at", "pk")
        ],
        "adherence": {"minutes_served": kept.minutes_served, "minutes_committed": kept.minutes_committed},
        "calendar_feed": {"made_at": feed.created_at} if feed else None,
    }
