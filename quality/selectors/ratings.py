"""Ratings an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.policies import require_scope
from accounts.states import Scope, StaffRole
from core.errors import NotFound
from quality.models import Rating

if TYPE_CHECKING:
    from live.models import Conversation, Segment


def ratings_for(*, actor: Actor) -> QuerySet[Rating]:
    """Agents see their own, clients those of their programmes, reviewers and auditors all; newest first.

    An API key needs `conversations:read` and is told so (`ScopeNeeded`).
    """
    require_scope(actor, Scope.CONVERSATIONS_READ)
    rows = Rating.objects.select_related("segment__conversation", "programme", "agent").order_by("-at", "-pk")
    if actor.is_staff(StaffRole.REVIEWER, StaffRole.AUDITOR):
        return rows
    return rows.filter(Q(agent_id=actor.agent_id or 0) | Q(programme__organisation_id__in=list(actor.clients)))


def rating_for(*, actor: Actor, public_id: str) -> Rating:
    """One rating; raises `NotFound` when it is not the actor's to see."""
    rating = ratings_for(actor=actor).filter(public_id=public_id).first()
    if rating is None:
        raise NotFound
    return rating


def rating_of_segment(segment: Segment) -> Rating | None:
    """The rating of one segment, if its customer gave one."""
    return Rating.objects.filter(segment=segment).first()


def csats_of(conversations: Iterable[Conversation]) -> dict[int, int]:
    """The last CSAT of each conversation that has one, by row number; the caller may read them all (one query)."""
    rows = Rating.objects.filter(segment__conversation__in=list(conversations)).order_by("pk")
    return dict(rows.values_list("segment__conversation_id", "csat"))
