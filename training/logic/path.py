"""The path through a course: which level is open, what comes next, what is earned on the way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from training.states import LessonKind, PointsReason

DEFAULT_PASS_PERCENT = 80
"""What a quiz or dialogue asks for unless the trainer says otherwise."""
LESSON_POINTS = {LessonKind.ARTICLE: 10, LessonKind.QUIZ: 20, LessonKind.DIALOGUE: 30}
COURSE_POINTS = 50


def points_for(reason: PointsReason, kind: str = "") -> int:
    """Points given once for passing a lesson of that kind, or for completing a course."""
    return COURSE_POINTS if reason == PointsReason.COURSE_COMPLETED else LESSON_POINTS[LessonKind(kind)]


@dataclass(frozen=True)
class Rung:
    """A level as the path sees it: the ids of its lessons."""

    level_id: int
    lesson_ids: tuple[int, ...]


def open_levels(rungs: Sequence[Rung], passed: Collection[int]) -> frozenset[int]:
    """Ids of the levels that are open: the first, and each whose predecessors are passed whole."""
    opened = []
    for rung in rungs:
        opened.append(rung.level_id)
        if not passed_whole(rung, passed):
            break
    return frozenset(opened)


def passed_whole(rung: Rung, passed: Collection[int]) -> bool:
    """True when every lesson of the level is passed."""
    return all(lesson in passed for lesson in rung.lesson_ids)


def next_lesson(rungs: Sequence[Rung], passed: Collection[int]) -> int | None:
    """Id of the first lesson not passed yet; None when the course is done."""
    return next((lesson for rung in rungs for lesson in rung.lesson_ids if lesson not in passed), None)


def course_score(scores: Sequence[int]) -> int:
    """The mean of the scores of quizzes and dialogues, rounded down; 100 for a course of articles only."""
    return sum(scores) // len(scores) if scores else 100


def streak_days(days: Collection[date], today: date) -> int:
    """How many days in a row something was learned, up to today or, while today is young, yesterday."""
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count
