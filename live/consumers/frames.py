"""Writing frames: rows as the protocol shows them to each side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from live.actors import CustomerActor, Talker
from live.logic.rules import RULES
from live.policies import address_of_file
from live.selectors.feed import FeedMessage, Head, Mark, OfferView
from live.states import AGENT_WRAP_UP_CODES, UNRATED_ENDS, WAITING, Author, EscalationReason

if TYPE_CHECKING:
    from accounts.models import Programme
    from live.models import Conversation, Escalation, Segment
    from live.selectors.conversations import WaitingRoom
    from live.services import Stored

Frame = dict[str, Any]
ONLINE_SECONDS = 60
"""A customer unseen for longer is shown as away."""


def time_of(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with a `Z`."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def message(row: FeedMessage, conversation: str, actor: Talker) -> Frame:
    """One stored message as this reader sees it."""
    is_customer = isinstance(actor, CustomerActor)
    mine = row.author == Author.CUSTOMER if is_customer else row.agent_id is not None and row.agent_id == _agent(actor)
    frame = {
        "type": "message",
        "conversation": conversation,
        "seq": row.seq,
        "author": row.author,
        "name": row.agent_name or "",
        "text": row.body,
        "code": row.code,
        "masked": row.is_masked,
        "at": time_of(row.at),
        "mine": mine,
    }
    if row.attachment is not None:
        frame["attachment"] = row.attachment.body(address_of_file(row.attachment.public_id, actor))
    if mine:
        frame["client_msg_id"] = row.client_msg_id
    if not is_customer:
        frame |= reply_times(row)
    return frame


def reply_times(row: Conversation | FeedMessage | Stored) -> Frame:
    """Since when the agent's next answer is waited for and when it is due: what a timer needs. Only agents see it."""
    return {"reply_since": time_of(row.reply_since), "reply_due_at": time_of(row.reply_due_at)}


def _agent(actor: Talker) -> int | None:
    return None if isinstance(actor, CustomerActor) else actor.agent_id


def programme(row: Programme) -> Frame:
    """What both sides may know of a programme."""
    return {"id": row.public_id, "name": row.name, "colour": row.colour}


def is_online(customer_seen_at: datetime, at: datetime) -> bool:
    """Whether the customer counts as being there."""
    return at - customer_seen_at <= timedelta(seconds=ONLINE_SECONDS)


def state(head: Head, actor: Talker, at: datetime, line: tuple[int, WaitingRoom] | None = None) -> Frame:
    """A conversation's state as this reader sees it; `line` is position and waiting room while it waits."""
    row = head.conversation
    is_customer = isinstance(actor, CustomerActor)
    owner = {"name": row.agent.nickname, "you": row.agent_id == _agent(actor)} if row.agent else None
    frame: Frame = {
        "type": "state",
        "conversation": row.public_id,
        "state": row.state,
        "epoch": row.epoch,
        "version": row.version,
        "last_seq": row.last_seq,
        "language": row.language,
        "programme": programme(row.programme),
        "customer": {
            "id": row.customer.public_id,
            "name": row.customer.display_name,
            "online": is_online(row.customer_seen_at, at),
        },
        "owner": owner,
        "started_at": time_of(row.started_at),
        "waiting_since": time_of(row.waiting_since) if row.state in WAITING else None,
        "position": None,
        "estimate_seconds": None,
        "estimate_error_seconds": None,
        "read": {"customer": row.customer_read_seq, "agent": row.agent_read_seq},
        "delivered": {"customer": row.customer_delivered_seq, "agent": row.agent_delivered_seq},
        "ended_how": head.segment.ended_how if head.segment else "",
        "segment": head.segment.public_id if head.segment else None,
        "rate_until": time_of(rateable_until(head.segment)),
    }
    if line is not None:
        position, room = line
        estimate = room.estimate_seconds(position)
        frame |= {"position": position, "estimate_seconds": estimate, "estimate_error_seconds": room.error_seconds}
    if not is_customer:
        frame |= {
            **reply_times(row),
            "first_reply": row.first_replied_at is None,
            "reply_overdue": row.reply_overdue_at is not None,
            "wrap_up_since": time_of(row.ended_at) if row.wrap_up_due_at else None,
            "wrap_up_due_at": time_of(row.wrap_up_due_at),
            "form": row.form,
            "escalation": _escalation(head.escalation),
        }
    return frame


def _escalation(row: Escalation | None) -> Frame | None:
    """What the agent who takes over reads of the one who handed it on."""
    if row is None:
        return None
    return {
        "reason": row.reason,
        "note": row.note,
        "by": row.segment.agent.nickname,
        "at": time_of(row.at),
    }


def rateable_until(segment: Segment | None) -> datetime | None:
    """Until when the customer may rate the segment; None where there is nothing to rate."""
    if segment is None or segment.talk_ended_at is None or segment.ended_how in UNRATED_ENDS:
        return None
    return segment.talk_ended_at + timedelta(seconds=RULES.rate_within_seconds)


def marks(mark: Mark) -> dict[str, dict[str, int]]:
    """How far both sides have read and received."""
    return {
        "read": {"customer": mark.customer_read, "agent": mark.agent_read},
        "delivered": {"customer": mark.customer_delivered, "agent": mark.agent_delivered},
    }


def offer(view: OfferView, at: datetime) -> Frame:
    """An offer with what the agent sees before accepting."""
    row, talk = view.offer, view.offer.conversation
    return {
        "type": "offer",
        "offer": row.public_id,
        "conversation": talk.public_id,
        "created_at": time_of(row.created_at),
        "expires_at": time_of(row.expires_at),
        "programme": programme(talk.programme),
        "language": talk.language,
        "customer": {"name": talk.customer.display_name},
        "waiting_seconds": int((at - (talk.queued_at or talk.started_at)).total_seconds()),
        "preview": view.preview,
        "requeued": view.requeued,
        "escalation": view.escalation.reason if view.escalation else None,
    }


def wrap_up_codes() -> list[dict[str, str]]:
    """The codes an agent may choose, in the reader's language."""
    return [{"code": code.value, "label": str(code.label)} for code in AGENT_WRAP_UP_CODES]


def escalation_reasons() -> list[dict[str, str]]:
    """Why a conversation may be handed to an expert, in the reader's language."""
    return [{"code": value, "label": str(label)} for value, label in EscalationReason.choices]
