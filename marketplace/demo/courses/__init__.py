"""The courses of the demo world, written in TOML beside this file: one file a course and language.

A lesson names what people write (articles in Markdown, questions with right and wrong answers, turns of a
dialogue); `all_courses` gives each course in the form that `training.services.publish_course_content` takes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LETTERS = "abcdefghij"


def all_courses() -> Iterator[dict[str, Any]]:
    """Every course, ready to be published, in the order of their file names."""
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        course = tomllib.loads(file.read_text(encoding="utf-8"))
        levels = [{**level, "lessons": [_lesson(lesson) for lesson in level["lessons"]]} for level in course["levels"]]
        yield {**course, "levels": levels}


def _lesson(written: dict[str, Any]) -> dict[str, Any]:
    kind = written["kind"]
    content = {"article": _article, "quiz": _quiz, "dialogue": _dialogue}[kind](written)
    rest = {"pass_percent": written["pass_percent"]} if "pass_percent" in written else {}
    return {"kind": kind, "title": written["title"], "content": content, **rest}


def _article(written: dict[str, Any]) -> dict[str, Any]:
    return {"markdown": written["markdown"].strip()}


def _quiz(written: dict[str, Any]) -> dict[str, Any]:
    return {"questions": [_question(f"q{n}", question) for n, question in enumerate(written["questions"], start=1)]}


def _question(key: str, written: dict[str, Any]) -> dict[str, Any]:
    answers = [(text, True) for text in written["right"]] + [(text, False) for text in written["wrong"]]
    options = [
        {"key": letter, "text": text, "is_correct": right}
        for letter, (text, right) in zip(_LETTERS, answers, strict=False)
    ]
    return {"key": key, "prompt": written["prompt"], "options": options, "feedback": written["feedback"]}


def _dialogue(written: dict[str, Any]) -> dict[str, Any]:
    nodes = [_turn(turn) for turn in written["turns"]]
    return {"scenario": written["scenario"].strip(), "customer": written["customer"], "nodes": nodes}


def _turn(written: dict[str, Any]) -> dict[str, Any]:
    choices = [
        {
            "key": letter,
            "text": choice["says"],
            "next": choice["then"],
            "points": choice["points"],
            "feedback": choice["why"],
        }
        for letter, choice in zip(_LETTERS, written.get("choices", []), strict=False)
    ]
    outcome = None
    if "ends" in written:
        outcome = {"kind": written["ends"], "title": written["title"], "text": written["text"]}
    return {"key": written["key"], "says": written.get("says", ""), "choices": choices, "outcome": outcome}
