"""Reads of decided attempts: what they came to, and question by question why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.logic.questions import right_answer, told_answer
from certification.models import Attempt, Practical
from certification.selectors.attempts import is_own
from certification.states import AttemptState, PracticalState, QuestionKind
from core.errors import NotFound

_READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR)
_DECIDED = (AttemptState.PASSED, AttemptState.FAILED)


@dataclass(frozen=True)
class MarkedQuestion:
    """A question after marking: what was answered, what was right, what it earned."""

    position: int
    section: Mapping[str, Any]
    kind: QuestionKind
    stem: str
    answer: Sequence[str]
    right: Sequence[str]
    explanation: str
    earned: Any
    possible: int
    comment: str

    @property
    def is_right(self) -> bool:
        return self.earned is not None and self.earned >= self.possible


def marked_questions(actor: Actor, attempt: Attempt) -> list[MarkedQuestion]:
    """Every question with its answer and explanation, once the attempt is decided; before that, `NotFound`.

    For the agent (only the questions they missed carry the right answer: the pool is used again) and
    for certifiers and auditors (all of it).
    """
    reader = actor.is_staff(*_READERS) and not is_own(actor, attempt.agent_id)
    if not (reader or (is_own(actor, attempt.agent_id) and attempt.state in _DECIDED)):
        raise NotFound
    sections = {s["position"]: s for s in attempt.sections}
    return [
        MarkedQuestion(
            position=row.position,
            section=sections.get(row.section_position, {}),
            kind=(kind := QuestionKind(row.question.kind)),
            stem=row.question.stem,
            answer=told_answer(kind, row.question.spec, row.answer),
            right=right_answer(kind, row.question.spec) if reader or kind != QuestionKind.FREE else [],
            explanation=row.question.explanation,
            earned=row.points,
            possible=row.question.points,
            comment=row.comment,
        )
        for row in attempt.questions.select_related("question")
    ]


@dataclass(frozen=True)
class SectionResult:
    """One section: points earned and possible, its own pass mark if any."""

    title_en: str
    title_zh: str
    earned: Decimal
    possible: int
    pass_mark: int | None
    passed: bool

    @property
    def percent(self) -> Decimal:
        return percent_of(self.earned, self.possible)


@dataclass(frozen=True)
class AttemptResult:
    """What an attempt came to; marks only once it is decided."""

    percent: Decimal | None
    sections: list[SectionResult]
    practical: Practical | None
    remarks: list[str]

    @property
    def practical_waits(self) -> bool:
        """The practical part is the agent's to do."""
        return self.practical is not None and self.practical.state in (
            PracticalState.READY,
            PracticalState.IN_PROGRESS,
        )

    @property
    def practical_passed(self) -> bool | None:
        """None while it is not marked."""
        if self.practical is None or self.practical.percent is None:
            return None
        return self.practical.percent >= self.practical.pass_mark


def percent_of(earned: Decimal, possible: int) -> Decimal:
    """Percent to a tenth, rounded down, so that it never shows a pass mark that was not reached."""
    if not possible:
        return Decimal(0)
    return (earned * 1000 / possible).quantize(Decimal(1), rounding="ROUND_DOWN") / 10


def attempt_result(actor: Actor, attempt: Attempt) -> AttemptResult:
    """The result of one's own attempt, or of any for certifiers and auditors; two queries. Markers stay unnamed."""
    if not (is_own(actor, attempt.agent_id) or actor.is_staff(*_READERS)):
        raise NotFound
    practical = Practical.objects.select_related("scenario").filter(attempt=attempt).first()
    if attempt.state not in _DECIDED or attempt.points_earned is None:
        return AttemptResult(None, [], practical, [])
    names = {s["position"]: s for s in attempt.sections}
    sections = [
        SectionResult(
            names[s["position"]]["title_en"],
            names[s["position"]]["title_zh"],
            Decimal(s["earned"]),
            s["possible"],
            s["pass_mark"],
            s["passed"],
        )
        for s in attempt.section_results
    ]
    remarks = [m.comment for m in practical.marks.all() if m.comment] if practical else []
    percent = percent_of(attempt.points_earned, attempt.points_possible or 0)
    return AttemptResult(percent, sections, practical, remarks)
