"""What happens in a conversation, for handlers in this app and those above it."""

from dataclasses import dataclass
from datetime import datetime

from core.events import Event


@dataclass(frozen=True)
class ConversationChanged(Event):
    """Anything but a message changed: state, owner, marks, deadlines. Sockets read it again."""

    conversation_id: int
    at: datetime


@dataclass(frozen=True)
class MarksMoved(Event):
    """One side has received or read further. Frequent: keep handlers `@on` and cheap, never `@after`."""

    conversation_id: int
    at: datetime


@dataclass(frozen=True)
class AgentDeskChanged(Event):
    """What one agent sees of their desk changed: an offer came or went, presence, a conversation came or went."""

    agent_id: int
    at: datetime


@dataclass(frozen=True)
class QueueMoved(Event):
    """The waiting line of a programme, or who serves it, changed: positions and estimates are others now."""

    programme_id: int
    at: datetime


@dataclass(frozen=True)
class MessageStored(Event):
    """A message has its place. Published for every message: keep handlers `@on` and cheap, never `@after`."""

    conversation_id: int
    seq: int
    author: str
    at: datetime


@dataclass(frozen=True)
class ConversationQueued(Event):
    """A conversation waits, for the first time or again."""

    conversation_id: int
    programme_id: int
    at: datetime


@dataclass(frozen=True)
class ConversationOffered(Event):
    """An agent has been asked to take a conversation."""

    unheard_because = "the agent's socket is told by AgentDeskChanged"

    offer_id: int
    conversation_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class ConversationAccepted(Event):
    """An agent owns the conversation now."""

    unheard_because = "sockets are told by ConversationChanged"

    conversation_id: int
    agent_id: int
    claim_id: int
    at: datetime


@dataclass(frozen=True)
class ReplyOverdue(Event):
    """The customer has waited longer for an answer than the programme promises. Told once a wait."""

    unheard_because = "the workspace counts down by itself"

    conversation_id: int
    agent_id: int
    is_first: bool
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class SegmentClosed(Event):
    """One owner's part is over, whoever ended it and however."""

    segment_id: int
    conversation_id: int
    agent_id: int
    claim_id: int
    at: datetime


@dataclass(frozen=True)
class ConversationClosed(Event):
    """The conversation is over for good: closed after service, or abandoned without."""

    unheard_because = "quality judges each SegmentClosed, and sockets are told by ConversationChanged"

    conversation_id: int
    at: datetime
