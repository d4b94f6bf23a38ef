"""Taking conversations from an agent who is gone or may not work any more: back in line, with their history."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import PLATFORM, Actor
from core.events import publish
from live.errors import NotActive
from live.events import AgentDeskChanged, ConversationQueued, QueueMoved, SegmentClosed
from live.logic.rules import RULES
from live.models import AgentPresence, Conversation, Offer, Segment
from live.services.locks import _lock_conversation, _lock_presence, _move, _record, _withdraw_open_offer
from live.services.messages import _post_system
from live.services.routing import _drain_after_commit
from live.states import ConversationState, EndedHow, OfferState, PresenceReason, PresenceStatus, SystemCode
from tasks.selectors import active_claim, no_longer_eligible


def requeue_dropped(*, at: datetime) -> int:
    """Return to the line what is owned by agents not heard of for 30 s; return how many conversations. For the sweeper.

    Available agents who are gone become `away`; what they were talking about is taken from them.
    """
    alive = at - timedelta(seconds=RULES.agent_gone_seconds)
    talking = Conversation.objects.filter(state=ConversationState.ACTIVE).values("agent_id")
    gone = AgentPresence.objects.filter(last_seen_at__lt=alive)
    count = 0
    for agent_id in sorted(
        {*gone.filter(status=PresenceStatus.AVAILABLE).values_list("agent_id", flat=True)}
        | {*gone.filter(agent_id__in=talking).values_list("agent_id", flat=True)}
    ):
        if _mark_gone(agent_id, alive, at):
            count += take_from_agent(agent_id=agent_id, how=EndedHow.DROPPED, at=at)
            withdraw_offers(agent_id=agent_id, at=at)
    return count


@transaction.atomic
def _mark_gone(agent_id: int, alive: datetime, at: datetime) -> bool:
    presence = _lock_presence(agent_id)
    if presence.last_seen_at is not None and presence.last_seen_at >= alive:
        return False
    if presence.status == PresenceStatus.AVAILABLE:
        AgentPresence.objects.filter(pk=presence.pk).update(status=PresenceStatus.AWAY, reason=PresenceReason.DROPPED)
        publish(AgentDeskChanged(agent_id, at))
    return True


def take_from_agent(*, agent_id: int, how: EndedHow, at: datetime) -> int:
    """Requeue every conversation the agent is talking in; return how many. One transaction each."""
    ids = Conversation.objects.filter(agent_id=agent_id, state=ConversationState.ACTIVE).values_list("pk", flat=True)
    return sum(_requeue(pk, agent_id, how, at) for pk in list(ids))


@transaction.atomic
def _requeue(conversation_id: int, agent_id: int, how: EndedHow, at: datetime) -> bool:
    row = _lock_conversation(conversation_id)
    if row.agent_id != agent_id or row.state != ConversationState.ACTIVE or row.agent is None:
        return False
    _return_to_line(row, how=how, said=SystemCode.AGENT_LEFT, action="requeue", at=at, actor=PLATFORM)
    return True


def _return_to_line(
    row: Conversation, *, how: EndedHow, said: SystemCode, action: str, at: datetime, actor: Actor
) -> Segment:
    """End the owner's segment of a locked, active conversation and let it wait again, at its old place.

    The customer is told with `said`. Audited as `live.<action>`; publishes `SegmentClosed`, `ConversationQueued`,
    `QueueMoved`.
    """
    if row.agent is None:
        raise NotActive
    agent = row.agent
    segment = Segment.objects.select_for_update(no_key=True).get(conversation=row, epoch=row.epoch)
    _post_system(conversation=row, code=said, at=at, name=agent.nickname)
    rows = Segment.objects.filter(pk=segment.pk)
    rows.update(talk_ended_at=at, ended_at=at, ended_how=how, to_seq=row.last_seq)
    _record(row, action, agent_public_id=agent.public_id, actor=actor, at=at, how=how, segment=segment.public_id)
    _move(
        row,
        ConversationState.QUEUED,
        at=at,
        actor=None if actor is PLATFORM else actor,
        reason=how,
        agent_id=None,
        claim_id=None,
        epoch=row.epoch + 1,
        waiting_since=at,
        reply_since=None,
        reply_due_at=None,
        reply_overdue_at=None,
    )
    publish(SegmentClosed(segment.pk, row.pk, agent.pk, segment.claim_id, at))
    publish(ConversationQueued(row.pk, row.programme_id, at))
    publish(QueueMoved(row.programme_id, at))
    _drain_after_commit(row.programme_id, at)
    return segment


def withdraw_offers(*, agent_id: int, at: datetime) -> int:
    """Take back the open offers of an agent who is gone, on a break or checked out; return how many."""
    ids = Offer.objects.filter(agent_id=agent_id, state=OfferState.OPEN).values_list("conversation_id", flat=True)
    return sum(_withdraw(pk, agent_id, at) for pk in list(ids))


def withdraw_ineligible(*, agent_id: int, at: datetime) -> int:
    """Take back the open offers of an agent who does not meet any more what their task asks; return how many.

    What they are serving stays theirs to finish; routing offers them nothing new.
    """
    claim = active_claim(agent_id, at)
    if claim is None or not no_longer_eligible([claim], at):
        return 0
    return withdraw_offers(agent_id=agent_id, at=at)


@transaction.atomic
def _withdraw(conversation_id: int, agent_id: int, at: datetime) -> bool:
    row = _lock_conversation(conversation_id)
    if not Offer.objects.filter(conversation=row, agent_id=agent_id, state=OfferState.OPEN).exists():
        return False
    _withdraw_open_offer(row, at=at, actor=PLATFORM)
    _move(row, ConversationState.QUEUED, at=at, actor=None)
    publish(QueueMoved(row.programme_id, at))
    _drain_after_commit(row.programme_id, at)
    return True
