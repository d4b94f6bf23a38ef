"""Judging whether a conversation was rightly handed to an expert: only what a person calls justified, or nobody
judged in time, is paid."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from core import audit, events
from core.errors import Invalid, NotFound, Text
from core.states import move
from quality.errors import AlreadyAppealed, AppealTooLate
from quality.events import EscalationJudged
from quality.logic.rules import RULES
from quality.logic.scores import EscalationVerdict
from quality.models import EscalationReview
from quality.policies import require_can_answer_escalation
from quality.services.samples import sample_triggered
from quality.states import ESCALATIONS, EscalationState, Trigger

if TYPE_CHECKING:
    from live.models import Segment


def put_escalation_to_review(*, segment: Segment, at: datetime) -> EscalationReview:
    """An escalated segment waits for its reviewer's judgement; safe to repeat."""
    with transaction.atomic():
        row, _created = EscalationReview.objects.get_or_create(
            segment=segment,
            defaults={"agent": segment.agent, "claim": segment.claim, "due_at": at + RULES.escalation_judged_within},
        )
        sample_triggered(segment=segment, trigger=Trigger.ESCALATION, at=at)
    return row


def _waiting_escalation(segment: Segment) -> EscalationReview | None:
    """The judgement a review of `segment` owes, locked; None when it owes none."""
    rows = EscalationReview.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(segment=segment, state=EscalationState.WAITING).first()


def _errors_of(row: EscalationReview | None, verdict: EscalationVerdict | None) -> dict[str, Text | list[Text]]:
    """What is missing in the judgement of an escalation, by form field."""
    errors: dict[str, Text | list[Text]] = {}
    if row is None:
        return errors
    if verdict is None or verdict.justified is None:
        errors["justified"] = _("Say whether handing it on was justified.")
    if verdict is None or not verdict.reason.strip():
        errors["justified_reason"] = _("Say why; the agent reads it.")
    return errors


def _judge(row: EscalationReview, verdict: EscalationVerdict, *, actor: Actor, at: datetime) -> None:
    """The first judgement of a locked, waiting row."""
    to = EscalationState.JUSTIFIED if verdict.justified else EscalationState.UNJUSTIFIED
    changes = {"judged_by_id": actor.user_id, "judged_at": at, "reason": verdict.reason.strip()}
    _move(row, to, actor=actor, at=at, **changes)


def appeal_escalation(*, actor: Actor, review: EscalationReview, reason: str, at: datetime) -> EscalationReview:
    """The agent asks another reviewer to judge it once more; without an answer in 72 hours it counts as justified.

    Raises `NotFound` for somebody else's, `Invalid` without a reason, `AlreadyAppealed`, `AppealTooLate` after 7 days.
    """
    if actor.agent_id is None or review.agent_id != actor.agent_id:
        raise NotFound
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why you see it differently; the second reviewer reads it.")})
    with transaction.atomic():
        row = _locked(review)
        if row.state == EscalationState.APPEALED:
            raise AlreadyAppealed(_("Your appeal is already with a reviewer."))
        if row.judged_at is not None and at >= row.judged_at + RULES.appeal_window:
            raise AppealTooLate
        changes = {"appeal": reason.strip(), "appealed_at": at, "due_at": at + RULES.answer_within}
        _move(row, EscalationState.APPEALED, actor=actor, at=at, **changes)
    return row


def answer_escalation(
    *, actor: Actor, review: EscalationReview, justified: bool, answer: str, at: datetime
) -> EscalationReview:
    """Somebody other than the first reviewer decides an appeal, for good; `answer` tells the agent why."""
    require_can_answer_escalation(actor, review)
    if not answer.strip():
        raise Invalid(fields={"answer": _("Tell the agent why; they read this.")})
    with transaction.atomic():
        row = _locked(review)
        to = EscalationState.JUSTIFIED if justified else EscalationState.UPHELD
        changes = {"answered_by_id": actor.user_id, "answered_at": at, "answer": answer.strip()}
        _move(row, to, actor=actor, at=at, **changes)
    return row


def settle_escalations(*, at: datetime) -> int:
    """Call justified what nobody judged, or answered, in time; how many. For the sweeper."""
    due = EscalationReview.objects.filter(state__in=[EscalationState.WAITING, EscalationState.APPEALED], due_at__lte=at)
    return sum(_settle(pk, at) for pk in list(due.order_by("due_at").values_list("pk", flat=True)))


@transaction.atomic
def _settle(pk: int, at: datetime) -> bool:
    rows = EscalationReview.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    row = rows.filter(pk=pk, state__in=[EscalationState.WAITING, EscalationState.APPEALED], due_at__lte=at).first()
    if row is None:
        return False
    _move(row, EscalationState.JUSTIFIED, actor=PLATFORM, at=at)
    return True


def _locked(review: EscalationReview) -> EscalationReview:
    return EscalationReview.objects.select_for_update(no_key=True, of=("self",)).get(pk=review.pk)


def _move(row: EscalationReview, to: EscalationState, *, actor: Actor, at: datetime, **changes: object) -> None:
    """Move a locked row, audit it, and tell pay when it became justified."""
    move(row, to, table=ESCALATIONS, at=at, actor=actor, changes=changes)
    audit.record(
        stream="quality",
        action="quality.judge_escalation",
        subject=row.public_id,
        actor=actor,
        at=at,
        data={"state": str(to)},
    )
    if to == EscalationState.JUSTIFIED:
        events.publish(EscalationJudged(review_id=row.pk, agent_id=row.agent_id, claim_id=row.claim_id, at=at))
