"""Customers, conversations and agents at work, made through the services as far as they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.actors import Actor
from accounts.models import AgentProfile, Programme
from accounts.tests.factories import AgentFactory, ProgrammeFactory, actors_of
from core.clock import BLOCK
from live import services
from live.actors import CustomerActor
from live.models import AgentPresence, Conversation, Customer, Offer
from live.states import PresenceStatus, WrapUpCode
from tasks.models import Block, Claim
from tasks.tests.factories import NOON, OpenTaskFactory, RateCardFactory, checked_in_claim

AT = NOON + timedelta(minutes=5)
"""A moment inside the block that begins at noon."""
__all__ = ["AT", "NOON"]


class CustomerFactory(DjangoModelFactory):
    """A visitor of a programme who speaks English."""

    class Meta:
        model = Customer

    programme = factory.SubFactory(ProgrammeFactory)
    external_key = factory.Sequence(lambda n: f"v:{n}")
    display_name = factory.Sequence(lambda n: f"Customer {n}")
    language = "en"
    created_at = NOON


@dataclass
class Floor:
    """A programme with a block that runs now and agents checked in to it."""

    programme: Programme
    block: Block
    agents: list[AgentProfile]
    actors: list[Actor]
    claims: list[Claim]


def floor(agents: int = 1, *, available: bool = True, at: datetime = AT, starts_at: datetime = NOON) -> Floor:
    """A programme with `agents` checked-in agents, present and available unless told otherwise."""
    programme = ProgrammeFactory()
    task = OpenTaskFactory(
        rate_card=RateCardFactory(programme=programme), blocks=[starts_at], blocks__seats=max(agents, 1)
    )
    made = Floor(programme, task.blocks.get(), [], [], [])
    for _ in range(agents):
        join(made, available=available, at=at)
    return made


def join(made: Floor, *, available: bool = True, at: datetime = AT, agent: AgentProfile | None = None) -> Actor:
    """One more agent checks in; earlier ones have been idle for longer."""
    agent = agent or AgentFactory()
    made.agents.append(agent)
    made.claims.append(checked_in_claim(agent=agent, block=made.block))
    actor = actors_of([agent])[0]
    made.actors.append(actor)
    AgentPresence.objects.create(
        agent=agent,
        status=PresenceStatus.AVAILABLE if available else PresenceStatus.AWAY,
        last_seen_at=at,
        idle_since=at - timedelta(minutes=10) + timedelta(seconds=len(made.agents)),
    )
    return actor


def customer_actor(customer: Customer) -> CustomerActor:
    """The actor a widget token would name."""
    return CustomerActor(customer.pk, customer.public_id, customer.programme_id, customer.language)


def start(programme: Programme, *, at: datetime = AT, text: str = "Where is my parcel?", **fields: Any) -> Conversation:
    """A new customer's first message, queued but not yet offered."""
    customer = CustomerFactory(programme=programme, **fields)
    conversation, _stored = services.start_conversation(
        actor=customer_actor(customer), client_msg_id=f"start-{customer.pk:08d}", text=text, at=at
    )
    return conversation


def active(made: Floor, *, at: datetime = AT, **fields: Any) -> Conversation:
    """A conversation the next agent of the floor has accepted."""
    return _accepted(made, start(made.programme, at=at, **fields), at)


def again(made: Floor, customer: Customer, *, at: datetime) -> Conversation:
    """The same customer writes once more, and the next agent of the floor has accepted."""
    AgentPresence.objects.filter(agent__in=made.agents).update(last_seen_at=at)
    conversation, _stored = services.start_conversation(
        actor=customer_actor(customer), client_msg_id=f"again-{at:%H%M%S}", text="Me again", at=at
    )
    return _accepted(made, conversation, at)


def _accepted(made: Floor, conversation: Conversation, at: datetime) -> Conversation:
    services.assign_waiting(programme_id=made.programme.pk, at=at)
    offer = Offer.objects.get(conversation=conversation, state="open")
    actor = next(actor for actor in made.actors if actor.agent_id == offer.agent_id)
    services.accept_offer(actor=actor, offer=offer, at=at)
    conversation.refresh_from_db()
    return conversation


def closed(made: Floor, *, at: datetime = AT, code: str = WrapUpCode.RESOLVED, **fields: Any) -> Conversation:
    """A conversation an agent has served, answered and closed."""
    conversation = active(made, at=at, **fields)
    actor = next(actor for actor in made.actors if actor.agent_id == conversation.agent_id)
    services.send_message(
        actor=actor,
        conversation=conversation,
        client_msg_id=f"reply-{conversation.pk:08d}",
        text="It leaves today.",
        epoch=conversation.epoch,
        at=at + timedelta(seconds=30),
    )
    services.close_conversation(
        actor=actor,
        conversation=conversation,
        epoch=conversation.epoch,
        wrap_up_code=code,
        at=at + timedelta(minutes=2),
    )
    conversation.refresh_from_db()
    return conversation


def later(**delta: float) -> datetime:
    """`AT` and some time."""
    return AT + timedelta(**delta)


def block_end() -> datetime:
    return NOON + BLOCK
