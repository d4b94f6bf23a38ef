"""What a learner has in hand: a lesson with their progress and run, and their points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.actors import Actor
from accounts.policies import can_see_agent, can_staff
from core.errors import NotFound
from training.logic import content, dialogue, path, quiz
from training.models import Course, Enrolment, Lesson, LessonProgress, LessonRun, PointsEntry
from training.selectors.catalogue import CoursePath, LessonStep, course_path
from training.states import VersionState

if TYPE_CHECKING:
    from accounts.models import AgentProfile


@dataclass(frozen=True)
class LessonAtHand:
    """A lesson as one learner has it: the path around it, their progress, the run that is open or was last.

    `enrolment` is None while the course is only looked at.
    """

    lesson: Lesson
    path: CoursePath
    enrolment: Enrolment | None
    progress: LessonProgress | None
    run: LessonRun | None

    @property
    def course(self) -> Course:
        """The course it belongs to."""
        return self.path.course

    @property
    def step(self) -> LessonStep:
        """This lesson on the path."""
        return next(step for step in self.path.steps if step.lesson.pk == self.lesson.pk)

    @property
    def following(self) -> LessonStep | None:
        """The lesson after this one in path order; None at the end."""
        steps = self.path.steps
        index = next(i for i, step in enumerate(steps) if step.lesson.pk == self.lesson.pk)
        return steps[index + 1] if index + 1 < len(steps) else None

    @property
    def is_open(self) -> bool:
        """True when it may be worked on."""
        return self.step.state != "locked"

    @cached_property
    def content(self) -> content.Content:
        """What the lesson holds."""
        return content.from_json(self.lesson.kind, self.lesson.content)

    @cached_property
    def quiz(self) -> quiz.QuizPlay | None:
        """The run as a quiz; None without a run or for another kind."""
        if self.run is None or not isinstance(self.content, content.Quiz):
            return None
        return quiz_play(self.content, self.run)

    @cached_property
    def dialogue(self) -> dialogue.Play | None:
        """The run as a dialogue; None without a run or for another kind."""
        if self.run is None or not isinstance(self.content, content.Dialogue):
            return None
        return dialogue_play(self.content, self.run)


def quiz_play(of: content.Quiz, run: LessonRun) -> quiz.QuizPlay:
    """The run's steps, replayed."""
    return quiz.replay(of, run.seed, ((step["question"], step["given"]) for step in run.steps))


def dialogue_play(of: content.Dialogue, run: LessonRun) -> dialogue.Play:
    """The run's steps, replayed."""
    return dialogue.replay(of, [step["choice"] for step in run.steps])


def lesson_at_hand(*, actor: Actor, public_id: str) -> LessonAtHand:
    """A lesson of the version this actor learns (or may look at: the newest published one); else `NotFound`.

    A lesson of an older version that somebody else is pinned to is not there for this actor.
    """
    lesson = (
        Lesson.objects.select_related("level__version__course")
        .filter(public_id=public_id, level__version__state=VersionState.PUBLISHED)
        .first()
    )
    if lesson is None or not (actor.is_authenticated or can_staff(actor)):
        raise NotFound
    way = course_path(actor=actor, course=lesson.level.version.course)
    if way.version.pk != lesson.level.version_id:
        raise NotFound
    progress = way.enrolment.progress.filter(lesson=lesson).first() if way.enrolment else None
    run = progress.runs.order_by("-number").first() if progress else None
    return LessonAtHand(lesson, way, way.enrolment, progress, run)


@dataclass(frozen=True)
class Points:
    """Points of one agent: all, those of the last seven days, and days in a row with something learned."""

    total: int
    week: int
    streak_days: int


def points_of(*, actor: Actor, agent: AgentProfile, at: datetime) -> Points:
    """An agent's points, for the agent, their team lead and staff; days are those of the agent's time zone."""
    if not can_see_agent(actor, agent):
        raise NotFound
    zone = ZoneInfo(agent.user.time_zone)
    today = at.astimezone(zone).date()
    entries = list(PointsEntry.objects.filter(agent=agent).values_list("points", "at"))
    return Points(
        total=sum(points for points, _at in entries),
        week=sum(points for points, given_at in entries if given_at > at - timedelta(days=7)),
        streak_days=path.streak_days({given.astimezone(zone).date() for _p, given in entries}, today),
    )
