"""Sitting the practical part: a simulated customer says a turn, the agent replies, the next turn follows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import require_onboarded
from certification.errors import BadAnswer, DeadlinePassed, NotInProgress
from certification.models import Attempt, ExtraTime, Practical, PracticalReply
from certification.policies import require_sitter
from certification.states import PRACTICAL, AttemptState, PracticalState
from core import states
from core.errors import Invalid, NotFound

MAX_REPLY = 2000


@transaction.atomic
def start_practical(*, actor: Actor, at: datetime, practical: Practical) -> Practical:
    """Begin the practical part and its clock (extra time included); begun already: as it is.

    `DeadlinePassed` when it was to be begun earlier, `NotInProgress` when its attempt was decided.
    """
    require_onboarded(actor)
    practical, attempt = _locked(actor, practical)
    if practical.state == PracticalState.IN_PROGRESS:
        return practical
    if practical.state != PracticalState.READY or attempt.state != AttemptState.MARKING:
        raise NotInProgress
    if at >= practical.start_by:
        raise DeadlinePassed
    extra = ExtraTime.objects.filter(exam_id=attempt.exam_id, agent_id=attempt.agent_id)
    seconds = practical.scenario.time_limit_seconds + (extra.values_list("extra_seconds", flat=True).first() or 0)
    states.move(
        practical,
        PracticalState.IN_PROGRESS,
        table=PRACTICAL,
        at=at,
        actor=actor,
        changes={"started_at": at, "deadline_at": at + timedelta(seconds=seconds)},
    )
    return practical


def _locked(actor: Actor, practical: Practical) -> tuple[Practical, Attempt]:
    """Both rows, the attempt's first; only for the agent who sits it."""
    attempt = Attempt.objects.select_for_update(no_key=True, of=("self",)).get(pk=practical.attempt_id)
    require_sitter(actor, attempt)
    rows = Practical.objects.select_for_update(no_key=True, of=("self",)).select_related("scenario")
    locked = rows.get(pk=practical.pk)
    locked.attempt = attempt
    return locked, attempt


@transaction.atomic
def save_reply(
    *, actor: Actor, at: datetime, practical: Practical, turn: int, text: str, is_sent: bool = False
) -> PracticalReply:
    """Keep the reply to the current turn as it is typed; `is_sent` sends it, and it changes no more.

    Refuses with `DeadlinePassed` from the deadline on, `NotInProgress`, `BadAnswer` (too long, or a turn
    that is not to be answered now), `Invalid` (nothing to send). Sending the same text again changes nothing.
    """
    practical, _attempt = _locked(actor, practical)
    if practical.state != PracticalState.IN_PROGRESS or practical.deadline_at is None:
        raise NotInProgress
    if at >= practical.deadline_at:
        raise DeadlinePassed(detail={"deadline_at": practical.deadline_at.isoformat()})
    if len(text) > MAX_REPLY or "\x00" in text:
        raise BadAnswer(detail={"max_characters": MAX_REPLY})
    if not 1 <= turn <= len(practical.scenario.turns):
        raise NotFound
    sent = {r.turn: r for r in practical.replies.filter(is_sent=True)}
    if turn in sent:
        if sent[turn].text == text.strip():
            return sent[turn]
        raise BadAnswer(_("This reply was sent already."))
    if turn != len(sent) + 1:
        raise BadAnswer
    if is_sent and not text.strip():
        raise Invalid(fields={"text": _("Write a reply first.")})
    reply, _created = PracticalReply.objects.update_or_create(
        practical=practical,
        turn=turn,
        defaults={"text": text.strip() if is_sent else text, "is_sent": is_sent, "saved_at": at},
    )
    return reply


@transaction.atomic
def submit_practical(*, actor: Actor, at: datetime, practical: Practical) -> Practical:
    """Hand in the practical part for marking; twice gives it back as it is. Replies left unsent count as they stand."""
    practical, _attempt = _locked(actor, practical)
    if practical.state in (PracticalState.SUBMITTED, PracticalState.SECOND_MARKING, PracticalState.MARKED):
        return practical
    if practical.state != PracticalState.IN_PROGRESS or practical.deadline_at is None:
        raise NotInProgress
    if not practical.replies.exclude(text="").exists():
        raise Invalid(_("Reply to the customer before you hand it in."))
    states.move(
        practical,
        PracticalState.SUBMITTED,
        table=PRACTICAL,
        at=at,
        actor=actor,
        changes={"submitted_at": min(at, practical.deadline_at)},
    )
    return practical
