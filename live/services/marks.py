"""How far each side has received and read, and replies that are late."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from core.events import publish
from live.actors import CustomerActor, Talker
from live.events import ConversationChanged, MarksMoved, ReplyOverdue
from live.models import Conversation
from live.states import ConversationState


def mark_delivered(*, actor: Talker, conversation: Conversation, seq: int, at: datetime) -> bool:
    """The actor's side has received everything up to `seq`; never goes back. Returns whether it moved."""
    return _mark(actor, conversation, "delivered", seq, at)


def mark_read(*, actor: Talker, conversation: Conversation, seq: int, at: datetime) -> bool:
    """The actor's side has seen everything up to `seq`, so it has received it too; never goes back."""
    return _mark(actor, conversation, "read", seq, at)


def _mark(actor: Talker, conversation: Conversation, kind: str, seq: int, at: datetime) -> bool:
    """One statement; somebody who is not a side of the conversation moves nothing and learns nothing."""
    rows = Conversation.objects.filter(pk=conversation.pk, last_seq__gte=seq)
    if isinstance(actor, CustomerActor):
        side, rows = "customer", rows.filter(customer_id=actor.customer_id)
    else:
        side, rows = "agent", rows.filter(agent_id=actor.agent_id, agent_id__isnull=False)
    column, received = f"{side}_{kind}_seq", f"{side}_delivered_seq"
    with transaction.atomic():
        moved = rows.filter(**{f"{column}__lt": seq}).update(**{column: seq, received: Greatest(F(received), seq)})
        if moved:
            publish(MarksMoved(conversation.pk, at))
    return bool(moved)


def warn_overdue_replies(*, at: datetime) -> int:
    """Note every reply whose time is over, once a wait; return how many. Publishes `ReplyOverdue`. For the sweeper."""
    due = Conversation.objects.filter(state=ConversationState.ACTIVE, agent_id__isnull=False, reply_due_at__lte=at)
    return sum(_warn(pk, at) for pk in list(due.filter(reply_overdue_at=None).values_list("pk", flat=True)))


@transaction.atomic
def _warn(conversation_id: int, at: datetime) -> bool:
    late = Q(reply_due_at__lte=at, reply_overdue_at=None, state=ConversationState.ACTIVE)
    rows = Conversation.objects.filter(late, pk=conversation_id)
    row = rows.select_for_update(no_key=True).first()
    if row is None or row.agent_id is None or row.reply_due_at is None:
        return False
    rows.update(reply_overdue_at=at, version=F("version") + 1)
    publish(ReplyOverdue(row.pk, row.agent_id, row.first_replied_at is None, row.reply_due_at, at))
    publish(ConversationChanged(row.pk, at))
    return True
