"""The certifier's queues: what waits to be marked, blind, and what was noticed during attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.models import Attempt, AttemptQuestion, IntegrityReview, IntegritySignal, Practical
from certification.selectors.attempts import Turn, is_own, reads_chinese, turns_of
from certification.states import AttemptState, PracticalState, QuestionKind, SignalKind
from core.errors import NotFound

_READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR)


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
    zh = reads_chinese()
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
    if attempt is None or not actor.is_staff(StaffRole.CERTIFIER) or is_own(actor, attempt.agent_id):
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
    if row is None or not actor.is_staff(StaffRole.CERTIFIER) or is_own(actor, row.attempt.agent_id):
        raise NotFound
    zh = reads_chinese()
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
    if not (actor.is_staff(*_READERS) or is_own(actor, attempt.agent_id)):
        raise NotFound
    return attempt.signals.order_by("at", "pk")
