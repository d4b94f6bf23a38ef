"""Standards, exams, questions and scenarios of the demo world, written in TOML beside this file: one a standard.

    standards = open_exams(actor=certifier, at=moment)     # {"foundation": …, "after-sales": …}

Everything goes through the services, as a trainer and a certifier would write it on the desk.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.actors import Actor
from certification import selectors, services
from certification.models import Exam, Pool, Scenario, SkillTag, Standard
from certification.states import Overdue, QuestionKind, TagKind
from core.errors import NotFound

LANGUAGES = {"en": "en", "zh": "zh-hans"}
_TAGS = {
    "customer-service": (TagKind.COMPETENCE, "Customer service", "客服基础"),
    "after-sales": (TagKind.COMPETENCE, "After-sales", "电商售后"),
}


def all_standards() -> Iterator[dict[str, Any]]:
    """What is written, those first that others require."""
    written = [tomllib.loads(file.read_text(encoding="utf-8")) for file in Path(__file__).parent.glob("*.toml")]
    yield from sorted(written, key=lambda standard: (len(standard["requires"]), standard["slug"]))


def open_exams(*, actor: Actor, at: datetime) -> dict[str, Standard]:
    """Write every pool, scenario and blueprint, open the exams, and return the standards by slug."""
    standards: dict[str, Standard] = {}
    for written in all_standards():
        exam = _exam(actor, at, written)
        values = {name: written[name] for name in ("slug", "name_en", "name_zh", "criteria_en", "criteria_zh")}
        values |= {"valid_days": written["valid_days"], "course_slug": written["course"]}
        values |= {"exam": exam, "skill_tag": _tag(actor, at, written["tag"])}
        requires = [standards[slug] for slug in written["requires"]]
        standards[written["slug"]] = services.save_standard(actor=actor, at=at, values=values, requires=requires)
    return standards


def _tag(actor: Actor, at: datetime, slug: str) -> SkillTag:
    try:
        return selectors.tag_by_slug(slug)
    except NotFound:
        kind, name_en, name_zh = _TAGS[slug]
        return services.create_tag(actor=actor, at=at, slug=slug, kind=kind, name_en=name_en, name_zh=name_zh)


def _exam(actor: Actor, at: datetime, written: dict[str, Any]) -> Exam:
    rules = written["exam"]
    sections = [
        {
            "title_en": section["title_en"],
            "title_zh": section["title_zh"],
            "pool": _pool(actor, at, section),
            "draw": section["draw"],
            "pass_mark": section.get("pass_mark"),
        }
        for section in written["sections"]
    ]
    values = {name: rules[name] for name in ("title_en", "title_zh", "about_en", "about_zh", "pass_mark")}
    values |= {
        "slug": written["slug"],
        "languages": list(LANGUAGES.values()),
        "time_limit_seconds": rules["minutes"] * 60,
        "retry_delay_seconds": rules["retry_hours"] * 3600,
        "attempts_allowed": rules["attempts"],
        "overdue": Overdue.AUTOSUBMIT,
        "scenario": _scenario(actor, at, written["scenario"]),
    }
    exam = services.save_exam(actor=actor, at=at, values=values, sections=sections)
    return services.open_exam(actor=actor, at=at, exam=exam)


def _pool(actor: Actor, at: datetime, section: dict[str, Any]) -> Pool:
    pool = services.save_pool(actor=actor, at=at, name=section["pool"], about=section["about"])
    for question in section["questions"]:
        for short, language in LANGUAGES.items():
            services.write_question(
                actor=actor,
                at=at,
                pool=pool,
                kind=QuestionKind(question["kind"]),
                language=language,
                stem=question[f"stem_{short}"],
                lines=question[f"lines_{short}"],
                explanation=question[f"why_{short}"],
                points=question.get("points", 1),
                difficulty=question.get("difficulty", 2),
            )
    return pool


def _scenario(actor: Actor, at: datetime, written: dict[str, Any]) -> Scenario:
    values = {name: written[name] for name in ("slug", "title_en", "title_zh", "turns", "pass_mark")}
    values |= {"brief_en": written["brief_en"].strip(), "brief_zh": written["brief_zh"].strip()}
    values |= {
        "time_limit_seconds": written["minutes"] * 60,
        "rubric": [{"key": f"c{n}", **criterion} for n, criterion in enumerate(written["rubric"], 1)],
    }
    return services.save_scenario(actor=actor, at=at, values=values)


def right_answer(question: Any) -> Any:
    """The answer that earns all points, as the player would send it; for demo agents who know their trade."""
    spec, kind = question.spec, QuestionKind(question.kind)
    match kind:
        case QuestionKind.SINGLE:
            return spec["right"][0]
        case QuestionKind.MULTIPLE | QuestionKind.TRUE_FALSE:
            return spec["right"]
        case QuestionKind.NUMERIC:
            return spec["value"]
        case QuestionKind.SHORT:
            return spec["accept"][0].replace("*", "")
        case QuestionKind.ORDERING:
            return [item["id"] for item in spec["items"]]
        case QuestionKind.MATCHING:
            return spec["pairs"]
        case QuestionKind.FREE:
            return spec["guide"]
