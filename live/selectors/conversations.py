"""Conversations an actor may know, the line of those who wait, and a programme's numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from accounts.policies import can_staff, is_platform, own_agent_id, require_scope
from accounts.states import Scope, StaffRole
from core.errors import NotFound
from live.actors import CustomerActor, Talker
from live.logic.rules import RULES, Rules
from live.logic.waiting import estimate_seconds, mean_absolute_error
from live.models import AgentPresence, Conversation, Customer, Offer, ProgrammeRules, Segment
from live.states import OWNED, WAITING, WRITABLE, ConversationState, OfferState, PresenceStatus
from tasks.eligibility import parse
from tasks.selectors import checked_in_claims

if TYPE_CHECKING:
    from accounts.actors import Actor
    from accounts.models import Programme

_READERS = (StaffRole.REVIEWER, StaffRole.OPERATOR, StaffRole.AUDITOR)


def conversations_for(actor: Talker) -> QuerySet[Conversation]:
    """Every conversation the actor may know, newest first.

    Customers: their own. Agents: what they own or served. Clients: their programmes' (an API key needs
    `conversations:read` and is told so). Reviewers, operators, auditors: all.
    """
    rows = Conversation.objects.select_related("programme", "customer", "agent").order_by("-id")
    if isinstance(actor, CustomerActor):
        return rows.filter(customer_id=actor.customer_id)
    if is_platform(actor) or can_staff(actor, *_READERS):
        return rows
    require_scope(actor, Scope.CONVERSATIONS_READ)
    may = Q(pk=None)
    if actor.clients:
        may |= Q(programme__organisation_id__in=list(actor.clients))
    if actor.agent_id is not None:
        may |= Q(pk__in=Segment.objects.filter(agent_id=actor.agent_id).values("conversation_id"))
    return rows.filter(may)


def conversation_by_public_id(public_id: str, *, actor: Talker) -> Conversation:
    """One conversation the actor may know; `NotFound` otherwise."""
    conversation = conversations_for(actor).filter(public_id=public_id).first()
    if conversation is None:
        raise NotFound
    return conversation


def open_conversation(actor: CustomerActor, *, at: datetime) -> Conversation | None:
    """The customer's open conversation, else their last one if it ended within the hour."""
    mine = conversations_for(actor)
    recent = Q(ended_at__gte=at - timedelta(seconds=RULES.rate_window_seconds)) | Q(state=ConversationState.WRAP_UP)
    return mine.filter(state__in=WRITABLE).first() or mine.filter(recent).first()


def programme_by_site_key(site_key: str) -> Programme:
    """The programme a widget's script tag names; `NotFound` for an unknown key."""
    programme: Programme | None = (
        apps.get_model("accounts", "Programme").objects.select_related("organisation").filter(site_key=site_key).first()
    )
    if programme is None:
        raise NotFound
    return programme


def programme_of_customer(actor: CustomerActor) -> Programme:
    """The programme a customer belongs to; `NotFound` when the customer is gone."""
    customer = Customer.objects.select_related("programme").filter(pk=actor.customer_id).first()
    if customer is None:
        raise NotFound
    return customer.programme


def programme_rules(programme_id: int) -> Rules:
    """The numbers in force for a programme."""
    row = ProgrammeRules.objects.filter(programme_id=programme_id).first()
    if row is None:
        return RULES
    names = (*RULES.service_bounds, "expert_seconds")
    return replace(RULES, **{n: v for n in names if (v := getattr(row, n)) is not None})


def expert_requirement(programme_id: int) -> dict[str, Any]:
    """Who is an expert of the programme, as `tasks.eligibility` reads it; `{}`: every agent."""
    row = ProgrammeRules.objects.filter(programme_id=programme_id).only("expert_requirement").first()
    return row.expert_requirement if row else {}


@dataclass(frozen=True)
class Experts:
    """Who is an expert of a programme: a skill's slug and the least score in it ("" and None: every other agent)."""

    skill: str
    score: int | None
    seconds: int | None
    """For how long they are asked alone; None: the platform's default."""


def experts_of(programme_id: int) -> Experts:
    """What the programme's client has set (one query)."""
    row = ProgrammeRules.objects.filter(programme_id=programme_id).first()
    if row is None:
        return Experts("", None, None)
    predicates = [p for group in parse(row.expert_requirement).groups for p in group if p.kind == "skill"]
    if not predicates:
        return Experts("", None, row.expert_seconds)
    return Experts(predicates[0].name, cast("int", predicates[0].value), row.expert_seconds)


def service_numbers(programme_id: int) -> dict[str, int | None]:
    """The numbers of service the programme's client has set; None: the platform's default (one query)."""
    row = ProgrammeRules.objects.filter(programme_id=programme_id).first()
    return {name: getattr(row, name, None) for name in RULES.service_bounds}


def queue_position(conversation: Conversation) -> int | None:
    """1 for the next in line of the programme; None when it does not wait."""
    if conversation.state not in WAITING or conversation.queued_at is None:
        return None
    before = Q(queued_at__lt=conversation.queued_at) | Q(queued_at=conversation.queued_at, pk__lt=conversation.pk)
    line = Conversation.objects.filter(programme_id=conversation.programme_id, state__in=WAITING)
    return line.filter(before).count() + 1


@dataclass(frozen=True)
class WaitingRoom:
    """How busy a programme is. `places` are what all available agents together serve at once."""

    waiting: int
    agents_available: int
    places: int
    taken: int
    handle_seconds: float
    answer_seconds: int
    error_seconds: int | None
    """Mean absolute error of the first estimate over the last waits; None when there are too few."""

    def estimate_seconds(self, position: int) -> int | None:
        """Expected wait at `position` (1 = next); None when nobody is there to serve."""
        if not self.agents_available:
            return None
        return estimate_seconds(
            position=position,
            places=self.places,
            free_places=max(0, self.places - self.taken),
            handle_seconds=self.handle_seconds,
            answer_seconds=self.answer_seconds,
        )


def waiting_room(programme_id: int, *, at: datetime) -> WaitingRoom:
    """Read a programme's line and floor now (six queries)."""
    rules = programme_rules(programme_id)
    agents = {claim.agent_id for claim in checked_in_claims(programme_id, at)}
    alive = at - timedelta(seconds=RULES.agent_gone_seconds)
    here = list(
        AgentPresence.objects.filter(
            agent_id__in=agents, status=PresenceStatus.AVAILABLE, last_seen_at__gte=alive
        ).values_list("agent_id", flat=True)
    )
    taken = Conversation.objects.filter(agent_id__in=here, state__in=OWNED).count()
    waits = list(
        Conversation.objects.filter(programme_id=programme_id, waited_seconds__isnull=False)
        .order_by("-id")
        .values_list("estimated_seconds", "waited_seconds")[: RULES.estimate_window]
    )
    recent = (
        Segment.objects.filter(conversation__programme_id=programme_id, ended_at__isnull=False)
        .order_by("-id")
        .values("started_at", "ended_at")[: RULES.estimate_window]
    )
    handled = [(s["ended_at"] - s["started_at"]).total_seconds() for s in recent if s["ended_at"]]
    enough = len(handled) >= RULES.estimate_min_samples
    return WaitingRoom(
        waiting=Conversation.objects.filter(programme_id=programme_id, state__in=WAITING).count(),
        agents_available=len(here),
        places=len(here) * rules.chats_at_once,
        taken=taken,
        handle_seconds=sum(handled) / len(handled) if enough else rules.default_handle_seconds,
        answer_seconds=rules.offer_seconds // 2,
        error_seconds=mean_absolute_error(
            [(told, waited) for told, waited in waits if told is not None and waited is not None],
            min_samples=RULES.estimate_min_samples,
        ),
    )


def waiting_for(actor: Actor) -> int:
    """How many conversations wait for this agent in the workspace: those they own, and those offered to them."""
    agent_id = own_agent_id(actor)
    return load_of([agent_id]).get(agent_id, 0)


def load_of(agent_ids: list[int]) -> dict[int, int]:
    """Places in use per agent: owned conversations and open offers (agents without any are left out)."""
    loads: dict[int, int] = {}
    owned = Conversation.objects.filter(agent_id__in=agent_ids, state__in=OWNED)
    offered = Offer.objects.filter(agent_id__in=agent_ids, state=OfferState.OPEN)
    for rows in (owned, offered):
        for agent_id, count in rows.values_list("agent_id").annotate(n=Count("pk")):
            loads[agent_id] = loads.get(agent_id, 0) + count
    return loads
