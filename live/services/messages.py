"""Storing a message: one statement that takes the row lock, the next `seq`, and every right to write.

The statement updates the conversation (so writers of one conversation wait for each other), and only
where the author may write at this moment: the right customer in a state that takes messages, or the
present owner with the current epoch whose account is in order. The message is inserted from the updated
row. No row back means refusal; only then is it asked why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed, NotFound
from core.events import publish
from core.refusals import constraint_of
from live.actors import CustomerActor, Talker
from live.errors import ClientMessageIdUsed, ConversationEnded, NotActive, StaleEpoch
from live.events import MessageStored
from live.logic.masking import mask
from live.logic.rules import RULES
from live.models import Attachment, Conversation, Message, Segment
from live.policies import require_work
from live.services.sealing import _seal
from live.states import WRITABLE, Author, ConversationState, SystemCode

_STORE = """
    WITH talk AS (
        UPDATE live_conversation c SET last_seq = c.last_seq + 1, {changes}
        WHERE c.id = %(conversation)s AND {may_write}
            AND NOT EXISTS (
                SELECT 1 FROM live_message m
                WHERE m.conversation_id = c.id AND m.author = '{author}' AND m.client_msg_id = %(client_msg_id)s
            )
        RETURNING c.id, c.last_seq, c.epoch, c.agent_id, c.reply_since, c.reply_due_at
    ), stored AS (
        INSERT INTO live_message
            (conversation_id, seq, epoch, author, agent_id, client_msg_id, code, body, attachment_id, is_masked, at)
        SELECT id, last_seq, epoch, '{author}', {agent}, %(client_msg_id)s, %(code)s, %(body)s, %(attachment)s,
            %(is_masked)s, %(at)s
        FROM talk
        RETURNING id, seq
    )
    SELECT stored.id, stored.seq, talk.reply_since, talk.reply_due_at FROM stored, talk
"""
_STATES = ", ".join(f"'{state}'" for state in WRITABLE)
_AS_CUSTOMER = _STORE.format(
    author=Author.CUSTOMER,
    agent="NULL",
    changes=f"""
        customer_seen_at = greatest(c.customer_seen_at, %(at)s),
        reply_since = CASE WHEN c.state = 'active' THEN coalesce(c.reply_since, %(at)s) END,
        reply_due_at = CASE WHEN c.state = 'active' THEN coalesce(c.reply_due_at, %(at)s + make_interval(secs =>
            coalesce((SELECT r.reply_seconds FROM live_programmerules r WHERE r.programme_id = c.programme_id),
            {RULES.reply_seconds}))) END""",  # noqa: S608  (a number of ours)
    may_write=f"c.customer_id = %(author)s AND c.state IN ({_STATES})",
)
_AS_AGENT = _STORE.format(
    author=Author.AGENT,
    agent="agent_id",
    changes="""
        first_replied_at = coalesce(c.first_replied_at, %(at)s), reply_since = NULL, reply_due_at = NULL,
        reply_overdue_at = NULL""",
    may_write="""
        c.agent_id = %(author)s AND c.epoch = %(epoch)s AND c.state = 'active' AND EXISTS (
            SELECT 1 FROM accounts_agentprofile a JOIN accounts_user u ON u.id = a.user_id
            WHERE a.id = c.agent_id AND a.suspended_at IS NULL AND a.onboarded_at IS NOT NULL AND u.is_active
        )""",
)
_AS_SYSTEM = _STORE.format(author=Author.SYSTEM, agent="NULL", changes="version = c.version", may_write="TRUE")


@dataclass(frozen=True)
class Stored:
    """A message that has its place. `is_new` is False when it had been stored by an earlier try."""

    seq: int
    at: datetime
    body: str
    is_masked: bool
    is_new: bool
    reply_since: datetime | None = None
    reply_due_at: datetime | None = None


def send_message(
    *,
    actor: Talker,
    conversation: Conversation,
    client_msg_id: str,
    text: str,
    at: datetime,
    epoch: int | None = None,
    attachment: str = "",
) -> Stored:
    """Store what the customer or the owning agent wrote; a repeated `client_msg_id` finds the first one.

    `attachment` is the public id of a file the author has uploaded to this conversation; `text` may then be empty.

    Only the primary key of `conversation` is used: rights and state are read from the row as it is. An
    agent's message needs the `epoch` they believe to hold.

    Publishes `MessageStored`. Raises `Invalid`, `NotFound`, `NotAllowed`, `StaleEpoch`, `NotActive`,
    `ConversationEnded`, `ClientMessageIdUsed`. Personal numbers are masked, the typed text sealed.
    """
    clean = _checked_text(text, may_be_empty=bool(attachment))
    _check_client_msg_id(client_msg_id)
    if isinstance(actor, CustomerActor):
        sql, author, author_id = _AS_CUSTOMER, Author.CUSTOMER, actor.customer_id
    else:
        sql, author, author_id = _AS_AGENT, Author.AGENT, require_work(actor)
    masked = mask(clean)
    values = {
        "conversation": conversation.pk,
        "author": author_id,
        "epoch": -1 if epoch is None else epoch,
        "client_msg_id": client_msg_id,
        "code": "",
        "body": masked.text,
        "attachment": None,
        "is_masked": masked.is_masked,
        "at": at,
    }
    try:
        with transaction.atomic():
            if attachment:
                values["attachment"] = _uploaded(conversation.pk, author, actor, attachment)
            row = _run(sql, values)
            if row is not None:
                if masked.is_masked:
                    _seal(message_id=row[0], text=clean)
                publish(MessageStored(conversation.pk, row[1], author, at))
                return Stored(row[1], at, masked.text, masked.is_masked, True, row[2], row[3])
    except IntegrityError as error:
        broken = constraint_of(error)
        if broken not in ("message_attachment_once", "message_stored_once"):
            raise
        if broken == "message_attachment_once" and not _earlier(conversation.pk, author, client_msg_id):
            raise Invalid(fields={"attachment": _("This file has been sent already.")}) from error
    said = (masked.text, attachment)
    return _earlier_or_refusal(actor, conversation.pk, author, client_msg_id, said, epoch)


def _run(sql: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values))
        return cursor.fetchone()


def _uploaded(conversation_id: int, author: str, actor: Talker, public_id: str) -> int:
    """The row number of a file its author may send here, held so that it is not swept away meanwhile."""
    agent_id = None if isinstance(actor, CustomerActor) else actor.agent_id
    rows = Attachment.objects.select_for_update(no_key=True).filter(public_id=public_id, agent_id=agent_id)
    row = rows.filter(conversation_id=conversation_id, author=author).first()
    if row is None:
        raise Invalid(fields={"attachment": _("This file is not there any more. Add it again.")})
    return row.pk


def _checked_text(text: object, *, may_be_empty: bool = False) -> str:
    clean = text.replace("\x00", "").strip() if isinstance(text, str) else ""
    if not isinstance(text, str) or not (clean or may_be_empty):
        raise Invalid(fields={"text": _("Write something first.")})
    if len(clean) > RULES.text_length:
        raise Invalid(fields={"text": _("At most %(limit)d characters.") % {"limit": RULES.text_length}})
    return clean


def _check_client_msg_id(client_msg_id: object) -> None:
    ok = isinstance(client_msg_id, str) and 8 <= len(client_msg_id) <= 64 and client_msg_id.isprintable()
    if not ok:
        raise Invalid(fields={"client_msg_id": _("An id of 8 to 64 characters is needed.")})


def _earlier(conversation_id: int, author: str, client_msg_id: str) -> Message | None:
    """What this side has stored under the id, whichever of its constraints a repetition ran into."""
    rows = Message.objects.select_related("attachment")
    return rows.filter(conversation_id=conversation_id, author=author, client_msg_id=client_msg_id).first()


def _earlier_or_refusal(
    actor: Talker, conversation_id: int, author: str, client_msg_id: str, said: tuple[str, str], epoch: int | None
) -> Stored:
    """The message an earlier try stored, or the reason why nothing was."""
    row = Conversation.objects.filter(pk=conversation_id).first()
    if row is None:
        raise NotFound
    first = _earlier(row.pk, author, client_msg_id)
    if isinstance(actor, CustomerActor):
        if row.customer_id != actor.customer_id:
            raise NotFound
    elif first is None or first.agent_id != actor.agent_id:
        _refuse_agent(row, actor.agent_id or 0, epoch)
    if first is None:
        raise ConversationEnded
    if (first.body, first.attachment.public_id if first.attachment else "") != said:
        raise ClientMessageIdUsed
    return Stored(first.seq, first.at, first.body, first.is_masked, False, row.reply_since, row.reply_due_at)


def _refuse_agent(row: Conversation, agent_id: int, epoch: int | None) -> None:
    if row.agent_id != agent_id:
        served = Segment.objects.filter(conversation=row, agent_id=agent_id).exists()
        raise StaleEpoch if served else NotFound
    if row.epoch != epoch:
        raise StaleEpoch
    if row.state != ConversationState.ACTIVE:
        raise NotActive
    raise NotAllowed


def _post_system(*, conversation: Conversation, code: SystemCode, at: datetime, name: str = "") -> None:
    """Say something on the platform's behalf, once per owner; inside a transaction that holds the row lock.

    Updates `last_seq` of the instance given.
    """
    with translation.override(conversation.language):
        body = str(code.label) % {"name": name}
    values = {
        "conversation": conversation.pk,
        "client_msg_id": f"{code}.{conversation.epoch}",
        "code": code,
        "body": body,
        "attachment": None,
        "is_masked": False,
        "at": at,
    }
    row = _run(_AS_SYSTEM, values)
    if row is not None:
        conversation.last_seq = row[1]
        publish(MessageStored(conversation.pk, row[1], Author.SYSTEM, at))
