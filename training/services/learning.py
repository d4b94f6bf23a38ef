"""Learning: enrolling, passing lessons, completing courses, points.

Locks: the enrolment row first; so one agent's learning of one course is single file, on however many devices.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from core.errors import NotFound
from core.events import publish
from core.states import move
from training.errors import LevelLocked, NotEnrolled, NothingToLearn, WrongKind
from training.events import CourseCompleted, LessonPassed
from training.logic import path
from training.models import Course, CourseVersion, Enrolment, Lesson, LessonProgress, PointsEntry
from training.policies import require_learner, require_own_enrolment
from training.selectors.catalogue import newest_published, path_levels
from training.states import PROGRESS, LessonKind, PointsReason, ProgressState

if TYPE_CHECKING:
    from accounts.models import AgentProfile


@transaction.atomic
def enrol(*, actor: Actor, agent: AgentProfile, course: Course, at: datetime) -> Enrolment:
    """Begin a course in its newest published version; an agent already in it gets what they have.

    Raises `NothingToLearn` when nothing is published.
    """
    require_learner(actor, agent.pk)
    newest = newest_published([course]).get(course.pk)
    if newest is None:
        raise NothingToLearn
    try:
        with transaction.atomic():
            current = Enrolment.objects.filter(agent=agent, course=course, superseded_at=None).first()
            return current or Enrolment.objects.create(agent=agent, course=course, version=newest, started_at=at)
    except IntegrityError:
        return Enrolment.objects.get(agent=agent, course=course, superseded_at=None)


@transaction.atomic
def move_to_newest_version(*, actor: Actor, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Take the newest version instead: a new enrolment in which lessons that did not change stay passed.

    Returns the enrolment as it is when it already is in the newest version. When nothing new is left
    to learn the course counts as completed again, which earns no second points.
    """
    held = _hold(actor, enrolment)
    newest = newest_published([held.course])[held.course_id]
    if newest.pk == held.version_id:
        return held
    held.superseded_at = at
    held.save(update_fields=["superseded_at"])
    moved = Enrolment.objects.create(agent_id=held.agent_id, course=held.course, version=newest, started_at=at)
    passed = {
        (p.lesson.lineage, p.lesson.kind): p
        for p in held.progress.filter(state=ProgressState.PASSED).select_related("lesson")
    }
    for lesson in Lesson.objects.filter(level__version=newest):
        before = passed.get((lesson.lineage, lesson.kind))
        if before is None or before.lesson.content != lesson.content or (before.best_score or 0) < lesson.pass_percent:
            continue
        progress = LessonProgress.objects.create(
            enrolment=moved, lesson=lesson, best_score=before.best_score, started_at=before.started_at
        )
        move(progress, ProgressState.PASSED, table=PROGRESS, at=at, actor=actor, changes={"passed_at": at})
    _complete_when_whole(moved, at)
    return moved


@transaction.atomic
def complete_article(*, actor: Actor, enrolment: Enrolment, lesson: Lesson, at: datetime) -> LessonProgress:
    """Mark an article as read. Doing it again changes nothing.

    Publishes `LessonPassed`, and `CourseCompleted` with the last lesson. Points once.
    """
    if lesson.kind != LessonKind.ARTICLE:
        raise WrongKind
    held, progress = open_lesson(actor=actor, enrolment=enrolment, lesson=lesson, at=at)
    pass_lesson(actor=actor, enrolment=held, progress=progress, score=100, at=at)
    return progress


def open_lesson(
    *, actor: Actor, enrolment: Enrolment, lesson: Lesson, at: datetime
) -> tuple[Enrolment, LessonProgress]:
    """Lock the enrolment and give its progress with an open lesson; made on first touch.

    Raises `NotFound` for a lesson of another version or somebody else's enrolment, `LevelLocked`.
    """
    held = _hold(actor, enrolment)
    levels = path_levels(held.version, held)
    step = next((s for level in levels for s in level.lessons if s.lesson.pk == lesson.pk), None)
    if step is None:
        raise NotFound
    if step.state == "locked":
        raise LevelLocked
    progress, _created = LessonProgress.objects.get_or_create(
        enrolment=held, lesson=lesson, defaults={"started_at": at}
    )
    return held, progress


def _hold(actor: Actor, enrolment: Enrolment) -> Enrolment:
    require_own_enrolment(actor, enrolment)
    held = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("course", "version")
        .get(pk=enrolment.pk)
    )
    if held.superseded_at is not None:
        raise NotEnrolled
    return held


def pass_lesson(*, actor: Actor, enrolment: Enrolment, progress: LessonProgress, score: int, at: datetime) -> None:
    """Record a passing score 0-100; the first one passes the lesson and gives its points, once for ever.

    Call with the enrolment locked. Publishes `LessonPassed`, and `CourseCompleted` with the last lesson.
    """
    note_score(progress=progress, score=score)
    if progress.state == ProgressState.PASSED:
        return
    move(progress, ProgressState.PASSED, table=PROGRESS, at=at, actor=actor, changes={"passed_at": at})
    lesson = progress.lesson
    _give_points(enrolment.agent_id, PointsReason.LESSON_PASSED, lesson.lineage, lesson.kind, at)
    publish(LessonPassed(agent_id=enrolment.agent_id, lesson_id=lesson.pk, at=at))
    _complete_when_whole(enrolment, at)


def note_score(*, progress: LessonProgress, score: int) -> None:
    """Keep the best score of a lesson. Call with the enrolment locked."""
    if progress.best_score is None or score > progress.best_score:
        progress.best_score = score
        progress.save(update_fields=["best_score"])


def _complete_when_whole(enrolment: Enrolment, at: datetime) -> None:
    if enrolment.completed_at is not None or not _all_passed(enrolment.version, enrolment):
        return
    scores = enrolment.progress.exclude(lesson__kind=LessonKind.ARTICLE).values_list("best_score", flat=True)
    enrolment.completed_at, enrolment.score = at, path.course_score([score or 0 for score in scores])
    enrolment.save(update_fields=["completed_at", "score"])
    _give_points(enrolment.agent_id, PointsReason.COURSE_COMPLETED, enrolment.course.slug, "", at)
    publish(
        CourseCompleted(
            agent_id=enrolment.agent_id,
            course_id=enrolment.course_id,
            version_id=enrolment.version_id,
            score=enrolment.score,
            at=at,
        )
    )


def _all_passed(version: CourseVersion, enrolment: Enrolment) -> bool:
    passed = enrolment.progress.filter(state=ProgressState.PASSED).values("lesson")
    return not Lesson.objects.filter(level__version=version).exclude(pk__in=passed).exists()


def _give_points(agent_id: int, reason: PointsReason, subject: str, kind: str, at: datetime) -> None:
    points = path.points_for(reason, kind)
    PointsEntry.objects.bulk_create(
        [PointsEntry(agent_id=agent_id, reason=reason, subject=subject, points=points, at=at)], ignore_conflicts=True
    )
