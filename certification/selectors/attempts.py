"""Reads of attempts and practical parts, for the person who sits and for those who look after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.logic.questions import right_answer, shown, told_answer
from certification.models import Attempt, AttemptQuestion, IntegrityReview, IntegritySignal, Practical
from certification.states import AttemptState, PracticalState, QuestionKind, SignalKind
from core.errors import NotFound

_READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR)
_DECIDED = (AttemptState.PASSED, AttemptState.FAILED)


def attempt_by_public_id(actor: Actor, public_id: str) -> Attempt:
    """One's own attempt, or any for certifiers and auditors; else `NotFound`."""
    rows = Attempt.objects.select_related("exam", "exam__scenario", "agent", "practical")
    attempt = rows.filter(public_id=public_id).first()
    if attempt is None or not (_own(actor, attempt.agent_id) or actor.is_staff(*_READERS)):
        raise NotFound
    return attempt


def own_attempt(actor: Actor, public_id: str) -> Attempt:
    """One's own attempt whatever else one is; else `NotFound`."""
    attempt = attempt_by_public_id(actor, public_id)
    if not _own(actor, attempt.agent_id):
        raise NotFound
    return attempt


def _own(actor: Actor, agent_id: int) -> bool:
    return actor.agent_id is not None and actor.agent_id == agent_id


@dataclass(frozen=True)
class PlayedQuestion:
    """A drawn question as the player shows it: no key, no explanation."""

    position: int
    section: Mapping[str, Any]
    kind: QuestionKind
    stem: str
    points: int
    shown: Mapping[str, Any]
    answer: Any
    is_flagged: bool

    @property
    def is_answered(self) -> bool:
        return self.answer is not None


def played_questions(actor: Actor, attempt: Attempt) -> list[PlayedQuestion]:
    """The questions of one's own attempt in their order, without anything of the answers; one query."""
    if not _own(actor, attempt.agent_id):
        raise NotFound
    sections = {s["position"]: s for s in attempt.sections}
    return [
        PlayedQuestion(
            position=row.position,
            section=sections.get(row.section_position, {}),
            kind=QuestionKind(row.question.kind),
            stem=row.question.stem,
            points=row.question.points,
            shown=shown(QuestionKind(row.question.kind), row.question.spec, row.order),
            answer=row.answer,
            is_flagged=row.is_flagged,
        )
        for row in attempt.questions.select_related("question")
    ]


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
    reader = actor.is_staff(*_READERS) and not _own(actor, attempt.agent_id)
    if not (reader or (_own(actor, attempt.agent_id) and attempt.state in _DECIDED)):
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


def practical_by_public_id(actor: Actor, public_id: str) -> Practical:
    """One's own practical part, or any for certifiers and auditors; else `NotFound`."""
    rows = Practical.objects.select_related("attempt", "attempt__exam", "attempt__agent", "scenario")
    row = rows.filter(public_id=public_id).first()
    if row is None or not (_own(actor, row.attempt.agent_id) or actor.is_staff(*_READERS)):
        raise NotFound
    return row


@dataclass(frozen=True)
class Turn:
    """One exchange of the simulated conversation."""

    number: int
    said: str
    reply: str
    is_sent: bool
    is_current: bool


def turns_of(practical: Practical) -> list[Turn]:
    """The customer's turns up to the one to be answered; all of them once it is handed in. One query."""
    replies = {r.turn: r for r in practical.replies.all()}
    language = "zh" if practical.attempt.language.startswith("zh") else "en"
    open_ = practical.state == PracticalState.IN_PROGRESS
    turns = []
    for number, said in enumerate(practical.scenario.turns, 1):
        reply = replies.get(number)
        sent = reply is not None and reply.is_sent
        turns.append(Turn(number, said[language], reply.text if reply else "", sent, is_current=open_ and not sent))
        if open_ and not sent:
            break
    return turns


# -- Marking queue -------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarkingItem:
    """Something that waits for a certifier. It names the exam and the hour, never the person."""

    kind: str
    public_id: str
    exam_title: str
    waiting_since: datetime
    is_second: bool

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.public_id}"


def marking_queue(actor: Actor) -> list[MarkingItem]:
    """Free texts and practical parts this certifier may mark, oldest first; two queries.

    Left out: one's own work, and as second marker what one has marked first.
    """
    if not actor.is_staff(StaffRole.CERTIFIER):
        return []
    written = (
        AttemptQuestion.objects.filter(attempt__state=AttemptState.MARKING, points=None, answer__isnull=False)
        .exclude(attempt__agent_id=actor.agent_id or 0)
        .values_list("attempt__public_id", "attempt__exam__title_en", "attempt__exam__title_zh")
        .annotate(since=Max("attempt__submitted_at"), open=Count("pk"))
    )
    parts = (
        Practical.objects.filter(state__in=[PracticalState.SUBMITTED, PracticalState.SECOND_MARKING])
        .exclude(attempt__agent_id=actor.agent_id or 0)
        .exclude(state=PracticalState.SECOND_MARKING, marks__marker_id=actor.user_id)
        .select_related("attempt__exam")
    )
    zh = actor.language.startswith("zh")
    items = [MarkingItem("written", pid, z if zh else e, since, False) for pid, e, z, since, _n in written]
    items += [
        MarkingItem(
            "practical",
            p.public_id,
            p.attempt.exam.title_zh if zh else p.attempt.exam.title_en,
            p.submitted_at or p.created_at,
            p.state == PracticalState.SECOND_MARKING,
        )
        for p in parts
    ]
    return sorted(items, key=lambda item: (item.waiting_since, item.public_id))


@dataclass(frozen=True)
class FreeText:
    """One free text to be marked, with nothing that tells whose it is."""

    position: int
    stem: str
    guide: str
    answer: str
    possible: int
    earned: Any
    comment: str


@dataclass(frozen=True)
class BlindWritten:
    """The human-marked questions of an attempt, without the person."""

    attempt_public_id: str
    exam_title: str
    language: str
    submitted_at: datetime | None
    texts: list[FreeText]


def written_to_mark(actor: Actor, public_id: str) -> BlindWritten:
    """The free texts of an attempt that waits for marking, blind; `NotFound` when it is not for this certifier."""
    attempt = Attempt.objects.select_related("exam").filter(public_id=public_id, state=AttemptState.MARKING).first()
    if attempt is None or not actor.is_staff(StaffRole.CERTIFIER) or _own(actor, attempt.agent_id):
        raise NotFound
    rows = attempt.questions.select_related("question").filter(question__kind=QuestionKind.FREE, answer__isnull=False)
    texts = [
        FreeText(
            r.position, r.question.stem, r.question.spec["guide"], str(r.answer), r.question.points, r.points, r.comment
        )
        for r in rows
    ]
    return BlindWritten(attempt.public_id, attempt.exam.title, attempt.language, attempt.submitted_at, texts)


@dataclass(frozen=True)
class BlindPractical:
    """A practical part to be marked: the conversation and the rubric, no person and no earlier marks."""

    public_id: str
    title: str
    brief: str
    language: str
    submitted_at: datetime | None
    turns: list[Turn]
    rubric: list[dict[str, Any]]
    pass_mark: int
    is_second: bool


def practical_to_mark(actor: Actor, public_id: str) -> BlindPractical:
    """A practical part for this certifier, blind; `NotFound` when it is one's own or one has marked it."""
    rows = Practical.objects.select_related("attempt", "scenario").filter(
        public_id=public_id, state__in=[PracticalState.SUBMITTED, PracticalState.SECOND_MARKING]
    )
    row = rows.exclude(marks__marker_id=actor.user_id or 0).first()
    if row is None or not actor.is_staff(StaffRole.CERTIFIER) or _own(actor, row.attempt.agent_id):
        raise NotFound
    zh = actor.language.startswith("zh")
    rubric = [
        {
            "key": c["key"],
            "name": c["zh"] if zh else c["en"],
            "points": c["points"],
            "look_for": c.get("look_for_zh" if zh else "look_for_en", ""),
        }
        for c in row.scenario.rubric
    ]
    return BlindPractical(
        public_id=row.public_id,
        title=row.scenario.title_zh if zh else row.scenario.title_en,
        brief=row.scenario.brief_zh if zh else row.scenario.brief_en,
        language=row.attempt.language,
        submitted_at=row.submitted_at,
        turns=turns_of(row),
        rubric=rubric,
        pass_mark=row.pass_mark,
        is_second=row.state == PracticalState.SECOND_MARKING,
    )


# -- Integrity queue -----------------------------------------------------------------------------


def integrity_queue(actor: Actor) -> QuerySet[Attempt]:
    """Attempts with signals nobody has looked at, newest first, with counts per kind; for certifiers and auditors."""
    if not actor.is_staff(*_READERS):
        return Attempt.objects.none()
    counts = {f"{kind.value}_count": Count("signals", filter=Q(signals__kind=kind)) for kind in SignalKind}
    rows = Attempt.objects.exclude(agent_id=actor.agent_id or 0).annotate(
        signal_count=Count("signals"), last_signal_id=Max("signals__id"), **counts
    )
    seen = IntegrityReview.objects.values("attempt_id")
    return rows.filter(signal_count__gt=0).exclude(pk__in=seen).select_related("exam", "agent").order_by("-created_at")


def signals_of(actor: Actor, attempt: Attempt) -> QuerySet[IntegritySignal]:
    """What was noticed during an attempt, in order; for certifiers, auditors and the agent themself."""
    if not (actor.is_staff(*_READERS) or _own(actor, attempt.agent_id)):
        raise NotFound
    return attempt.signals.order_by("at", "pk")
