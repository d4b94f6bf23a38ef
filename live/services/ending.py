"""How a conversation ends: by the agent, by the customer, for abuse, or because somebody is no longer there."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from core.errors import Invalid, NotFound
from core.events import publish
from live.actors import CustomerActor, Talker
from live.errors import NotActive
from live.events import ConversationClosed, QueueMoved, SegmentClosed
from live.logic.rules import RULES
from live.models import AgentPresence, Conversation, Segment
from live.policies import require_work
from live.selectors.conversations import programme_rules
from live.services.locks import _lock_conversation, _lock_owned, _move, _record, _withdraw_open_offer
from live.services.messages import _post_system
from live.services.routing import _drain_after_commit
from live.states import (
    AGENT_WRAP_UP_CODES,
    OWNED,
    WAITING,
    ConversationState,
    EndedHow,
    SystemCode,
    WrapUpCode,
)


@transaction.atomic
def begin_wrap_up(*, actor: Actor, conversation: Conversation, epoch: int, at: datetime) -> Conversation:
    """End the talk; the agent keeps the conversation until it is closed with a code. Safe to repeat.

    Publishes `ConversationChanged`. Raises `StaleEpoch`, `NotActive`, `NotFound`.
    """
    require_work(actor)
    row = _lock_owned(conversation, actor, epoch)
    if row.state != ConversationState.WRAP_UP:
        _end_talk(row, how=EndedHow.AGENT, code=SystemCode.ENDED_BY_AGENT, at=at, actor=actor)
    return row


def close_conversation(
    *, actor: Actor, conversation: Conversation, epoch: int, wrap_up_code: str, at: datetime, note: str = ""
) -> Conversation:
    """Close with a wrap-up code; the agent's place is free and their segment counts. Safe to repeat.

    Publishes `SegmentClosed`, `ConversationClosed`, `ConversationChanged`, `AgentDeskChanged`. Raises
    `Invalid` for an unknown code, `StaleEpoch`, `NotFound`.
    """
    require_work(actor)
    _check_wrap_up(wrap_up_code, note)
    return _close_owned(actor, conversation, epoch, WrapUpCode(wrap_up_code), note, EndedHow.AGENT, at)


def end_for_abuse(*, actor: Actor, conversation: Conversation, epoch: int, note: str, at: datetime) -> Conversation:
    """End and close at once because of how the customer behaved: paid, kept out of ratings, judged by a reviewer.

    Raises `Invalid` without a note, `StaleEpoch`, `NotFound`.
    """
    require_work(actor)
    if not note.strip():
        raise Invalid(fields={"note": _("Say what happened.")})
    _check_note(note)
    return _close_owned(actor, conversation, epoch, WrapUpCode.ABUSE, note, EndedHow.ABUSE, at)


def end_by_customer(*, actor: CustomerActor, conversation: Conversation, at: datetime) -> Conversation:
    """The customer ends it: abandoned while waiting, wrap-up while served. Safe to repeat. Raises `NotFound`."""
    with transaction.atomic():
        row = _lock_conversation(conversation.pk)
        if row.customer_id != actor.customer_id:
            raise NotFound
        if row.state in WAITING:
            _abandon(row, at=at, actor=actor)
        elif row.state == ConversationState.ACTIVE:
            _end_talk(row, how=EndedHow.CUSTOMER, code=SystemCode.ENDED_BY_CUSTOMER, at=at, actor=actor)
        return row


def end_left(*, at: datetime) -> int:
    """Abandon what waits for nobody (2 min unseen) and end what is served to nobody (10 min). For the sweeper."""
    limits = (
        (WAITING, RULES.waiting_customer_gone_seconds),
        ((ConversationState.ACTIVE,), RULES.served_customer_gone_seconds),
    )
    count = 0
    for states, seconds in limits:
        limit = at - timedelta(seconds=seconds)
        due = Conversation.objects.filter(state__in=states, customer_seen_at__lt=limit)
        count += sum(_end_one_left(pk, limit, at) for pk in list(due.values_list("pk", flat=True)))
    return count


@transaction.atomic
def _end_one_left(conversation_id: int, limit: datetime, at: datetime) -> bool:
    row = _lock_conversation(conversation_id)
    if row.customer_seen_at >= limit:
        return False
    if row.state in WAITING:
        _abandon(row, at=at, actor=None)
    elif row.state == ConversationState.ACTIVE:
        _end_talk(row, how=EndedHow.CUSTOMER_LEFT, code=SystemCode.CUSTOMER_LEFT, at=at, actor=None)
    else:
        return False
    return True


def close_overdue_wrap_ups(*, at: datetime) -> int:
    """Close what nobody wrapped up in time, without a code that pays; return how many. For the sweeper."""
    due = Conversation.objects.filter(state=ConversationState.WRAP_UP, wrap_up_due_at__lte=at)
    return sum(_close_overdue(pk, at) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _close_overdue(conversation_id: int, at: datetime) -> bool:
    row = _lock_conversation(conversation_id)
    if row.state != ConversationState.WRAP_UP or row.wrap_up_due_at is None or row.wrap_up_due_at > at:
        return False
    _close(row, code=WrapUpCode.OVERDUE, note="", how=EndedHow.AGENT, at=at, actor=PLATFORM)
    return True


# -- The parts they share; each is given a locked row ---------------------------------------------


def _check_wrap_up(code: str, note: str) -> None:
    if code not in AGENT_WRAP_UP_CODES:
        raise Invalid(fields={"code": _("Choose one of the codes.")})
    _check_note(note)


def _check_note(note: str) -> None:
    if len(note) > RULES.note_length:
        raise Invalid(fields={"note": _("At most %(limit)d characters.") % {"limit": RULES.note_length}})


def _abandon(row: Conversation, *, at: datetime, actor: Talker | None) -> None:
    _withdraw_open_offer(row, at=at, actor=actor)
    _move(row, ConversationState.ABANDONED, at=at, actor=actor, ended_at=at, waiting_since=None)
    publish(ConversationClosed(row.pk, at))
    publish(QueueMoved(row.programme_id, at))
    _drain_after_commit(row.programme_id, at)


def _end_talk(row: Conversation, *, how: EndedHow, code: SystemCode, at: datetime, actor: Talker | None) -> None:
    """From `active` to `wrap_up`: nobody writes any more, the agent still owes a code."""
    if row.state != ConversationState.ACTIVE:
        raise NotActive
    rules = programme_rules(row.programme_id)
    _post_system(conversation=row, code=code, at=at, name=row.agent.nickname if row.agent else "")
    Segment.objects.filter(conversation=row, epoch=row.epoch).update(
        talk_ended_at=at, ended_how=how, to_seq=row.last_seq
    )
    _move(
        row,
        ConversationState.WRAP_UP,
        at=at,
        actor=actor,
        reason=how,
        ended_at=at,
        reply_since=None,
        reply_due_at=None,
        reply_overdue_at=None,
        wrap_up_due_at=at + timedelta(seconds=rules.wrap_up_seconds),
    )


@transaction.atomic
def _close_owned(
    actor: Actor, conversation: Conversation, epoch: int, code: WrapUpCode, note: str, how: EndedHow, at: datetime
) -> Conversation:
    row = _lock_conversation(conversation.pk)
    if row.state == ConversationState.CLOSED and _closed_by(row, actor, epoch):
        return row
    row = _lock_owned(conversation, actor, epoch)
    _close(row, code=code, note=note.strip(), how=how, at=at, actor=actor)
    return row


def _closed_by(row: Conversation, actor: Actor, epoch: int) -> bool:
    mine = Segment.objects.filter(conversation=row, epoch=epoch, agent_id=actor.agent_id, ended_at__isnull=False)
    return mine.exists()


def _close(row: Conversation, *, code: WrapUpCode, note: str, how: EndedHow, at: datetime, actor: Actor) -> None:
    if row.state not in OWNED or row.agent is None:
        raise NotActive
    agent = row.agent
    if row.state == ConversationState.ACTIVE:
        said = SystemCode.ENDED_FOR_ABUSE if how == EndedHow.ABUSE else SystemCode.ENDED_BY_AGENT
        _post_system(conversation=row, code=said, at=at, name=agent.nickname)
    segment = Segment.objects.select_for_update(no_key=True).get(conversation=row, epoch=row.epoch)
    ended_how = EndedHow.ABUSE if how == EndedHow.ABUSE else segment.ended_how or how
    Segment.objects.filter(pk=segment.pk).update(
        talk_ended_at=segment.talk_ended_at or at,
        ended_at=at,
        ended_how=ended_how,
        to_seq=segment.to_seq or row.last_seq,
        wrap_up_code=code,
        note=note,
    )
    if how == EndedHow.ABUSE:
        _record(row, "end_for_abuse", agent_public_id=agent.public_id, actor=actor, at=at, segment=segment.public_id)
    _move(
        row,
        ConversationState.CLOSED,
        at=at,
        actor=actor,
        reason=code,
        agent_id=None,
        claim_id=None,
        epoch=row.epoch + 1,
        ended_at=row.ended_at or at,
        reply_since=None,
        reply_due_at=None,
        reply_overdue_at=None,
        wrap_up_due_at=None,
    )
    AgentPresence.objects.filter(agent_id=agent.pk).update(idle_since=at)
    publish(SegmentClosed(segment.pk, row.pk, agent.pk, segment.claim_id, at))
    publish(ConversationClosed(row.pk, at))
    _drain_after_commit(row.programme_id, at)
