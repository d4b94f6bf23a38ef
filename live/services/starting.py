"""A customer arrives: the widget's session, and the first message."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import Invalid, NotFound
from core.events import publish
from core.refusals import constraint_of
from core.states import move
from live.actors import CustomerActor
from live.errors import AlreadyOpen
from live.events import ConversationQueued, QueueMoved
from live.logic.masking import mask
from live.logic.rules import RULES
from live.models import Conversation, Customer
from live.policies import require_origin, token_for
from live.selectors.conversations import programme_by_site_key, queue_position, waiting_room
from live.services.messages import Stored, _check_client_msg_id, _checked_text, send_message
from live.services.routing import _drain_after_commit
from live.states import CONVERSATION, WRITABLE, ConversationState

if TYPE_CHECKING:
    from accounts.models import Programme


@dataclass(frozen=True)
class WidgetSession:
    """What a widget needs to open its socket. `visitor_key` is the customer's secret."""

    programme: Programme
    customer: Customer
    visitor_key: str
    token: str
    expires_at: datetime


def open_widget_session(
    *, site_key: str, origin: str | None, at: datetime, visitor_key: str = "", language: str = "", name: str = ""
) -> WidgetSession:
    """Find the visitor again by their secret key, or make a new customer with a fresh one.

    Raises `NotFound` for an unknown site key and `OriginRefused` for a page of another site.
    """
    programme = programme_by_site_key(site_key)
    require_origin(programme, origin)
    speaks = language if language in programme.languages else (programme.languages or ["en"])[0]
    customer = _known_visitor(programme, visitor_key) if visitor_key else None
    if customer is None:
        visitor_key = secrets.token_urlsafe(24)
        customer = Customer.objects.create(
            programme=programme,
            external_key=_key_of(visitor_key),
            display_name=name.strip()[:80],
            language=speaks,
            created_at=at,
        )
    elif customer.language != speaks and language:
        customer.language = speaks
        customer.save(update_fields=["language"])
    expires_at = at + timedelta(seconds=RULES.token_seconds)
    return WidgetSession(programme, customer, visitor_key, token_for(customer), expires_at)


def _known_visitor(programme: Programme, visitor_key: str) -> Customer | None:
    return Customer.objects.filter(programme=programme, external_key=_key_of(visitor_key)).first()


def _key_of(visitor_key: str) -> str:
    return "v:" + hashlib.sha256(visitor_key.encode()).hexdigest()


def start_conversation(
    *,
    actor: CustomerActor,
    client_msg_id: str,
    text: str,
    at: datetime,
    form: Mapping[str, Any] | None = None,
    language: str = "",
) -> tuple[Conversation, Stored]:
    """Open a conversation with its first message and put it in line; repeated, it finds the first one.

    Publishes `ConversationQueued`, `QueueMoved`, `MessageStored`; after commit the line is drained. Raises
    `Invalid`, and `AlreadyOpen` with `detail.conversation` when the customer has another one open.
    """
    _checked_text(text)
    _check_client_msg_id(client_msg_id)
    answers = _checked_form(form or {})
    try:
        with transaction.atomic():
            row = Conversation.objects.filter(customer_id=actor.customer_id, start_key=client_msg_id).first()
            if row is None:
                row = _open(actor, client_msg_id, answers, language, at)
            stored = send_message(actor=actor, conversation=row, client_msg_id=client_msg_id, text=text, at=at)
            if row.state == ConversationState.OPEN:
                row.last_seq = stored.seq
                _queue(row, at)
            return row, stored
    except IntegrityError as error:
        if constraint_of(error) not in ("conversation_started_once", "conversation_open_once_a_customer"):
            raise
    row = Conversation.objects.filter(customer_id=actor.customer_id, start_key=client_msg_id).first()
    if row is not None:
        return row, send_message(actor=actor, conversation=row, client_msg_id=client_msg_id, text=text, at=at)
    other = Conversation.objects.filter(customer_id=actor.customer_id, state__in=WRITABLE).first()
    raise AlreadyOpen(detail={"conversation": other.public_id if other else ""})


def _open(actor: CustomerActor, client_msg_id: str, form: dict[str, str], language: str, at: datetime) -> Conversation:
    customer = Customer.objects.select_related("programme").filter(pk=actor.customer_id).first()
    if customer is None:
        raise NotFound
    if name := form.get("name", "").strip():
        customer.display_name = name[:80]
        customer.save(update_fields=["display_name"])
    speaks = language if language in customer.programme.languages else customer.language
    return Conversation.objects.create(
        programme=customer.programme,
        customer=customer,
        language=speaks,
        start_key=client_msg_id,
        form=form,
        started_at=at,
        customer_seen_at=at,
    )


def _queue(row: Conversation, at: datetime) -> None:
    """Put a new conversation at the end of the line and remember what the customer was told."""
    move(
        row,
        ConversationState.QUEUED,
        table=CONVERSATION,
        at=at,
        changes={"queued_at": at, "waiting_since": at, "version": row.version + 1},
    )
    position = queue_position(row) or 1
    estimate = waiting_room(row.programme_id, at=at).estimate_seconds(position)
    Conversation.objects.filter(pk=row.pk).update(estimated_seconds=estimate)
    row.estimated_seconds = estimate
    publish(ConversationQueued(row.pk, row.programme_id, at))
    publish(QueueMoved(row.programme_id, at))
    _drain_after_commit(row.programme_id, at)


def _checked_form(form: Mapping[str, Any]) -> dict[str, str]:
    """Short texts only, masked like messages."""
    if len(form) > RULES.form_fields:
        raise Invalid(fields={"form": _("At most %(limit)d fields.") % {"limit": RULES.form_fields}})
    answers = {}
    for name, value in form.items():
        if not isinstance(value, str) or len(name) > 40 or len(value) > RULES.form_text_length:
            raise Invalid(fields={f"form.{name[:40]}": _("This field holds a short text.")})
        answers[name] = mask(value.replace("\x00", "").strip()).text
    return answers


def seen_by_customer(*, actor: CustomerActor, conversation: Conversation, at: datetime) -> bool:
    """Note that the customer is there. Returns whether they had been away long enough for others to have seen it."""
    rows = Conversation.objects.filter(pk=conversation.pk, customer_id=actor.customer_id, state__in=WRITABLE)
    back = rows.filter(customer_seen_at__lt=at - timedelta(seconds=RULES.agent_gone_seconds + 30))
    if back.update(customer_seen_at=at, version=F("version") + 1):
        return True
    rows.filter(customer_seen_at__lt=at).update(customer_seen_at=at)
    return False


__all__ = ["WidgetSession", "open_widget_session", "seen_by_customer", "start_conversation"]
