"""Reads around claims that routing, pay and the agent's own pages need."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.actors import PLATFORM, Actor
from accounts.policies import can_staff, is_platform
from core.errors import NotFound
from tasks.models import Claim
from tasks.states import WORKED, ClaimState


def visible_claims(actor: Actor) -> QuerySet[Claim]:
    """Every claim the actor may see: one's own, those of one's organisations, all for platform staff."""
    rows = Claim.objects.select_related("task__programme__organisation", "block", "rate_card", "agent")
    if is_platform(actor) or can_staff(actor):
        return rows
    if actor.agent_id is not None and not actor.clients:
        return rows.filter(agent_id=actor.agent_id)
    mine = rows.filter(task__programme__organisation_id__in=actor.clients.keys())
    return mine | rows.filter(agent_id=actor.agent_id) if actor.agent_id is not None else mine


def claim_by_public_id(public_id: str, *, actor: Actor) -> Claim:
    """One claim the actor may see; `NotFound` otherwise."""
    claim = visible_claims(actor).filter(public_id=public_id).first()
    if claim is None:
        raise NotFound
    return claim


def claim_by_id(claim_id: int, *, actor: Actor = PLATFORM) -> Claim:
    """The claim an event names, with task, programme, organisation, block, rate card and agent at hand."""
    claim = visible_claims(actor).filter(pk=claim_id).first()
    if claim is None:
        raise NotFound
    return claim


def claims_that_may_earn(agent_id: int, *, actor: Actor) -> QuerySet[Claim]:
    """One agent's claims that money comes of, now or later: committed, worked, or called off late."""
    return visible_claims(actor).filter(
        Q(state__in=[ClaimState.COMMITTED, *WORKED]) | Q(called_off_bps__gt=0), agent_id=agent_id
    )


def checked_in_claims(programme_id: int, at: datetime, *, actor: Actor = PLATFORM) -> list[Claim]:
    """Claims of agents at work for a programme now: the block holds `at`, checked in and not out. For routing.

    An agent checked in early counts from the start of the block.
    """
    rows = visible_claims(actor).filter(_at_work(at), task__programme_id=programme_id)
    return list(rows.order_by("checked_in_at", "pk"))


def claim_at_work(claim_id: int, at: datetime) -> Claim | None:
    """The claim, if its agent is at work on it now; with no more than task, programme and agent. For routing."""
    return Claim.objects.select_related("task__programme", "agent").filter(_at_work(at), pk=claim_id).first()


def _at_work(at: datetime) -> Q:
    return Q(state=ClaimState.COMMITTED, starts_at__lte=at, ends_at__gt=at, checked_in_at__lte=at, checked_out_at=None)


def claim_to_check_in(agent_id: int, at: datetime, *, actor: Actor = PLATFORM) -> Claim | None:
    """The block this agent has to check in for next: running and not begun, or the nearest to come."""
    waiting = Q(agent_id=agent_id, state=ClaimState.COMMITTED, ends_at__gt=at, checked_in_at=None)
    return visible_claims(actor).filter(waiting).order_by("starts_at").first()


def active_claim(agent_id: int, at: datetime, *, actor: Actor = PLATFORM) -> Claim | None:
    """The claim this agent is at work on now, if any (the overlap constraint allows one at most)."""
    return visible_claims(actor).filter(_at_work(at), agent_id=agent_id).first()
