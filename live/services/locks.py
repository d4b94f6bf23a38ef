"""Taking rows for a change, in the one order: conversation, offer, presence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actors import Actor
from core import audit
from core.errors import NotFound
from core.events import publish
from core.states import move
from live.actors import Talker
from live.errors import StaleEpoch
from live.events import AgentDeskChanged, ConversationChanged
from live.models import AgentPresence, Conversation, Offer, Segment
from live.states import CONVERSATION, OFFER, ConversationState, OfferState


def _lock_conversation(conversation_id: int) -> Conversation:
    """The row as it is now, held until the transaction ends."""
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "agent")
    return rows.get(pk=conversation_id)


def _lock_presence(agent_id: int) -> AgentPresence:
    """The lock under which an agent is given work; made on first use."""
    rows = AgentPresence.objects.select_for_update(no_key=True, of=("self",))
    held = rows.filter(agent_id=agent_id).first()
    if held is None:
        AgentPresence.objects.bulk_create([AgentPresence(agent_id=agent_id)], ignore_conflicts=True)
        held = rows.get(agent_id=agent_id)
    return held


def _lock_owned(conversation: Conversation, actor: Actor, epoch: int) -> Conversation:
    """The conversation held for its owner; `NotFound` for a stranger, `StaleEpoch` for a former owner."""
    row = _lock_conversation(conversation.pk)
    if row.agent_id != actor.agent_id or row.epoch != epoch:
        mine = Segment.objects.filter(conversation=row, agent_id=actor.agent_id).exists()
        raise StaleEpoch if mine else NotFound
    return row


def _move(
    row: Conversation, to: ConversationState, *, at: datetime, actor: Talker | None, reason: str = "", **changes: Any
) -> None:
    """Move a locked conversation, count its version up, and tell its sockets and its owner's desk."""
    before = row.agent_id
    changes["version"] = row.version + 1
    move(row, to, table=CONVERSATION, at=at, actor=actor, reason=reason, changes=changes)
    publish(ConversationChanged(row.pk, at))
    for agent_id in {before, row.agent_id}:
        if agent_id is not None:
            publish(AgentDeskChanged(agent_id, at))


def _end_offer(offer: Offer, to: OfferState, *, at: datetime, actor: Talker | None) -> None:
    """Answer a locked offer one way or another, and tell the agent's desk."""
    move(offer, to, table=OFFER, at=at, actor=actor, changes={"answered_at": at})
    publish(AgentDeskChanged(offer.agent_id, at))


def _withdraw_open_offer(row: Conversation, *, at: datetime, actor: Talker | None) -> None:
    """Take back the offer of a locked conversation, if one is open."""
    offer = Offer.objects.select_for_update(no_key=True).filter(conversation=row, state=OfferState.OPEN).first()
    if offer is not None:
        _end_offer(offer, OfferState.WITHDRAWN, at=at, actor=actor)


def _record(
    row: Conversation, action: str, *, agent_public_id: str, actor: Talker | None, at: datetime, **data: Any
) -> None:
    """One audit entry in the agent's own stream, so that agents do not wait for each other."""
    audit.record(
        stream=f"live.{agent_public_id}",
        action=f"live.{action}",
        subject=row.public_id,
        at=at,
        actor=actor,
        data={"epoch": row.epoch, **data},
    )
