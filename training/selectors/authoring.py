"""Courses as trainers see them: drafts, versions, learners, and what is still to mend."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.actors import Actor
from accounts.policies import can_staff
from core.errors import NotFound
from training.logic import checks, content
from training.logic.content import Problem
from training.models import Course, CourseImage, CourseVersion, Enrolment, Lesson, Level
from training.selectors.catalogue import published_courses
from training.states import VersionState


@dataclass(frozen=True)
class VersionRow:
    """A version in the history, with how many agents took it and how many completed it."""

    version: CourseVersion
    lessons: int
    learners: int
    completed: int


@dataclass(frozen=True)
class AuthoredCourse:
    """A course at the desk."""

    course: Course
    draft: CourseVersion | None
    published: CourseVersion | None
    learners: int
    completed: int


def authored_courses(*, actor: Actor, search: str = "", language: str = "", industry: str = "") -> list[AuthoredCourse]:
    """Every course with its versions and learners, for platform staff. Three queries."""
    _require_staff(actor)
    courses = Course.objects.order_by("title", "pk")
    if search:
        courses = courses.filter(Q(title__icontains=search) | Q(slug__icontains=search))
    if language:
        courses = courses.filter(language=language)
    if industry:
        courses = courses.filter(industry=industry)
    return _authored(courses)


def authored_course(*, actor: Actor, public_id: str) -> AuthoredCourse:
    """One course at the desk."""
    _require_staff(actor)
    found = _authored(Course.objects.filter(public_id=public_id))
    if not found:
        raise NotFound
    return found[0]


def _authored(courses: QuerySet[Course]) -> list[AuthoredCourse]:
    rows = list(courses.prefetch_related(Prefetch("versions", CourseVersion.objects.order_by("-number"))))
    counts = {
        row["course"]: row
        for row in Enrolment.objects.filter(course__in=rows)
        .values("course")
        .annotate(
            learners=Count("agent", distinct=True),
            finished=Count("agent", distinct=True, filter=Q(completed_at__isnull=False)),
        )
    }
    nobody = {"learners": 0, "finished": 0}
    return [
        AuthoredCourse(
            course=course,
            draft=next((v for v in course.versions.all() if v.state == VersionState.DRAFT), None),
            published=next((v for v in course.versions.all() if v.state == VersionState.PUBLISHED), None),
            learners=counts.get(course.pk, nobody)["learners"],
            completed=counts.get(course.pk, nobody)["finished"],
        )
        for course in rows
    ]


def version_history(*, actor: Actor, course: Course) -> list[VersionRow]:
    """Versions of a course, newest first, with their learners. One query."""
    _require_staff(actor)
    lessons = (
        Lesson.objects.filter(level__version=OuterRef("pk"))
        .order_by()
        .values("level__version")
        .annotate(n=Count("pk"))
        .values("n")
    )
    versions = (
        course.versions.select_related("published_by")
        .annotate(
            lesson_count=Subquery(lessons),
            learners=Count("enrolments"),
            finished=Count("enrolments", filter=Q(enrolments__completed_at__isnull=False)),
        )
        .order_by("-number")
    )
    return [VersionRow(v, v.lesson_count or 0, v.learners, v.finished) for v in versions]


def version_tree(*, actor: Actor, public_id: str) -> CourseVersion:
    """A version with its levels and lessons prefetched, for platform staff. Three queries."""
    _require_staff(actor)
    lessons = Lesson.objects.select_related("edited_by").order_by("position")
    levels = Level.objects.order_by("position").prefetch_related(Prefetch("lessons", lessons))
    version = (
        CourseVersion.objects.select_related("course")
        .prefetch_related(Prefetch("levels", levels))
        .filter(public_id=public_id)
        .first()
    )
    if version is None:
        raise NotFound
    return version


def draft_problems(version: CourseVersion) -> dict[int, list[Problem]]:
    """What keeps each lesson of a loaded version from being published, by lesson id; whole lessons are left out."""
    found = {}
    for level in version.levels.all():
        for lesson in level.lessons.all():
            if problems := checks.problems(content.from_json(lesson.kind, lesson.content)):
                found[lesson.pk] = problems
    return found


@dataclass(frozen=True)
class OutlineLesson:
    """A lesson of a version, with what is still to mend in it."""

    lesson: Lesson
    problems: list[Problem]


@dataclass(frozen=True)
class OutlineLevel:
    """A level of a version with its lessons."""

    level: Level
    lessons: list[OutlineLesson]


def outline(version: CourseVersion) -> list[OutlineLevel]:
    """Levels and lessons of a version loaded by `version_tree`; problems only for drafts."""
    problems = draft_problems(version) if version.state == VersionState.DRAFT else {}
    return [
        OutlineLevel(level, [OutlineLesson(lesson, problems.get(lesson.pk, [])) for lesson in level.lessons.all()])
        for level in version.levels.all()
    ]


def level_to_edit(*, actor: Actor, public_id: str) -> Level:
    """A level with its version and course, for platform staff."""
    _require_staff(actor)
    level = Level.objects.select_related("version__course").filter(public_id=public_id).first()
    if level is None:
        raise NotFound
    return level


def lesson_to_edit(*, actor: Actor, public_id: str) -> Lesson:
    """A lesson with its version and course, for platform staff."""
    _require_staff(actor)
    lesson = Lesson.objects.select_related("level__version__course", "edited_by").filter(public_id=public_id).first()
    if lesson is None:
        raise NotFound
    return lesson


def images_of(*, actor: Actor, course: Course) -> list[CourseImage]:
    """Pictures uploaded for a course, newest first, for platform staff."""
    _require_staff(actor)
    return list(course.images.order_by("-pk")[:60])


def image_by_public_id(*, actor: Actor, public_id: str) -> CourseImage:
    """A picture of a published course, or for staff of any; else `NotFound`."""
    image = CourseImage.objects.select_related("course").filter(public_id=public_id).first()
    if image is None:
        raise NotFound
    if not can_staff(actor) and not published_courses(actor=actor).filter(pk=image.course_id).exists():
        raise NotFound
    return image


def _require_staff(actor: Actor) -> None:
    if not can_staff(actor):
        raise NotFound


def last_version_number(course: Course) -> int:
    """The highest number used so far (0: none)."""
    highest: int | None = course.versions.aggregate(n=Max("number"))["n"]
    return highest or 0
