"""What the owner of a conversation may know of its customer: earlier conversations, and what to go by."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.actors import PLATFORM, Actor
from core.errors import NotFound
from live.models import Conversation, Segment
from live.selectors.transcripts import Transcript, transcript
from live.states import ENDED, OWNED

EARLIER = 10
"""Earlier conversations shown."""


@dataclass(frozen=True)
class EarlierConversation:
    """One that has ended; `segment` is its last part, None when nobody ever served it."""

    conversation: Conversation
    segment: Segment | None


@dataclass(frozen=True)
class Background:
    """Beside a conversation one owns now."""

    conversation: Conversation
    earlier: list[EarlierConversation]
    earlier_count: int
    guide: str
    """What the client says to go by, in Markdown."""
    brief: str
    """What the task said, under which the conversation is served."""


def background(public_id: str, *, actor: Actor) -> Background:
    """What is at hand beside a conversation; `NotFound` for anybody but its present owner (four queries)."""
    talk = _owned(public_id, actor)
    ended = _earlier_of(talk)
    shown = list(ended[:EARLIER])
    parts = Segment.objects.filter(conversation__in=shown).order_by("conversation_id", "epoch")
    last = {part.conversation_id: part for part in parts}
    earlier = [EarlierConversation(row, last.get(row.pk)) for row in shown]
    brief = talk.claim.task.brief if talk.claim else ""
    return Background(talk, earlier, ended.count(), talk.programme.guide, brief)


def earlier_transcript(public_id: str, earlier_id: str, *, actor: Actor) -> Transcript:
    """An earlier conversation of the customer one is serving now, to read; `NotFound` otherwise."""
    row = _earlier_of(_owned(public_id, actor)).filter(public_id=earlier_id).first()
    if row is None:
        raise NotFound
    return transcript(PLATFORM, row)  # owning the present conversation is the right to read it


def serves_customer(actor: Actor, customer_id: int) -> bool:
    """Owns a conversation of the customer at this moment."""
    rows = Conversation.objects.filter(customer_id=customer_id, agent_id=actor.agent_id, state__in=OWNED)
    return actor.agent_id is not None and rows.exists()


def _owned(public_id: str, actor: Actor) -> Conversation:
    rows = Conversation.objects.select_related("programme", "customer", "claim__task")
    row = rows.filter(public_id=public_id, agent_id=actor.agent_id, state__in=OWNED).first()
    if row is None or actor.agent_id is None:
        raise NotFound
    return row


def _earlier_of(talk: Conversation) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(customer_id=talk.customer_id, state__in=ENDED).exclude(pk=talk.pk)
    return rows.order_by("-id")
