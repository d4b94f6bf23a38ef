"""What sockets read. The two statements every message costs are written in SQL: this is the hot path.

Both carry the viewer's right to read in their WHERE, so a right that ended reads nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from live.actors import CustomerActor, Talker
from live.models import Conversation, Offer, Segment
from live.states import OWNED, WAITING, Author, OfferState

PAGE = 200
"""Messages read at once."""

_AFTER = """
    SELECT m.seq, m.author, m.agent_id, m.client_msg_id, m.code, m.body, m.is_masked, m.at, a.nickname, c.reply_due_at
    FROM live_conversation c
    JOIN live_message m ON m.conversation_id = c.id
    LEFT JOIN accounts_agentprofile a ON a.id = m.agent_id
    WHERE c.id = %s AND m.seq > %s AND c.{viewer} = %s
    ORDER BY m.seq LIMIT {page}
"""
_SQL = {viewer: _AFTER.format(viewer=viewer, page=PAGE) for viewer in ("customer_id", "agent_id")}


class FeedMessage(NamedTuple):
    """One message on its way to a socket."""

    seq: int
    author: str
    agent_id: int | None
    client_msg_id: str
    code: str
    body: str
    is_masked: bool
    at: datetime
    agent_name: str | None
    reply_due_at: datetime | None
    """When the agent's next answer is due, as of this reading."""


def messages_after(actor: Talker, conversation_id: int, after_seq: int) -> list[FeedMessage]:
    """Up to `PAGE` messages after `after_seq`, for the conversation's customer or its present owner only."""
    if isinstance(actor, CustomerActor):
        sql, viewer = _SQL["customer_id"], actor.customer_id
    else:
        sql, viewer = _SQL["agent_id"], actor.agent_id or 0
    with connection.cursor() as cursor:
        cursor.execute(sql, [conversation_id, after_seq, viewer])
        return [FeedMessage(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Head:
    """What a `state` frame is made of."""

    conversation: Conversation
    segment: Segment | None
    """The latest, none before the first agent."""


def head_of(actor: Talker, conversation_id: int) -> Head | None:
    """The conversation for its customer, its present owner, or an agent who once served it; else None (two queries)."""
    rows = Conversation.objects.select_related("programme", "customer", "agent").filter(pk=conversation_id)
    segment = Segment.objects.filter(conversation_id=conversation_id).order_by("-epoch").first()
    if isinstance(actor, CustomerActor):
        rows = rows.filter(customer_id=actor.customer_id)
    else:
        served = Segment.objects.filter(conversation_id=conversation_id, agent_id=actor.agent_id)
        rows = rows.filter(Q(agent_id=actor.agent_id) | Q(pk__in=served.values("conversation_id")))
    conversation = rows.first()
    return Head(conversation, segment) if conversation else None


class Mark(NamedTuple):
    """How far a conversation has come; compared with what a socket has sent."""

    conversation_id: int
    public_id: str
    last_seq: int
    version: int
    state: str
    programme_id: int
    customer_seen_at: datetime
    customer_read: int
    agent_read: int
    customer_delivered: int
    agent_delivered: int


_MARK = (
    "pk",
    "public_id",
    "last_seq",
    "version",
    "state",
    "programme_id",
    "customer_seen_at",
    "customer_read_seq",
    "agent_read_seq",
    "customer_delivered_seq",
    "agent_delivered_seq",
)


def marks_of_agent(agent_id: int) -> list[Mark]:
    """The conversations an agent owns now, oldest first."""
    rows = Conversation.objects.filter(agent_id=agent_id, state__in=OWNED).order_by("pk")
    return [Mark(*row) for row in rows.values_list(*_MARK)]


def marks_of(actor: Talker, conversation_ids: list[int]) -> list[Mark]:
    """Some conversations, as far as they are the customer's, or the agent's now."""
    rows = _readable(actor).filter(pk__in=conversation_ids).order_by("pk")
    return [Mark(*row) for row in rows.values_list(*_MARK)]


def mark_by_public_id(actor: Talker, public_id: str) -> Mark | None:
    """One conversation of the customer, or one the agent owns now; None for anybody else's."""
    row = _readable(actor).filter(public_id=public_id).values_list(*_MARK).first()
    return Mark(*row) if row else None


def _readable(actor: Talker) -> QuerySet[Conversation]:
    if isinstance(actor, CustomerActor):
        return Conversation.objects.filter(customer_id=actor.customer_id)
    return Conversation.objects.filter(agent_id=actor.agent_id, state__in=OWNED)


@dataclass(frozen=True)
class OfferView:
    """An open offer with what the agent sees before accepting."""

    offer: Offer
    preview: str
    requeued: bool


def open_offers(agent_id: int) -> list[OfferView]:
    """The offers before an agent now (three queries)."""
    offers = list(
        Offer.objects.filter(agent_id=agent_id, state=OfferState.OPEN, conversation__state__in=WAITING)
        .select_related("conversation__programme", "conversation__customer")
        .order_by("pk")
    )
    if not offers:
        return []
    ids = [offer.conversation_id for offer in offers]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (conversation_id) conversation_id, left(body, 200) FROM live_message"
            " WHERE conversation_id = ANY(%s) AND author = %s ORDER BY conversation_id, seq DESC",
            [ids, Author.CUSTOMER],
        )
        previews = dict(cursor.fetchall())
    served = set(Segment.objects.filter(conversation_id__in=ids).values_list("conversation_id", flat=True))
    return [OfferView(o, previews.get(o.conversation_id, ""), o.conversation_id in served) for o in offers]


def closed_offer_state(offer_id: int) -> str:
    """What became of an offer that is open no more."""
    return str(Offer.objects.values_list("state", flat=True).get(pk=offer_id))
