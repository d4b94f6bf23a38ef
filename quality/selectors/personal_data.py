"""What quality knows of an agent, for that agent (docs/personal-data.md): neither who judged nor customers' words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from accounts.actors import Actor
from quality.models import EscalationReview, QaResult, Rating, Review, ReviewItem


def personal_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """Ratings, reviews with items and appeals, smart QA and judged escalations of one's own; six queries."""
    mine = {"agent_id": actor.agent_id or 0}
    items = Prefetch("items", queryset=ReviewItem.objects.select_related("item", "appeal"))
    reviews = Review.objects.filter(**mine).select_related("segment").prefetch_related(items).order_by("pk")
    results = QaResult.objects.filter(**mine).select_related("segment").prefetch_related("hits").order_by("pk")
    return {
        "ratings": [
            {
                "id": r.public_id,
                "segment": r.segment.public_id,
                "at": r.at,
                "csat": r.csat,
                "uncontrollable_reason": r.uncontrollable_reason,
            }
            for r in Rating.objects.filter(**mine).select_related("segment").order_by("pk")
        ],
        "reviews": [
            {
                "id": r.public_id,
                "segment": r.segment.public_id,
                "at": r.at,
                "score": r.score,
                "comment": r.comment,
                "items": [_item(item) for item in r.items.all()],
            }
            for r in reviews
        ],
        "smart_qa": [
            {
                "id": r.public_id,
                "segment": r.segment.public_id,
                "at": r.at,
                "score": r.score,
                "hits": [{"rule": hit.rule, "message_seq": hit.message_seq} for hit in r.hits.all()],
            }
            for r in results
        ],
        "escalations": [
            {
                "id": e.public_id,
                "segment": e.segment.public_id,
                "state": e.state,
                "due_at": e.due_at,
                "judged_at": e.judged_at,
                "reason": e.reason,
                "appealed_at": e.appealed_at,
                "appeal": e.appeal,
                "answered_at": e.answered_at,
                "answer": e.answer,
            }
            for e in EscalationReview.objects.filter(**mine).select_related("segment").order_by("pk")
        ],
    }


def _item(row: ReviewItem) -> dict[str, Any]:
    appeal = getattr(row, "appeal", None)
    return {
        "id": row.public_id,
        "criterion": row.item.title,
        "max_points": row.item.max_points,
        "points": row.points,
        "points_that_hold": row.effective_points,
        "note": row.note,
        "message_seq": row.message_seq,
        "appeal": {
            "id": appeal.public_id,
            "state": appeal.state,
            "reason": appeal.reason,
            "opened_at": appeal.opened_at,
            "due_at": appeal.due_at,
            "decided_at": appeal.decided_at,
            "points": appeal.points,
            "answer": appeal.answer,
        }
        if appeal
        else None,
    }
