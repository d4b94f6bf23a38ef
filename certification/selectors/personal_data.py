"""What certification knows of an agent, for that agent (docs/personal-data.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actors import Actor
from certification.models import AgentSkill, AgentTier, Attempt, Certificate, Practical


def personal_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """Skills, tier, certificates and attempts with one's own answers; six queries."""
    agent_id = actor.agent_id or 0
    tier = AgentTier.objects.filter(agent_id=agent_id).first()
    return {
        "tier": {"tier": tier.tier, "since": tier.since, "inputs": tier.inputs} if tier else None,
        "skills": [
            {"tag": s.tag.slug, "score": s.score, "inputs": s.inputs}
            for s in AgentSkill.objects.filter(agent_id=agent_id).select_related("tag").order_by("tag__slug")
        ],
        "certificates": [
            {
                "id": c.public_id,
                "standard": c.slug,
                "state": c.state,
                "issued_at": c.issued_at,
                "valid_until": c.valid_until,
                "revoked_at": c.revoked_at,
                "revoked_reason": c.revoked_reason,
            }
            for c in Certificate.objects.filter(agent_id=agent_id).order_by("pk")
        ],
        "attempts": [
            {
                "id": a.public_id,
                "exam": a.exam.slug,
                "state": a.state,
                "started_at": a.started_at,
                "submitted_at": a.submitted_at,
                "points_earned": a.points_earned,
                "points_possible": a.points_possible,
                "device": a.device,
                "answers": [q.answer for q in a.questions.all()],
                "practical": _practical(getattr(a, "practical", None)),
            }
            for a in Attempt.objects.filter(agent_id=agent_id)
            .select_related("exam", "practical")
            .prefetch_related("questions", "practical__replies")
            .order_by("pk")
        ],
    }


def _practical(row: Practical | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "id": row.public_id,
        "state": row.state,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "percent": row.percent,
        "replies": [{"turn": r.turn, "text": r.text, "saved_at": r.saved_at} for r in row.replies.all()],
    }
