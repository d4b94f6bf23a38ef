"""Reads of pools, questions, scenarios and blueprints, for those who author them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.logic.questions import lines_from_spec, order_of, shown
from certification.models import Exam, Pool, Question, Scenario
from certification.selectors.attempts import PlayedQuestion
from certification.states import QuestionKind
from core.errors import NotFound

_AUTHORS = (StaffRole.TRAINER, StaffRole.CERTIFIER, StaffRole.AUDITOR)


def _require(actor: Actor) -> None:
    """The bank is closed to everybody else, agents first of all."""
    if not actor.is_staff(*_AUTHORS):
        raise NotFound


def pools_for(actor: Actor) -> QuerySet[Pool]:
    """Pools by name with `zh_count` and `en_count` of questions in use; one query."""
    _require(actor)
    live = Q(questions__retired_at=None)
    return Pool.objects.annotate(
        zh_count=Count("questions", filter=live & Q(questions__language="zh-hans")),
        en_count=Count("questions", filter=live & Q(questions__language="en")),
    ).order_by("name")


def pool_by_public_id(actor: Actor, public_id: str) -> Pool:
    """One pool, with the counts of `pools_for`; else `NotFound`."""
    pool = pools_for(actor).filter(public_id=public_id).first()
    if pool is None:
        raise NotFound
    return pool


def questions_of(
    actor: Actor, pool: Pool, *, query: str = "", language: str = "", kind: str = "", retired: bool = False
) -> QuerySet[Question]:
    """Questions of a pool in the order written, with their statistics; one query."""
    _require(actor)
    rows = pool.questions.select_related("statistics").order_by("pk")
    rows = rows.exclude(retired_at=None) if retired else rows.filter(retired_at=None)
    if query:
        rows = rows.filter(Q(stem__icontains=query) | Q(tags__contains=[query]))
    if language:
        rows = rows.filter(language=language)
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def question_by_public_id(actor: Actor, public_id: str) -> Question:
    """One question with its key, for authors; else `NotFound`."""
    _require(actor)
    question = Question.objects.select_related("pool", "replaces").filter(public_id=public_id).first()
    if question is None:
        raise NotFound
    return question


def preview_question(fields: Mapping[str, Any], spec: Mapping[str, Any]) -> PlayedQuestion:
    """A question that is not stored yet, as the player would show it."""
    kind = QuestionKind(fields["kind"])
    order = order_of(kind, spec, shuffle=False, rng=random.SystemRandom())
    return PlayedQuestion(
        position=1,
        section={},
        kind=kind,
        stem=fields["stem"],
        points=fields["points"],
        shown=shown(kind, spec, order),
        answer=None,
        is_flagged=False,
    )


def export_pool(actor: Actor, pool: Pool) -> list[dict[str, Any]]:
    """The questions in use as JSON-safe rows that `services.import_questions` takes back."""
    return [
        {
            "kind": q.kind,
            "language": q.language,
            "stem": q.stem,
            "lines": lines_from_spec(QuestionKind(q.kind), q.spec),
            "explanation": q.explanation,
            "points": q.points,
            "difficulty": q.difficulty,
            "tags": q.tags,
        }
        for q in questions_of(actor, pool)
    ]


def scenarios_for(actor: Actor) -> QuerySet[Scenario]:
    """Simulated conversations by slug."""
    _require(actor)
    return Scenario.objects.order_by("slug")


def scenario_by_public_id(actor: Actor, public_id: str) -> Scenario:
    """One scenario with its rubric, for authors; else `NotFound`."""
    row = scenarios_for(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def blueprints_for(actor: Actor) -> QuerySet[Exam]:
    """Every blueprint with its sections, standards, and counts of attempts; three queries."""
    _require(actor)
    return (
        Exam.objects.select_related("scenario")
        .prefetch_related("sections__pool", "standards")
        .annotate(
            attempt_count=Count("attempts", distinct=True),
            passed_count=Count("attempts", filter=Q(attempts__state="passed"), distinct=True),
        )
        .order_by("slug")
    )
