"""The reviewers' two queues and what opens from them. Rows come without names; own team is left out."""

from __future__ import annotations

from django.db.models import Case, Q, QuerySet, When

from accounts.actors import Actor
from accounts.policies import require_staff
from accounts.states import StaffRole
from core.errors import NotFound
from quality.models import Appeal, Review, ReviewItem, Sample
from quality.states import AppealState, SampleState, SampleTier


def _not_own(actor: Actor) -> Q:
    own = Q(agent_id=actor.agent_id or 0)
    if actor.team_id is not None:
        own |= Q(agent__team_membership__team_id=actor.team_id)
    return ~own


def reviews_queue(*, actor: Actor, tier: str = "") -> QuerySet[Sample]:
    """What waits for this reviewer, oldest first: unclaimed items and the reviewer's own."""
    require_staff(actor, StaffRole.REVIEWER)
    rows = (
        Sample.objects.filter(
            Q(state=SampleState.WAITING) | Q(state=SampleState.TAKEN, taken_by_id=actor.user_id), _not_own(actor)
        )
        .select_related("segment__conversation__programme", "programme")
        .order_by(
            Case(When(tier=SampleTier.TRIGGERED, then=0), When(tier=SampleTier.RISK, then=1), default=2), "at", "pk"
        )
    )
    return rows.filter(tier=tier) if tier else rows


def sample_for(*, actor: Actor, public_id: str) -> Sample:
    """One item of the queue; raises `NotFound` for the reviewer's own team as for what is not there."""
    require_staff(actor, StaffRole.REVIEWER)
    sample = (
        Sample.objects.filter(_not_own(actor), public_id=public_id)
        .select_related("segment__conversation__programme", "segment__claim", "agent", "programme")
        .first()
    )
    if sample is None:
        raise NotFound
    return sample


def appeals_queue(*, actor: Actor) -> QuerySet[Appeal]:
    """Open appeals this reviewer may answer (not against their own reviews), the most urgent first."""
    require_staff(actor, StaffRole.REVIEWER)
    return (
        Appeal.objects.filter(_not_own(actor), state=AppealState.OPEN)
        .exclude(review_item__review__reviewer_id=actor.user_id)
        .select_related("review_item__item", "review_item__review__segment__conversation__programme")
        .order_by("due_at", "pk")
    )


def appeal_for(*, actor: Actor, public_id: str) -> Appeal:
    """One appeal: for a reviewer who may answer it, or for the agent who made it."""
    rows = Appeal.objects.select_related(
        "review_item__item", "review_item__review__segment__conversation__programme", "agent"
    ).filter(public_id=public_id)
    if actor.agent_id is not None and (mine := rows.filter(agent_id=actor.agent_id).first()):
        return mine
    require_staff(actor, StaffRole.REVIEWER)
    appeal = rows.filter(_not_own(actor)).exclude(review_item__review__reviewer_id=actor.user_id).first()
    if appeal is None:
        raise NotFound
    return appeal


def review_for(*, actor: Actor, public_id: str) -> Review:
    """One review: for the agent it judges, its client, or a platform reviewer or auditor."""
    rows = Review.objects.select_related("segment__conversation__programme", "scorecard", "agent").prefetch_related(
        "items__item", "items__appeal"
    )
    if not actor.is_staff(StaffRole.REVIEWER, StaffRole.AUDITOR):
        rows = rows.filter(
            Q(agent_id=actor.agent_id or 0)
            | Q(segment__conversation__programme__organisation_id__in=list(actor.clients))
        )
    review = rows.filter(public_id=public_id).first()
    if review is None:
        raise NotFound
    return review


def review_item_for(*, actor: Actor, public_id: str) -> ReviewItem:
    """One judged item of the agent's own review."""
    item = (
        ReviewItem.objects.filter(public_id=public_id, review__agent_id=actor.agent_id or 0)
        .select_related("review__agent", "item")
        .first()
    )
    if item is None:
        raise NotFound
    return item
