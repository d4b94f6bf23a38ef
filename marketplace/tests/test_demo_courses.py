"""The courses of the demo world can be published and passed."""

import pytest
from django.utils import timezone

from accounts.actors import PLATFORM
from marketplace.demo.courses import all_courses
from training import services
from training.logic import checks, content, dialogue
from training.states import LessonKind

pytestmark = pytest.mark.slow

COURSES = {(course["slug"], course["language"]): course for course in all_courses()}


def lessons(course: dict) -> list[dict]:
    return [lesson for level in course["levels"] for lesson in level["lessons"]]


def test_each_course_is_there_in_both_languages_with_the_same_lessons():
    assert sorted(COURSES) == [
        (slug, language)
        for slug in ("customer-service-foundation", "ecommerce-after-sales")
        for language in ("en", "zh-hans")
    ]
    for slug in ("customer-service-foundation", "ecommerce-after-sales"):
        english, chinese = COURSES[slug, "en"], COURSES[slug, "zh-hans"]
        assert shape(english) == shape(chinese)
        assert [kind for kind, *_rest in shape(english)].count("article") == 4


def shape(course: dict) -> list[tuple]:
    """What must be the same in every language: kinds, right answers, where choices lead and what they give."""
    found = []
    for lesson in lessons(course):
        fields = lesson["content"]
        found.append(
            (
                lesson["kind"],
                [[o["is_correct"] for o in q["options"]] for q in fields.get("questions", [])],
                [[(c["next"], c["points"]) for c in n["choices"]] for n in fields.get("nodes", [])],
                [n["outcome"] and n["outcome"]["kind"] for n in fields.get("nodes", [])],
            )
        )
    return found


@pytest.mark.parametrize("course", COURSES.values(), ids=lambda c: f"{c['slug']}-{c['language']}")
def test_every_lesson_can_be_published(course):
    for lesson in lessons(course):
        read = content.from_json(lesson["kind"], lesson["content"])
        assert checks.problems(read) == []
        if lesson["kind"] == LessonKind.DIALOGUE:
            assert dialogue.best_points(read) == 20
            assert len(read.nodes) >= 10
        elif lesson["kind"] == LessonKind.QUIZ:
            assert len(read.questions) == 6


@pytest.mark.django_db
def test_the_courses_are_published_by_the_services():
    for course in COURSES.values():
        version = services.publish_course_content(actor=PLATFORM, content=course, at=timezone.now())
        assert version.state == "published"
