"""Judgements of escalations: what pay counts, what the agent reads, what a second reviewer answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, QuerySet, Value

from accounts.actors import Actor
from accounts.policies import require_staff
from accounts.states import StaffRole
from core.errors import NotFound
from quality.models import Appeal, EscalationReview
from quality.selectors.queues import _not_own, appeals_queue
from quality.states import AppealState, EscalationState

if TYPE_CHECKING:
    from live.models import Segment

_WITH = ("segment__conversation__programme", "segment__escalation", "agent", "claim")
_UNDECIDED = (EscalationState.WAITING, EscalationState.APPEALED)


def justified_escalations(claim_id: int) -> int:
    """How many of a claim's escalations are paid: those judged justified, or by nobody in time."""
    return EscalationReview.objects.filter(claim_id=claim_id, state=EscalationState.JUSTIFIED).count()


def waiting_escalations(claim_id: int) -> int:
    """How many of a claim's escalations are not decided yet."""
    return EscalationReview.objects.filter(claim_id=claim_id, state__in=_UNDECIDED).count()


def is_being_judged(agent_id: int) -> bool:
    """True while an escalation of the agent's waits for its judgement, or an appeal of theirs for its answer."""
    return (
        EscalationReview.objects.filter(agent_id=agent_id, state__in=_UNDECIDED).exists()
        or Appeal.objects.filter(agent_id=agent_id, state=AppealState.OPEN).exists()
    )


def escalation_of(segment: Segment) -> EscalationReview | None:
    """The judgement of an escalated segment; None for any other."""
    return EscalationReview.objects.filter(segment=segment).select_related("segment__escalation").first()


def own_escalation(*, actor: Actor, public_id: str) -> EscalationReview:
    """One judgement of the agent's own; `NotFound` for anybody else."""
    rows = EscalationReview.objects.select_related(*_WITH).filter(public_id=public_id)
    row = rows.filter(agent_id=actor.agent_id or 0).first()
    if row is None:
        raise NotFound
    return row


def escalation_for(*, actor: Actor, public_id: str) -> EscalationReview:
    """One judgement, for a reviewer who may answer its appeal."""
    require_staff(actor, StaffRole.REVIEWER)
    rows = EscalationReview.objects.select_related(*_WITH).filter(public_id=public_id)
    row = rows.filter(_not_own(actor)).exclude(judged_by_id=actor.user_id).first()
    if row is None:
        raise NotFound
    return row


def escalations_of_agent(*, actor: Actor, latest: int = 20) -> list[EscalationReview]:
    """An agent's own escalations, newest first."""
    rows = EscalationReview.objects.filter(agent_id=actor.agent_id or 0).select_related(*_WITH)
    return list(rows.order_by("-pk")[:latest])


def escalation_appeals(*, actor: Actor) -> QuerySet[EscalationReview]:
    """Appealed judgements this reviewer may answer (not their own), the most urgent first."""
    require_staff(actor, StaffRole.REVIEWER)
    rows = EscalationReview.objects.filter(_not_own(actor), state=EscalationState.APPEALED)
    return rows.exclude(judged_by_id=actor.user_id).select_related(*_WITH).order_by("due_at", "pk")


def open_appeals(*, actor: Actor) -> QuerySet[Any, dict[str, Any]]:
    """All this reviewer may answer, the most urgent first: `public_id`, `due_at` and the item's titles of each.

    An appeal against the judgement of an escalation has no item: its titles are empty.
    """
    nothing = Value("", output_field=CharField())
    items = appeals_queue(actor=actor).order_by()
    escalations = escalation_appeals(actor=actor).order_by()
    titles = {name: F(f"review_item__item__{name}") for name in ("title_en", "title_zh")}
    rows: QuerySet[Any, Any] = items.values("public_id", "due_at", **titles)
    others = escalations.values("public_id", "due_at", title_en=nothing, title_zh=nothing)
    return rows.union(others, all=True).order_by("due_at", "public_id")
