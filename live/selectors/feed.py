"""What sockets read. Reading new messages is one SQL statement for many sockets at once: this is the hot path.

It carries each reader's right to read in its join, so a right that ended reads nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from live.actors import CustomerActor, Talker
from live.models import Attachment, Conversation, Escalation, Offer, Segment
from live.states import OWNED, WAITING, Author, OfferState

PAGE = 200
"""Messages read at once."""

_NEWS = """
    SELECT w.number, m.seq, m.author, m.agent_id, m.client_msg_id, m.code, m.body, m.is_masked, m.at, a.nickname,
        c.reply_since, c.reply_due_at, CASE WHEN m.attachment_id IS NOT NULL THEN
            json_build_array(f.public_id, f.name, f.media_type, f.size_bytes, f.width, f.height, f.small <> '') END
    FROM unnest(%s::int[], %s::bigint[], %s::int[], %s::bigint[], %s::bigint[])
        AS w (number, conversation_id, after_seq, customer_id, agent_id)
    JOIN live_conversation c ON c.id = w.conversation_id AND (c.customer_id = w.customer_id OR c.agent_id = w.agent_id)
    CROSS JOIN LATERAL (
        SELECT * FROM live_message m WHERE m.conversation_id = c.id AND m.seq > w.after_seq ORDER BY m.seq LIMIT 200
    ) m
    LEFT JOIN accounts_agentprofile a ON a.id = m.agent_id
    LEFT JOIN live_attachment f ON f.id = m.attachment_id
    ORDER BY w.number, m.seq
"""


class FeedFile(NamedTuple):
    """The file a message sends."""

    public_id: str
    name: str
    media_type: str
    size_bytes: int
    width: int | None
    height: int | None
    is_picture: bool

    @classmethod
    def of(cls, row: Attachment) -> FeedFile:
        """As the feed would show it."""
        size = (row.size_bytes, row.width, row.height)
        return cls(row.public_id, row.name, row.media_type, *size, row.is_picture)

    def body(self, url: str) -> dict[str, Any]:
        """As the protocol shows it to a reader who may fetch it at `url`."""
        small = f"{url}{'&' if '?' in url else '?'}size=small" if self.is_picture else None
        return {
            "id": self.public_id,
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size_bytes,
            "width": self.width,
            "height": self.height,
            "url": url,
            "small_url": small,
        }


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
    reply_since: datetime | None
    reply_due_at: datetime | None
    """Since when the agent's next answer is waited for and when it is due, as of this reading."""
    attachment: FeedFile | None = None


class Want(NamedTuple):
    """Somebody's wish for the messages after a number; 0 where the reader is of the other kind."""

    conversation_id: int
    after_seq: int
    customer_id: int
    agent_id: int


def want(actor: Talker, conversation_id: int, after_seq: int) -> Want:
    """The wish of one reader, their right to read included."""
    if isinstance(actor, CustomerActor):
        return Want(conversation_id, after_seq, actor.customer_id, 0)
    return Want(conversation_id, after_seq, 0, actor.agent_id or 0)


def messages_for(wants: list[Want]) -> list[list[FeedMessage]]:
    """For each wish up to `PAGE` messages in order, for the conversation's customer or present owner only.

    One statement, however many wishes.
    """
    columns = [list(column) for column in zip(*wants, strict=True)]
    found: list[list[FeedMessage]] = [[] for _ in wants]
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, [list(range(len(wants))), *columns])
        for number, *row in cursor.fetchall():
            row[-1] = FeedFile(*row[-1]) if row[-1] else None
            found[number].append(FeedMessage(*row))
    return found


@dataclass(frozen=True)
class Head:
    """What a `state` frame is made of."""

    conversation: Conversation
    segment: Segment | None
    """The latest, none before the first agent."""
    escalation: Escalation | None = None
    """The latest reason for handing it on; read for agents only."""


def head_of(actor: Talker, conversation_id: int) -> Head | None:
    """The conversation for its customer, its present owner, or an agent who once served it; else None (two queries;
    for an agent a third once somebody has served it).
    """
    rows = Conversation.objects.select_related("programme", "customer", "agent").filter(pk=conversation_id)
    segment = Segment.objects.filter(conversation_id=conversation_id).order_by("-epoch").first()
    if isinstance(actor, CustomerActor):
        rows = rows.filter(customer_id=actor.customer_id)
    else:
        served = Segment.objects.filter(conversation_id=conversation_id, agent_id=actor.agent_id)
        rows = rows.filter(Q(agent_id=actor.agent_id) | Q(pk__in=served.values("conversation_id")))
    conversation = rows.first()
    if conversation is None:
        return None
    handed_on = None if segment is None or isinstance(actor, CustomerActor) else _handed_on(conversation)
    return Head(conversation, segment, handed_on)


def _handed_on(conversation: Conversation) -> Escalation | None:
    rows = Escalation.objects.filter(segment__conversation=conversation).select_related("segment__agent")
    return rows.order_by("-pk").first()


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


class Desk(NamedTuple):
    """What an agent has before them."""

    marks: list[Mark]
    offers: set[int]


def desks_for(agent_ids: list[int]) -> list[Desk]:
    """For each agent the conversations they own now, oldest first, and their open offers (two statements in all)."""
    desks = {agent_id: Desk([], set()) for agent_id in agent_ids}
    rows = Conversation.objects.filter(agent_id__in=list(desks), state__in=OWNED).order_by("pk")
    for agent_id, *mark in rows.values_list("agent_id", *_MARK):
        desks[agent_id or 0].marks.append(Mark(*mark))
    offers = Offer.objects.filter(agent_id__in=list(desks), state=OfferState.OPEN)
    for agent_id, offer_id in offers.values_list("agent_id", "pk"):
        desks[agent_id].offers.add(offer_id)
    return [desks[agent_id] for agent_id in agent_ids]


def marks_of_agent(agent_id: int) -> list[Mark]:
    """The conversations an agent owns now, oldest first."""
    return desks_for([agent_id])[0].marks


class Followed(NamedTuple):
    """Conversations a customer's socket follows."""

    customer_id: int
    conversation_ids: tuple[int, ...]


def marks_for(wants: list[Followed]) -> list[list[Mark]]:
    """For each customer the marks of what they follow, as far as it is theirs (one statement in all)."""
    ids = {pk for want in wants for pk in want.conversation_ids}
    rows = Conversation.objects.filter(pk__in=ids).values_list("customer_id", *_MARK)
    found = {(customer_id, mark[0]): Mark(*mark) for customer_id, *mark in rows}
    return [[found[w.customer_id, pk] for pk in w.conversation_ids if (w.customer_id, pk) in found] for w in wants]


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
    escalation: Escalation | None = None
    """Why somebody handed it on, the latest time."""


def open_offers(agent_id: int) -> list[OfferView]:
    """The offers before an agent now (four queries)."""
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
            "SELECT DISTINCT ON (m.conversation_id) m.conversation_id, left(coalesce(nullif(m.body, ''), f.name), 200)"
            " FROM live_message m LEFT JOIN live_attachment f ON f.id = m.attachment_id"
            " WHERE m.conversation_id = ANY(%s) AND m.author = %s ORDER BY m.conversation_id, m.seq DESC",
            [ids, Author.CUSTOMER],
        )
        previews = dict(cursor.fetchall())
    served = set(Segment.objects.filter(conversation_id__in=ids).values_list("conversation_id", flat=True))
    handed_on = {e.segment.conversation_id: e for e in _escalations_of(served)}
    return [
        OfferView(o, previews.get(o.conversation_id, ""), o.conversation_id in served, handed_on.get(o.conversation_id))
        for o in offers
    ]


def _escalations_of(conversation_ids: set[int]) -> list[Escalation]:
    """Oldest first; no query where nobody has served any of them."""
    if not conversation_ids:
        return []
    rows = Escalation.objects.filter(segment__conversation_id__in=conversation_ids)
    return list(rows.select_related("segment").order_by("pk"))


def closed_offer_state(offer_id: int) -> str:
    """What became of an offer that is open no more."""
    return str(Offer.objects.values_list("state", flat=True).get(pk=offer_id))
