"""Sitting an exam: begin, answer, hand in, and what the sweeper does for those who did not.

The server's clock rules. Locks: one agent's sittings of one exam, then the attempt row; what belongs to it after.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from accounts.policies import require_onboarded
from certification import errors
from certification.events import AttemptSubmitted
from certification.logic import sitting
from certification.logic.questions import clean_answer, order_of
from certification.models import Attempt, AttemptQuestion, Exam, ExtraTime, Question
from certification.policies import require_decide_on_agent, require_sitter
from certification.selectors.exams import exam_view
from certification.services import integrity
from certification.services.marking import finish_if_marked, mark_automatically, open_practical
from certification.states import ATTEMPT, AttemptState, QuestionKind
from core import audit, locks, states
from core.errors import Conflict, Invalid, NotFound
from core.events import publish

if TYPE_CHECKING:
    from accounts.models import AgentProfile

_REFUSALS: dict[str, type[Conflict]] = {
    "already_passed": errors.AlreadyPassed,
    "no_attempts_left": errors.NoAttemptsLeft,
    "retry_too_early": errors.RetryTooEarly,
    "exam_closed": errors.ExamClosed,
    "in_progress": errors.NotInProgress,
}
_rng = random.SystemRandom()


@transaction.atomic
def start_attempt(*, actor: Actor, at: datetime, agent: AgentProfile, exam: Exam, language: str = "") -> Attempt:
    """Begin a new attempt, or one a certifier granted; one in progress is given back as it is.

    Draws the questions, copies the rules and starts the clock. `language` is one of the exam's (its
    first when empty). Refuses with `RequirementsUnmet`, `ExamClosed`, `NoAttemptsLeft`,
    `RetryTooEarly`, `AlreadyPassed` (detail: `retry_at`), `NotEnoughQuestions`. Two at once begin one.
    """
    require_onboarded(actor)
    if actor is not PLATFORM and actor.agent_id != agent.pk:
        raise NotFound
    language = language or (exam.languages[0] if exam.languages else "")
    if language not in exam.languages:
        raise Invalid(fields={"language": _("Choose one of the languages of this exam.")})
    _lock_sittings(exam, agent)
    view = exam_view(actor, exam, at, agent_id=agent.pk)
    if view.current is not None:
        return view.current
    if view.unmet:
        raise errors.RequirementsUnmet(detail={"needs": [f"{n.kind}:{n.slug}" for n in view.unmet]})
    if view.ready is None and not view.availability.may_begin:
        retry_at = view.availability.retry_at
        raise _REFUSALS[view.availability.why](detail={"retry_at": retry_at.isoformat()} if retry_at else None)
    if view.ready is None:
        _make_ready(exam, agent, at)
    attempt = (
        Attempt.objects.select_for_update(no_key=True, of=("self",))
        .filter(exam=exam, agent=agent, state__in=[AttemptState.READY, AttemptState.IN_PROGRESS])
        .first()
    )
    if attempt is None:
        raise errors.NotInProgress
    if attempt.state == AttemptState.READY:
        _begin(actor, attempt, exam, language, at)
    return attempt


def _lock_sittings(exam: Exam, agent: AgentProfile) -> None:
    """One agent's attempts at one exam one after the other, so that what is counted is what there is."""
    locks.hold("certification.sit", exam.pk, agent.pk)


def _make_ready(exam: Exam, agent: AgentProfile, at: datetime, *, is_granted: bool = False) -> None:
    """A row in `ready`, unless one is there or in progress. `attempt_within_allowed` counts once more."""
    last = Attempt.objects.filter(exam=exam, agent=agent).aggregate(last=Max("number"))["last"] or 0
    row = Attempt(
        exam=exam,
        agent=agent,
        number=last + 1,
        is_granted=is_granted,
        pass_mark=exam.pass_mark,
        overdue=exam.overdue,
        grace_seconds=exam.grace_seconds,
        created_at=at,
    )
    Attempt.objects.bulk_create([row], ignore_conflicts=True)


def _begin(actor: Actor, attempt: Attempt, exam: Exam, language: str, at: datetime) -> None:
    """Draw the questions and start the clock of a locked attempt in `ready`."""
    sections = list(exam.sections.all())
    _draw(attempt, exam, sections, language)
    extra = ExtraTime.objects.filter(exam=exam, agent_id=attempt.agent_id).values_list("extra_seconds", flat=True)
    end = sitting.deadline(
        at,
        limit_seconds=exam.time_limit_seconds,
        extra_seconds=extra.first() or 0,
        closes_at=exam.closes_at if exam.closes_at and at < exam.closes_at else None,
    )
    states.move(
        attempt,
        AttemptState.IN_PROGRESS,
        table=ATTEMPT,
        at=at,
        actor=actor,
        changes={
            "language": language,
            "pass_mark": exam.pass_mark,
            "overdue": exam.overdue,
            "grace_seconds": exam.grace_seconds,
            "sections": [
                {"position": s.position, "title_en": s.title_en, "title_zh": s.title_zh, "pass_mark": s.pass_mark}
                for s in sections
            ],
            "started_at": at,
            "deadline_at": end,
            "overdue_at": sitting.overdue_at(end, exam.overdue, exam.grace_seconds),
        },
    )


def _draw(attempt: Attempt, exam: Exam, sections: list[Any], language: str) -> None:
    rows: list[AttemptQuestion] = []
    taken: set[int] = set()
    for section in sections:
        held = [
            q
            for q in Question.objects.filter(pool_id=section.pool_id, language=language, retired_at=None).order_by("pk")
            if q.pk not in taken
        ]
        if len(held) < section.draw:
            raise errors.NotEnoughQuestions(detail={"section": section.position})
        drawn = _rng.sample(held, section.draw)
        if not exam.shuffle_questions:
            drawn.sort(key=lambda q: q.pk)
        taken |= {q.pk for q in drawn}
        rows += [
            AttemptQuestion(
                attempt=attempt,
                position=len(rows) + n,
                section_position=section.position,
                question=question,
                order=order_of(QuestionKind(question.kind), question.spec, shuffle=exam.shuffle_options, rng=_rng),
            )
            for n, question in enumerate(drawn, 1)
        ]
    AttemptQuestion.objects.bulk_create(rows)


@transaction.atomic
def save_answer(
    *,
    actor: Actor,
    at: datetime,
    attempt: Attempt,
    position: int,
    answer: Any,
    is_flagged: bool | None = None,
    device: str = "",
    was_offline: bool = False,
) -> AttemptQuestion:
    """Keep one answer (None clears it); the last one kept counts.

    Refuses with `DeadlinePassed` from the deadline on, whatever happens to the attempt then;
    `NotInProgress` when it was handed in; `BadAnswer` for what cannot be an answer. Another device than
    before, or an answer faster than it can be read, is noted as a signal and taken all the same
    (`was_offline` answers come in a bunch after a cut and are not called fast).
    """
    require_sitter(actor, attempt)
    attempt = _locked(attempt)
    if attempt.state != AttemptState.IN_PROGRESS or attempt.deadline_at is None:
        raise errors.DeadlinePassed if _ended_by_clock(attempt, at) else errors.NotInProgress
    if at >= attempt.deadline_at:
        raise errors.DeadlinePassed(detail={"deadline_at": attempt.deadline_at.isoformat()})
    row = AttemptQuestion.objects.select_related("question").filter(attempt=attempt, position=position).first()
    if row is None:
        raise NotFound
    cleaned = clean_answer(QuestionKind(row.question.kind), row.question.spec, answer)
    integrity.note_while_answering(
        attempt=attempt, row=row, answer=None if was_offline else cleaned, device=device, at=at
    )
    row.answer = cleaned
    row.answered_at = at if row.answer is not None else None
    if is_flagged is not None:
        row.is_flagged = is_flagged
    row.save(update_fields=["answer", "answered_at", "is_flagged"])
    return row


def _locked(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_for_update(no_key=True, of=("self",)).select_related("exam").get(pk=attempt.pk)


def _ended_by_clock(attempt: Attempt, at: datetime) -> bool:
    return attempt.deadline_at is not None and at >= attempt.deadline_at


@transaction.atomic
def submit_attempt(*, actor: Actor, at: datetime, attempt: Attempt) -> Attempt:
    """Hand in an attempt; a second submission gives it back as it is.

    What a machine can mark is marked at once. Too late: `DeadlinePassed`, and where nobody may submit
    any more the sweeper decides. Events: `AttemptSubmitted`, perhaps `AttemptDecided`.
    """
    require_sitter(actor, attempt)
    attempt = _locked(attempt)
    if attempt.state in (AttemptState.SUBMITTED, AttemptState.MARKING, AttemptState.PASSED, AttemptState.FAILED):
        return attempt
    if attempt.state != AttemptState.IN_PROGRESS or attempt.deadline_at is None:
        raise errors.DeadlinePassed if attempt.state == AttemptState.EXPIRED else errors.NotInProgress
    if not sitting.takes_submit(
        at, end=attempt.deadline_at, overdue=attempt.overdue, grace_seconds=attempt.grace_seconds
    ):
        raise errors.DeadlinePassed(detail={"deadline_at": attempt.deadline_at.isoformat()})
    _submit(attempt, actor=actor, at=at, submitted_at=min(at, attempt.overdue_at or at))
    return attempt


def _submit(attempt: Attempt, *, actor: Actor, at: datetime, submitted_at: datetime) -> None:
    states.move(
        attempt, AttemptState.SUBMITTED, table=ATTEMPT, at=at, actor=actor, changes={"submitted_at": submitted_at}
    )
    publish(AttemptSubmitted(attempt_id=attempt.pk, agent_id=attempt.agent_id, exam_id=attempt.exam_id, at=at))
    mark_automatically(attempt=attempt)
    states.move(attempt, AttemptState.MARKING, table=ATTEMPT, at=at, actor=actor)
    open_practical(attempt=attempt, at=at)
    finish_if_marked(actor=actor, at=at, attempt=attempt)


def close_overdue(*, at: datetime, limit: int = 200) -> int:
    """Close attempts whose time is over, one transaction each: submitted or expired as their rules say.

    Also expires granted attempts whose exam has closed. Returns how many.
    """
    running = Attempt.objects.filter(state=AttemptState.IN_PROGRESS, overdue_at__lte=at).order_by("overdue_at")
    ready = Attempt.objects.filter(state=AttemptState.READY, exam__closes_at__lte=at)
    closed = 0
    for pk in [*running.values_list("pk", flat=True)[:limit], *ready.values_list("pk", flat=True)[:limit]]:
        with transaction.atomic():
            rows = Attempt.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            attempt = rows.select_related("exam").filter(pk=pk).first()
            if attempt is not None:
                closed += _close(attempt, at)
    return closed


def _close(attempt: Attempt, at: datetime) -> int:
    if attempt.state == AttemptState.IN_PROGRESS and attempt.overdue == "autosubmit" and attempt.deadline_at:
        _submit(attempt, actor=PLATFORM, at=at, submitted_at=attempt.deadline_at)
    elif attempt.state in (AttemptState.IN_PROGRESS, AttemptState.READY):
        states.move(attempt, AttemptState.EXPIRED, table=ATTEMPT, at=at, actor=PLATFORM, changes={"finished_at": at})
    else:
        return 0
    return 1


@transaction.atomic
def grant_attempt(*, actor: Actor, at: datetime, agent: AgentProfile, exam: Exam, reason: str) -> Attempt:
    """Give a person one more attempt, whatever the rules say of attempts and delays; a certifier, audited.

    The exam has still to be open and its requirements met when it begins. With a live attempt already
    there: that one.
    """
    require_decide_on_agent(actor, agent.pk)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write why.")})
    _lock_sittings(exam, agent)
    _make_ready(exam, agent, at, is_granted=True)
    attempt = Attempt.objects.filter(exam=exam, agent=agent).order_by("-number")[0]
    audit.record(
        stream="certification",
        action="certification.grant_attempt",
        subject=attempt.public_id,
        at=at,
        actor=actor,
        data={"agent": agent.public_id, "exam": exam.public_id, "reason": reason.strip()},
    )
    return attempt
