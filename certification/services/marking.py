"""Marking: what the machine can say at once, what a certifier says, and the result that follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from certification.errors import AlreadyMarked, NotWaiting
from certification.events import AttemptDecided
from certification.logic import results
from certification.logic.questions import earned_share
from certification.models import Attempt, AttemptQuestion, Practical, PracticalMark
from certification.policies import require_decide_on_agent
from certification.states import ATTEMPT, PRACTICAL, AttemptState, PracticalState, QuestionKind
from core import audit, states
from core.errors import Invalid, NotAllowed
from core.events import publish

STREAM = "certification"
PRACTICAL_START_DAYS = 7
"""Days within which a practical part has to be begun after the written part was handed in."""


def mark_automatically(*, attempt: Attempt) -> None:
    """Write the points of every question a machine can mark; call while moving the attempt to `marking`."""
    rows = list(attempt.questions.select_related("question"))
    for row in rows:
        share = earned_share(QuestionKind(row.question.kind), row.question.spec, row.answer)
        row.points = None if share is None else results.points(share, row.question.points)
    AttemptQuestion.objects.bulk_update(rows, ["points"])


def open_practical(*, attempt: Attempt, at: datetime) -> None:
    """Open the practical part of an attempt whose exam has one."""
    scenario = attempt.exam.scenario
    if scenario is not None:
        Practical.objects.create(
            attempt=attempt,
            scenario=scenario,
            pass_mark=scenario.pass_mark,
            created_at=at,
            start_by=at + timedelta(days=PRACTICAL_START_DAYS),
        )


def finish_if_marked(*, actor: Actor | None, at: datetime, attempt: Attempt) -> None:
    """Decide an attempt in `marking` as soon as its parts decide it; else leave it waiting.

    The written part failing decides at once: nobody is asked to do, or to mark, a practical part for
    nothing. Event: `AttemptDecided`. Call with the attempt row locked.
    """
    rows = list(attempt.questions.select_related("question"))
    if any(row.points is None for row in rows):
        return
    outcome = results.exam_result(
        [results.Item(r.section_position, r.points or Decimal(0), r.question.points) for r in rows],
        pass_mark=attempt.pass_mark,
        section_marks={s["position"]: s["pass_mark"] for s in attempt.sections},
    )
    practical = Practical.objects.filter(attempt=attempt).first()
    passed = outcome.passed
    if practical is not None and passed:
        if practical.state not in PRACTICAL.final:
            return
        marked = practical.state == PracticalState.MARKED and practical.percent is not None
        passed = marked and practical.percent >= practical.pass_mark  # type: ignore[operator]
    elif practical is not None and practical.state not in PRACTICAL.final:
        states.move(practical, PracticalState.VOIDED, table=PRACTICAL, at=at, reason="the written part was not passed")
    states.move(
        attempt,
        AttemptState.PASSED if passed else AttemptState.FAILED,
        table=ATTEMPT,
        at=at,
        actor=actor,
        changes={
            "finished_at": at,
            "points_earned": outcome.earned,
            "points_possible": outcome.possible,
            "section_results": outcome.sections,
        },
    )
    audit.record(
        stream=STREAM,
        action="certification.decide_attempt",
        subject=attempt.public_id,
        at=at,
        actor=actor,
        data={
            "passed": passed,
            "earned": str(outcome.earned),
            "possible": outcome.possible,
            "practical": str(practical.percent) if practical else None,
        },
    )
    publish(
        AttemptDecided(attempt_id=attempt.pk, agent_id=attempt.agent_id, exam_id=attempt.exam_id, passed=passed, at=at)
    )


@transaction.atomic
def mark_written(
    *, actor: Actor, at: datetime, attempt: Attempt, marks: Mapping[int, Decimal | None], comments: Mapping[int, str]
) -> Attempt:
    """Mark free texts: points by position, each within its question's; every waiting one has to be given.

    A certifier, never on their own work; audited. `Invalid` at the field `points_<position>`. When this
    was the last thing open, the attempt is decided (`AttemptDecided`).
    """
    require_decide_on_agent(actor, attempt.agent_id)
    attempt = Attempt.objects.select_for_update(no_key=True, of=("self",)).get(pk=attempt.pk)
    waiting = list(attempt.questions.select_related("question").filter(points=None))
    if attempt.state != AttemptState.MARKING or not waiting:
        raise NotWaiting
    wrong: dict[str, Any] = {}
    for row in waiting:
        given = marks.get(row.position)
        if given is None or not given.is_finite() or not 0 <= given <= row.question.points:
            wrong[f"points_{row.position}"] = _("Give 0 to %(most)s points.") % {"most": row.question.points}
    if wrong:
        raise Invalid(fields=wrong)
    for row in waiting:
        row.points = Decimal(marks[row.position] or 0).quantize(results.CENT)
        row.comment = comments.get(row.position, "").strip()
        row.marked_by_id = actor.user_id
    AttemptQuestion.objects.bulk_update(waiting, ["points", "comment", "marked_by"])
    audit.record(
        stream=STREAM,
        action="certification.mark_written",
        subject=attempt.public_id,
        at=at,
        actor=actor,
        data={"points": {str(r.position): str(r.points) for r in waiting}},
    )
    finish_if_marked(actor=actor, at=at, attempt=attempt)
    return attempt


def _person(actor: Actor) -> int:
    """The certifier's user id; marks are given by people only."""
    if actor.user_id is None:
        raise NotAllowed
    return actor.user_id


@transaction.atomic
def mark_practical(
    *, actor: Actor, at: datetime, practical: Practical, scores: Mapping[str, int | None], comment: str = ""
) -> Practical:
    """Mark a practical part on its rubric: points by key, each within its criterion's.

    Within 5 points of the pass mark a second certifier marks it too, without seeing these; then the mean
    decides. A certifier, never on their own work, once per person (`AlreadyMarked`); audited. May decide
    the attempt (`AttemptDecided`).
    """
    attempt = practical.attempt
    require_decide_on_agent(actor, attempt.agent_id)
    attempt = Attempt.objects.select_for_update(no_key=True, of=("self",)).get(pk=attempt.pk)
    practical = (
        Practical.objects.select_for_update(no_key=True, of=("self",)).select_related("scenario").get(pk=practical.pk)
    )
    earlier = list(practical.marks.all())
    if any(mark.marker_id == actor.user_id for mark in earlier):
        raise AlreadyMarked
    if practical.state not in (PracticalState.SUBMITTED, PracticalState.SECOND_MARKING):
        raise NotWaiting
    rubric = practical.scenario.rubric
    wrong = {
        f"score_{c['key']}": _("Give 0 to %(most)s points.") % {"most": c["points"]}
        for c in rubric
        if (given := scores.get(c["key"])) is None or not 0 <= given <= c["points"]
    }
    if wrong:
        raise Invalid(fields=dict(wrong))
    kept = {c["key"]: int(scores[c["key"]] or 0) for c in rubric}
    mark = PracticalMark.objects.create(
        practical=practical,
        number=len(earlier) + 1,
        marker_id=_person(actor),
        scores=kept,
        percent=results.rubric_percent(rubric, kept),
        comment=comment.strip(),
        at=at,
    )
    audit.record(
        stream=STREAM,
        action="certification.mark_practical",
        subject=practical.public_id,
        at=at,
        actor=actor,
        data={"number": mark.number, "percent": str(mark.percent), "scores": kept},
    )
    if mark.number == 1 and results.needs_second_marker(mark.percent, practical.pass_mark):
        states.move(practical, PracticalState.SECOND_MARKING, table=PRACTICAL, at=at, actor=actor)
        return practical
    states.move(
        practical,
        PracticalState.MARKED,
        table=PRACTICAL,
        at=at,
        actor=actor,
        changes={"marked_at": at, "percent": results.mean_percent([m.percent for m in (*earlier, mark)])},
    )
    finish_if_marked(actor=actor, at=at, attempt=attempt)
    return practical


def close_overdue_practicals(*, at: datetime, limit: int = 200) -> int:
    """Close practical parts whose time is over: replies that were sent are handed in, none at all expire."""
    begun = Practical.objects.filter(state=PracticalState.IN_PROGRESS, deadline_at__lte=at)
    never = Practical.objects.filter(state=PracticalState.READY, start_by__lte=at)
    due = [*begun.values_list("pk", "attempt_id")[:limit], *never.values_list("pk", "attempt_id")[:limit]]
    closed = 0
    for pk, attempt_id in due:
        with transaction.atomic():
            attempt = (
                Attempt.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
                .filter(pk=attempt_id)
                .first()
            )
            if attempt is not None:
                closed += _close_practical(pk, attempt, at)
    return closed


def _close_practical(pk: int, attempt: Attempt, at: datetime) -> int:
    practical = Practical.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if practical.state not in (PracticalState.READY, PracticalState.IN_PROGRESS):
        return 0
    if practical.replies.exclude(text="").exists():
        states.move(
            practical,
            PracticalState.SUBMITTED,
            table=PRACTICAL,
            at=at,
            actor=PLATFORM,
            reason="the time was over",
            changes={"submitted_at": practical.deadline_at},
        )
    else:
        states.move(practical, PracticalState.EXPIRED, table=PRACTICAL, at=at, actor=PLATFORM)
        finish_if_marked(actor=PLATFORM, at=at, attempt=attempt)
    return 1
