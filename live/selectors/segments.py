"""Segments: what is paid, rated and reviewed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.actors import PLATFORM
from core.errors import NotFound
from live.actors import CustomerActor, Talker
from live.models import Segment
from live.selectors.conversations import conversations_for
from live.states import EndedHow, WrapUpCode

_PAID_ENDS = (EndedHow.AGENT, EndedHow.CUSTOMER, EndedHow.CUSTOMER_LEFT, EndedHow.ABUSE)
_UNIT = Q(ended_at__isnull=False, ended_how__in=_PAID_ENDS) & ~Q(wrap_up_code__in=["", WrapUpCode.OVERDUE])


def segments_for(actor: Talker) -> QuerySet[Segment]:
    """Segments the actor may know, newest first: an agent's own, else those of conversations they may know."""
    rows = Segment.objects.select_related("conversation__programme", "conversation__customer", "agent", "claim")
    rows = rows.order_by("-id")
    if (
        not isinstance(actor, CustomerActor)
        and actor.agent_id is not None
        and not actor.clients
        and not actor.staff_roles
    ):
        return rows.filter(agent_id=actor.agent_id)
    return rows.filter(conversation__in=conversations_for(actor).order_by().values("pk"))


def segment_by_id(segment_id: int, *, actor: Talker = PLATFORM) -> Segment:
    """The segment an event names, with conversation, programme, customer, agent and claim; `NotFound` otherwise."""
    segment = segments_for(actor).filter(pk=segment_id).first()
    if segment is None:
        raise NotFound
    return segment


def segment_by_public_id(public_id: str, *, actor: Talker) -> Segment:
    """One segment the actor may know; `NotFound` otherwise."""
    segment = segments_for(actor).filter(public_id=public_id).first()
    if segment is None:
        raise NotFound
    return segment


def segments_of_claim(claim_id: int, *, actor: Talker = PLATFORM) -> list[Segment]:
    """What was served under one claim, oldest first."""
    return list(segments_for(actor).filter(claim_id=claim_id).order_by("pk"))


def served_segments(agent_id: int, *, since: datetime, actor: Talker = PLATFORM) -> QuerySet[Segment]:
    """An agent's segments that ended since a moment and count as a unit."""
    return segments_for(actor).filter(_UNIT, agent_id=agent_id, ended_at__gte=since)


def accepted_units(claim_id: int) -> int:
    """Units of pay under a claim: segments the agent closed with a wrap-up code, however the talk ended.

    A segment that was dropped, taken away or never wrapped up is none; one ended for abuse is one.
    """
    return Segment.objects.filter(_UNIT, claim_id=claim_id).count()


def served_count(*, programme_id: int, since: datetime, until: datetime) -> int:
    """How many segments of a programme, talk with a customer to its end, fell in `[since, until)`."""
    return Segment.objects.filter(
        conversation__programme_id=programme_id,
        talk_ended_at__gte=since,
        talk_ended_at__lt=until,
        ended_how__in=_PAID_ENDS,
    ).count()
