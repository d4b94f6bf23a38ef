"""Courses as learners see them: what there is, how far one is, the path of levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actors import Actor
from accounts.policies import can_see_agent, can_staff
from core.errors import NotFound
from training.logic import path
from training.models import Course, CourseVersion, Enrolment, Lesson, LessonProgress
from training.states import PointsReason, ProgressState, VersionState

if TYPE_CHECKING:
    from accounts.models import AgentProfile

StepState = Literal["passed", "started", "open", "locked"]


@dataclass(frozen=True)
class CourseCard:
    """A course in a list: the version that counts for this actor, and how far they are with it."""

    course: Course
    version: CourseVersion
    enrolment: Enrolment | None
    lessons: int
    passed: int
    next_lesson: Lesson | None

    @property
    def percent(self) -> int:
        """Lessons passed, whole percent rounded down."""
        return self.passed * 100 // self.lessons if self.lessons else 0

    @property
    def state(self) -> Literal["new", "started", "completed"]:
        """Where this actor stands."""
        if self.enrolment is None:
            return "new"
        return "completed" if self.enrolment.completed_at else "started"


@dataclass(frozen=True)
class LessonStep:
    """A lesson on the path. `points` are what it gives on passing for the first time."""

    lesson: Lesson
    state: StepState
    best_score: int | None
    points: int
    is_next: bool


@dataclass(frozen=True)
class LevelStep:
    """A level on the path."""

    title: str
    number: int
    is_open: bool
    is_passed: bool
    lessons: tuple[LessonStep, ...]


@dataclass(frozen=True)
class CoursePath:
    """A course as a path. `newer` is a version published since this enrolment began, if there is one."""

    course: Course
    version: CourseVersion
    enrolment: Enrolment | None
    levels: tuple[LevelStep, ...]
    newer: CourseVersion | None
    translations: tuple[Course, ...]

    @property
    def steps(self) -> list[LessonStep]:
        """Every lesson, in order."""
        return [step for level in self.levels for step in level.lessons]

    @property
    def passed(self) -> int:
        """How many lessons are passed."""
        return sum(step.state == "passed" for step in self.steps)

    @property
    def total(self) -> int:
        """How many lessons there are."""
        return len(self.steps)

    @property
    def percent(self) -> int:
        """Lessons passed, whole percent rounded down."""
        return self.passed * 100 // self.total if self.total else 0

    @property
    def next_step(self) -> LessonStep | None:
        """The lesson to go on with; None when all are passed."""
        return next((step for step in self.steps if step.is_next), None)


def published_courses(*, actor: Actor, industry: str = "", language: str = "", search: str = "") -> QuerySet[Course]:
    """Courses with a published version; learning is free and open to look at for everybody logged in."""
    if not actor.is_authenticated and not can_staff(actor):
        return Course.objects.none()
    published = CourseVersion.objects.filter(course=OuterRef("pk"), state=VersionState.PUBLISHED)
    courses = Course.objects.filter(Exists(published)).order_by("industry", "title", "pk")
    if industry:
        courses = courses.filter(industry=industry)
    if language:
        courses = courses.filter(language=language)
    if search:
        courses = courses.filter(Q(title__icontains=search) | Q(summary__icontains=search))
    return courses


def industries_for(*, actor: Actor) -> list[str]:
    """Industries that have a published course, in the order of the list."""
    return list(published_courses(actor=actor).order_by("industry").values_list("industry", flat=True).distinct())


def courses_for(*, actor: Actor, industry: str = "", language: str = "", search: str = "") -> list[CourseCard]:
    """Published courses with this actor's progress, those being learned first. Five queries at most."""
    courses = published_courses(actor=actor, industry=industry, language=language, search=search)
    found = cards(actor=actor, courses=courses)
    order = {"started": 0, "new": 1, "completed": 2}
    return sorted(found, key=lambda card: (order[card.state], card.course.industry, card.course.title))


@dataclass(frozen=True)
class LearnPage:
    """What a learner chooses from: what comes first, courses under way in any language, the others by industry."""

    first: CourseCard | None
    going_on: list[CourseCard]
    groups: list[tuple[str, list[CourseCard]]]
    count: int


def learn_page(
    *, actor: Actor, first: Course | None = None, industry: str = "", language: str = "", search: str = ""
) -> LearnPage:
    """Courses under way whatever the filters say, and those the filters find, by industry. Ten queries at most.

    `first` is the course to take before all others: it stands at the head, or heads those under way.
    """
    found = courses_for(actor=actor, industry=industry, language=language, search=search)
    everything = courses_for(actor=actor)
    going_on = [card for card in everything if card.state == "started"]
    head = None
    if first is not None and any(card.course.slug == first.slug for card in going_on):
        going_on.sort(key=lambda card: card.course.slug != first.slug)
    elif first is not None and not industry and not search:
        head = next((card for card in everything if card.course.pk == first.pk and card.state == "new"), None)
        found = [card for card in found if head is None or card.course.pk != head.course.pk]
    groups: dict[str, list[CourseCard]] = {}
    for card in found:
        if card.state != "started":
            groups.setdefault(card.course.get_industry_display(), []).append(card)
    return LearnPage(head, going_on, sorted(groups.items()), sum(len(rows) for rows in groups.values()))


def course_progress(*, actor: Actor, agent: AgentProfile) -> list[CourseCard]:
    """Courses this agent has begun, for the agent, their team lead and staff. Five queries at most."""
    if not can_see_agent(actor, agent):
        raise NotFound
    begun = Course.objects.filter(enrolments__agent=agent, enrolments__superseded_at=None).order_by("title", "pk")
    return _cards(list(begun), agent.pk)


def cards(*, actor: Actor, courses: Iterable[Course]) -> list[CourseCard]:
    """Published courses as this actor has them, in the order given. Four queries beside that of `courses`."""
    return _cards(list(courses), actor.agent_id)


def _cards(courses: list[Course], agent_id: int | None) -> list[CourseCard]:
    newest = newest_published(courses)
    enrolments = {
        e.course_id: e
        for e in Enrolment.objects.filter(agent_id=agent_id, superseded_at=None, course__in=courses).select_related(
            "version"
        )
        if agent_id is not None
    }
    versions = {c.pk: enrolments[c.pk].version if c.pk in enrolments else newest[c.pk] for c in courses}
    lessons: dict[int, list[Lesson]] = {version.pk: [] for version in versions.values()}
    for lesson in _ordered_lessons(lessons):
        lessons[lesson.level.version_id].append(lesson)
    passed = set(
        LessonProgress.objects.filter(enrolment__in=list(enrolments.values()), state=ProgressState.PASSED).values_list(
            "lesson_id", flat=True
        )
    )
    found = []
    for course in courses:
        own = lessons[versions[course.pk].pk]
        found.append(
            CourseCard(
                course=course,
                version=versions[course.pk],
                enrolment=enrolments.get(course.pk),
                lessons=len(own),
                passed=sum(lesson.pk in passed for lesson in own),
                next_lesson=next((lesson for lesson in own if lesson.pk not in passed), None),
            )
        )
    return found


def _ordered_lessons(version_ids: Iterable[int]) -> QuerySet[Lesson]:
    """Lessons without their content, in path order."""
    return (
        Lesson.objects.filter(level__version__in=list(version_ids))
        .select_related("level")
        .defer("content")
        .order_by("level__position", "position")
    )


def newest_published(courses: Iterable[Course]) -> dict[int, CourseVersion]:
    """The newest published version of each course, by course id. One query."""
    rows = (
        CourseVersion.objects.filter(course__in=list(courses), state=VersionState.PUBLISHED)
        .order_by("course", "-number")
        .distinct("course")
    )
    return {version.course_id: version for version in rows}


def course_by_public_id(*, actor: Actor, public_id: str) -> Course:
    """A published course, or for staff any course; `NotFound` otherwise."""
    courses = Course.objects.all() if can_staff(actor) else published_courses(actor=actor)
    course = courses.filter(public_id=public_id).first()
    if course is None:
        raise NotFound
    return course


def course_by_slug(*, actor: Actor, slug: str, language: str = "") -> Course:
    """The published course of that slug in `language`, else in the actor's language, else in any; or `NotFound`."""
    found = {course.language: course for course in published_courses(actor=actor).filter(slug=slug)}
    for wanted in (language, actor.language, *found):
        if wanted in found:
            return found[wanted]
    raise NotFound


def translations_of(*, actor: Actor, course: Course) -> list[Course]:
    """The same course in other languages, where published."""
    return list(published_courses(actor=actor).filter(slug=course.slug).exclude(pk=course.pk))


def course_path(*, actor: Actor, course: Course) -> CoursePath:
    """The path of the version this actor learns, else of the newest published one; `NotFound` when there is none."""
    newest = newest_published([course]).get(course.pk)
    if newest is None:
        raise NotFound
    enrolment = (
        Enrolment.objects.filter(agent_id=actor.agent_id, course=course, superseded_at=None)
        .select_related("version")
        .first()
        if actor.agent_id
        else None
    )
    version = enrolment.version if enrolment else newest
    return CoursePath(
        course=course,
        version=version,
        enrolment=enrolment,
        levels=path_levels(version, enrolment),
        newer=newest if newest.number > version.number else None,
        translations=tuple(translations_of(actor=actor, course=course)),
    )


def path_levels(version: CourseVersion, enrolment: Enrolment | None) -> tuple[LevelStep, ...]:
    """Levels and lessons with their states for one enrolment (None: nothing begun, nothing open). Two queries."""
    lessons = list(_ordered_lessons([version.pk]))
    progress = {p.lesson_id: p for p in enrolment.progress.all()} if enrolment else {}
    passed = {lesson_id for lesson_id, p in progress.items() if p.state == ProgressState.PASSED}
    levels = {lesson.level_id: lesson.level for lesson in lessons}
    rungs = [path.Rung(level, tuple(s.pk for s in lessons if s.level_id == level)) for level in levels]
    opened = path.open_levels(rungs, passed) if enrolment else frozenset()
    following = path.next_lesson(rungs, passed) if enrolment else None

    def step(lesson: Lesson) -> LessonStep:
        own = progress.get(lesson.pk)
        state: StepState = "open" if lesson.level_id in opened else "locked"
        if own is not None:
            state = "passed" if own.state == ProgressState.PASSED else "started"
        points = path.points_for(PointsReason.LESSON_PASSED, lesson.kind)
        return LessonStep(lesson, state, own.best_score if own else None, points, lesson.pk == following)

    return tuple(
        LevelStep(
            title=levels[rung.level_id].title,
            number=number,
            is_open=rung.level_id in opened,
            is_passed=path.passed_whole(rung, passed),
            lessons=tuple(step(lesson) for lesson in lessons if lesson.level_id == rung.level_id),
        )
        for number, rung in enumerate(rungs, start=1)
    )
