"""An agent's own blocks: the week, the next one, and the calendar feed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.policies import require_agent
from core.errors import NotFound
from tasks.models import CalendarFeed, Claim
from tasks.states import HOLDS_SEAT, ClaimState

FEED_PAST = timedelta(days=30)


def claims_for(actor: Actor) -> QuerySet[Claim]:
    """The agent's own claims, by time, with everything a card shows."""
    require_agent(actor)
    rows = Claim.objects.filter(agent_id=actor.agent_id)
    return rows.select_related("block", "task__programme__organisation", "rate_card").order_by("starts_at", "pk")


def own_claim(public_id: str, *, actor: Actor) -> Claim:
    """One of one's own claims; `NotFound` otherwise."""
    claim = claims_for(actor).filter(public_id=public_id).first()
    if claim is None:
        raise NotFound
    return claim


def claims_between(actor: Actor, starts_at: datetime, ends_at: datetime) -> list[Claim]:
    """Own claims that touch `[starts_at, ends_at)`; what was released free is left out."""
    rows = claims_for(actor).filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return list(rows.exclude(state=ClaimState.RELEASED_FREE))


def next_claim(actor: Actor, *, at: datetime) -> Claim | None:
    """The block the agent is in or goes to next."""
    rows = claims_for(actor).filter(state=ClaimState.COMMITTED, ends_at__gt=at, checked_out_at=None)
    return rows.first()


def following_claim(claim: Claim, *, actor: Actor) -> Claim | None:
    """The agent's own block that begins where this one ends."""
    return claims_for(actor).filter(state=ClaimState.COMMITTED, starts_at=claim.ends_at).first()


def has_feed(actor: Actor) -> bool:
    """True when the agent has a calendar address."""
    require_agent(actor)
    return CalendarFeed.objects.filter(agent_id=actor.agent_id).exists()


def feed_claims(token: str, *, at: datetime) -> list[Claim]:
    """The blocks a calendar address shows: a month back and everything to come. `NotFound` for a wrong token."""
    feed = CalendarFeed.objects.filter(token_hash=hash_token(token)).first()
    if feed is None:
        raise NotFound
    rows = Claim.objects.filter(agent_id=feed.agent_id, state__in=HOLDS_SEAT, ends_at__gt=at - FEED_PAST)
    return list(rows.select_related("task__programme").order_by("starts_at"))


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
