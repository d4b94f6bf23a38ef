"""Courses for tests, made and published through the services.

`published_course()` has two levels: an article; a quiz and a simulated dialogue. `quiz_content` and
`dialogue_content` are small enough to reason about: the quiz has one question with one right answer
and one with two; the dialogue's best path gives 8 points.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from accounts.actors import PLATFORM
from training import services
from training.models import Course, CourseVersion, Lesson
from training.states import LessonKind

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


def article_content(text: str = "## Listen\n\nLet the customer finish.") -> dict[str, Any]:
    """An article."""
    return {"markdown": text}


def quiz_content() -> dict[str, Any]:
    """q1: `a` is right. q2: `a` and `b` are right."""

    def options(*right: str) -> list[dict[str, Any]]:
        return [{"key": key, "text": f"Answer {key}", "is_correct": key in right} for key in "abc"]

    return {
        "questions": [
            {"key": "q1", "prompt": "What comes first?", "options": options("a"), "feedback": "Greeting comes first."},
            {"key": "q2", "prompt": "Which two?", "options": options("a", "b"), "feedback": "Both help."},
        ]
    }


def dialogue_content() -> dict[str, Any]:
    """n1 -a(+5)-> n2 -a(+3)-> good; n1 -b(-2)-> bad; n2 -b(+1)-> mixed."""

    def choice(key: str, following: str, points: int) -> dict[str, Any]:
        return {
            "key": key,
            "text": f"Say {key}",
            "next": following,
            "points": points,
            "feedback": f"Because {key}.",
        }

    def ending(key: str, kind: str) -> dict[str, Any]:
        return {
            "key": key,
            "says": "",
            "choices": [],
            "outcome": {"kind": kind, "title": f"It ends {kind}", "text": ""},
        }

    return {
        "scenario": "A parcel is late.",
        "customer": "Mr Chen",
        "nodes": [
            {"key": "n1", "says": "Where is it?", "choices": [choice("a", "n2", 5), choice("b", "bad", -2)]},
            {"key": "n2", "says": "Since Monday.", "choices": [choice("a", "good", 3), choice("b", "mixed", 1)]},
            ending("good", "good"),
            ending("mixed", "mixed"),
            ending("bad", "bad"),
        ],
    }


def course_content(**fields: Any) -> dict[str, Any]:
    """A whole course as `publish_course_content` takes it."""
    number = next(_numbers)
    return {
        "slug": f"course-{number}",
        "language": "en",
        "industry": "general",
        "title": f"Course {number}",
        "summary": "What one needs to begin.",
        "changes": "First version.",
        "levels": [
            {
                "title": "Begin",
                "lessons": [{"kind": LessonKind.ARTICLE, "title": "Listening", "content": article_content()}],
            },
            {
                "title": "Practise",
                "lessons": [
                    {"kind": LessonKind.QUIZ, "title": "Check", "content": quiz_content()},
                    {"kind": LessonKind.DIALOGUE, "title": "A late parcel", "content": dialogue_content()},
                ],
            },
        ],
        **fields,
    }


def published_course(**fields: Any) -> Course:
    """A course with its first version published."""
    return services.publish_course_content(actor=PLATFORM, content=course_content(**fields), at=AT).course


def draft_course(**fields: Any) -> Course:
    """A course with the content of `published_course` still in draft."""
    content = course_content(**fields)
    course = services.create_course(
        actor=PLATFORM, at=AT, **{k: content[k] for k in ("slug", "language", "industry", "title", "summary")}
    )
    draft = course.versions.get()
    for level_content in content["levels"]:
        level = services.add_level(
            actor=PLATFORM, version=draft, title=level_content["title"], revision=revision_of(draft)
        )
        for lesson in level_content["lessons"]:
            services.add_lesson(actor=PLATFORM, level=level, revision=revision_of(draft), at=AT, **lesson)
    return course


def revision_of(version: CourseVersion) -> int:
    """The revision a page would show now."""
    return CourseVersion.objects.get(pk=version.pk).revision


def lessons_of(course: Course) -> list[Lesson]:
    """Lessons of the course's newest version, in path order."""
    version = course.versions.order_by("-number").first()
    return list(
        Lesson.objects.filter(level__version=version)
        .select_related("level__version__course")
        .order_by("level__position", "position")
    )
