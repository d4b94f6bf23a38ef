"""What training tells the apps above it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.events import Event


@dataclass(frozen=True)
class CourseVersionPublished(Event):
    """A trainer published a version; new learners get it from now on."""

    unheard_because: ClassVar[str] = "learners see the new version on their course page; nothing else follows from it"

    course_id: int
    version_id: int
    at: datetime


@dataclass(frozen=True)
class LessonPassed(Event):
    """An agent passed a lesson for the first time in this enrolment."""

    unheard_because: ClassVar[str] = "points are written by the service itself; a single lesson proves no skill"

    agent_id: int
    lesson_id: int
    at: datetime


@dataclass(frozen=True)
class CourseCompleted(Event):
    """An agent passed every lesson of a version; `score` is 0-100, the mean over quizzes and dialogues."""

    agent_id: int
    course_id: int
    version_id: int
    score: int
    at: datetime
