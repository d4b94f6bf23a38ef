"""Handing a conversation to an expert: the third service layer, with a stated reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.errors import Invalid, Text
from live.errors import NotActive
from live.logic.masking import mask
from live.logic.rules import RULES
from live.models import AgentPresence, Conversation, Escalation
from live.policies import require_work
from live.services.locks import _lock_conversation, _lock_owned
from live.services.ownership import _return_to_line
from live.states import ConversationState, EndedHow, EscalationReason, SystemCode


@transaction.atomic
def escalate(
    *, actor: Actor, conversation: Conversation, epoch: int, reason: str, note: str, at: datetime
) -> Conversation:
    """Return the conversation to the line for an expert, with its history and at its old place. Safe to repeat.

    The owner's segment ends as `escalated`; the customer is told, the next agent reads the note. Publishes
    `SegmentClosed`, `ConversationQueued`, `ConversationChanged`, `AgentDeskChanged`, `QueueMoved`; audited.
    Raises `Invalid` without a reason or a note, `NotActive`, `StaleEpoch`, `NotFound`.
    """
    require_work(actor)
    _check(reason, note)
    row = _lock_conversation(conversation.pk)
    done = Escalation.objects.filter(segment__conversation=row, segment__epoch=epoch)
    if done.filter(segment__agent_id=actor.agent_id).exists():
        return row
    row = _lock_owned(conversation, actor, epoch)
    if row.state != ConversationState.ACTIVE or row.agent is None:
        raise NotActive
    agent_id = row.agent.pk
    segment = _return_to_line(
        row, how=EndedHow.ESCALATED, said=SystemCode.ESCALATED, action="escalate", at=at, actor=actor
    )
    Escalation.objects.create(segment=segment, reason=reason, note=mask(note.strip()).text, at=at)
    AgentPresence.objects.filter(agent_id=agent_id).update(idle_since=at)
    return row


def _check(reason: str, note: str) -> None:
    errors: dict[str, Text | list[Text]] = {}
    if reason not in EscalationReason.values:
        errors["reason"] = _("Choose a reason.")
    if not note.replace("\x00", "").strip():
        errors["note"] = _("Say what the expert should know.")
    elif len(note) > RULES.note_length:
        errors["note"] = _("At most %(limit)d characters.") % {"limit": RULES.note_length}
    if errors:
        raise Invalid(fields=errors)
