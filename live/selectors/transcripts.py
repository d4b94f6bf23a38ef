"""What was said, for reading afterwards; sockets read by `live.selectors.feed`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.policies import is_platform
from accounts.states import StaffRole
from core.errors import NotFound
from live.actors import CustomerActor, Talker
from live.models import Attachment, Conversation, Message, Segment
from live.selectors.conversations import conversations_for
from live.states import Author, EndedHow, SystemCode, WrapUpCode


@dataclass(frozen=True)
class TranscriptFile:
    """The file a message sent; `name` says nothing about people to readers without names."""

    public_id: str
    name: str
    media_type: str
    size_bytes: int
    is_picture: bool

    def without_name(self) -> TranscriptFile:
        """For readers who may not know who sent it."""
        return replace(self, name=f"file.{self.name.rpartition('.')[2]}")


@dataclass(frozen=True)
class TranscriptMessage:
    """One message as a reader may see it. `name` is empty for readers who may not know who it was."""

    seq: int
    author: str
    name: str
    text: str
    code: str
    is_masked: bool
    epoch: int
    at: datetime
    attachment: TranscriptFile | None = None


@dataclass(frozen=True)
class TranscriptSegment:
    """One agent's part as a reader may see it; `agent_name` is empty for readers without names."""

    public_id: str
    agent_name: str
    from_seq: int
    to_seq: int
    started_at: datetime
    ended_at: datetime | None
    ended_how: str
    wrap_up_code: str
    note: str

    @property
    def ended_how_label(self) -> str:
        """How it ended, in words; empty while it goes on."""
        return str(EndedHow(self.ended_how).label) if self.ended_how else ""

    @property
    def wrap_up_label(self) -> str:
        """What it came to, in words; empty without a code."""
        return str(WrapUpCode(self.wrap_up_code).label) if self.wrap_up_code else ""


@dataclass(frozen=True)
class Transcript:
    """A conversation to read: its row, the messages the reader may see, and the segments."""

    conversation: Conversation
    messages: list[TranscriptMessage]
    segments: list[TranscriptSegment]
    is_blind: bool
    """Names of customer and agents are left out."""


def transcript(actor: Talker, conversation: Conversation) -> Transcript:
    """The conversation as `actor` may read it; `NotFound` when they may not (three queries).

    An agent who no longer owns it sees what was said up to the end of their last part. Reviewers see no
    names, unless another role of theirs shows them.
    """
    known = conversations_for(actor).filter(pk=conversation.pk).first()
    if known is None:
        raise NotFound
    segments = list(known.segments.select_related("agent").order_by("pk"))
    rows = known.messages.select_related("agent", "attachment").order_by("seq")
    limit = last_seq_for(actor, known, segments)
    if limit is not None:
        rows = rows.filter(seq__lte=limit)
        segments = [segment for segment in segments if segment.from_seq <= limit + 1]
    blind = is_blind(actor)
    messages = [_message(row, known, blind=blind) for row in rows]
    return Transcript(known, messages, [_segment(s, actor, blind=blind) for s in segments], blind)


def messages_of(conversation_id: int, *, after_seq: int = 0) -> list[TranscriptMessage]:
    """Every message of a conversation with names, for the platform's own scoring (two queries)."""
    conversation = Conversation.objects.select_related("customer").get(pk=conversation_id)
    rows = conversation.messages.select_related("agent", "attachment").filter(seq__gt=after_seq).order_by("seq")
    return [_message(row, conversation, blind=False) for row in rows]


def _message(row: Message, conversation: Conversation, *, blind: bool) -> TranscriptMessage:
    name = ""
    if not blind and row.author == Author.AGENT and row.agent is not None:
        name = row.agent.nickname
    elif not blind and row.author == Author.CUSTOMER:
        name = conversation.customer.display_name
    text = row.body
    if blind and row.code:  # what the platform says names the agent
        text = str(SystemCode(row.code).label) % {"name": _("The agent")}
    file = _file(row.attachment, blind=blind) if row.attachment else None
    return TranscriptMessage(row.seq, row.author, name, text, row.code, row.is_masked, row.epoch, row.at, file)


def _file(row: Attachment, *, blind: bool) -> TranscriptFile:
    return TranscriptFile(row.public_id, file_name(row, blind=blind), row.media_type, row.size_bytes, row.is_picture)


def file_name(row: Attachment, *, blind: bool) -> str:
    """What its sender called it; for readers without names only its kind."""
    return f"file.{row.name.rpartition('.')[2]}" if blind else row.name


def _segment(row: Segment, actor: Talker, *, blind: bool) -> TranscriptSegment:
    note = "" if isinstance(actor, CustomerActor) else row.note
    return TranscriptSegment(
        public_id=row.public_id,
        agent_name="" if blind else row.agent.nickname,
        from_seq=row.from_seq,
        to_seq=row.to_seq,
        started_at=row.started_at,
        ended_at=row.ended_at,
        ended_how=row.ended_how,
        wrap_up_code=row.wrap_up_code,
        note=note,
    )


def is_blind(actor: Talker) -> bool:
    """Reads without names: reviewers, unless another role of theirs shows them."""
    if isinstance(actor, CustomerActor) or is_platform(actor):
        return False
    return actor.is_staff(StaffRole.REVIEWER) and not actor.is_staff(StaffRole.OPERATOR, StaffRole.AUDITOR)


def last_seq_for(actor: Talker, conversation: Conversation, segments: list[Segment]) -> int | None:
    """Up to where an agent may read who is nothing but an agent here; None: all of it."""
    if isinstance(actor, CustomerActor) or actor.agent_id is None or is_platform(actor):
        return None
    if actor.staff_roles or actor.is_client(conversation.programme.organisation_id):
        return None
    if conversation.agent_id == actor.agent_id:
        return None
    return max((s.to_seq for s in segments if s.agent_id == actor.agent_id), default=0)
