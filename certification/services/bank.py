"""Writes to pools and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from certification.logic.questions import spec_from_lines
from certification.models import Pool, Question
from certification.policies import require_standards_author
from certification.states import QuestionKind
from core import audit, refusals
from core.errors import Conflict, Invalid

STREAM = "certification"


@transaction.atomic
def save_pool(*, actor: Actor, at: datetime, pool: Pool | None = None, name: str, about: str = "") -> Pool:
    """Make a pool or rename one; audited."""
    require_standards_author(actor)
    pool = pool or Pool(created_at=at)
    if Pool.objects.filter(name__iexact=name).exclude(pk=pool.pk).exists():
        raise Invalid(fields={"name": _("There is a pool of this name already.")})
    pool.name, pool.about = name, about
    with refusals.translated():
        pool.save()
    audit.record(
        stream=STREAM,
        action="certification.save_pool",
        subject=pool.public_id,
        at=at,
        actor=actor,
        data={"name": name},
    )
    return pool


@transaction.atomic
def write_question(
    *,
    actor: Actor,
    at: datetime,
    pool: Pool,
    kind: QuestionKind,
    language: str,
    stem: str,
    lines: str,
    explanation: str = "",
    points: int = 1,
    difficulty: int = 2,
    tags: Sequence[str] = (),
    replaces: Question | None = None,
) -> Question:
    """Add a question, or with `replaces` its next version (the old one is drawn no more); audited.

    `lines` is the answer key as `logic.questions.spec_from_lines` reads it (`Invalid`, field `lines`).
    Attempts that drew the old version keep it. Replacing a replaced one is a `Conflict`.
    """
    require_standards_author(actor)
    if not stem.strip():
        raise Invalid(fields={"stem": _("Write the question.")})
    spec = spec_from_lines(QuestionKind(kind), lines)
    if replaces is not None:
        retire_question(actor=actor, at=at, question=replaces)
    question = Question.objects.create(
        pool=pool,
        kind=kind,
        language=language,
        stem=stem.strip(),
        spec=spec,
        explanation=explanation.strip(),
        points=points,
        difficulty=difficulty,
        tags=list(tags),
        version=replaces.version + 1 if replaces else 1,
        replaces=replaces,
        created_at=at,
    )
    audit.record(
        stream=STREAM,
        action="certification.write_question",
        subject=question.public_id,
        at=at,
        actor=actor,
        data={"pool": pool.public_id, "kind": str(kind), "replaces": replaces.public_id if replaces else None},
    )
    return question


@transaction.atomic
def retire_question(*, actor: Actor, at: datetime, question: Question) -> None:
    """Draw a question no more; audited. Retired already: `Conflict`."""
    require_standards_author(actor)
    if not Question.objects.filter(pk=question.pk, retired_at=None).update(retired_at=at):
        raise Conflict
    question.retired_at = at
    audit.record(
        stream=STREAM,
        action="certification.retire_question",
        subject=question.public_id,
        at=at,
        actor=actor,
    )


def import_questions(
    *, actor: Actor, at: datetime, pool: Pool, rows: Sequence[Mapping[str, Any]]
) -> tuple[int, list[tuple[int, str]]]:
    """Write each row (as `selectors.export_pool` gives them); return how many were taken and `(row, why not)`.

    A question of the same stem and language that is in the pool already is left out with that reason.
    """
    require_standards_author(actor)
    known = set(Question.objects.filter(pool=pool, retired_at=None).values_list("language", "stem"))
    taken, refused = 0, []
    for number, row in enumerate(rows, 1):
        try:
            fields = _row(row)
            if (fields["language"], fields["stem"]) in known:
                raise Invalid(_("This question is in the pool already."))
            write_question(actor=actor, at=at, pool=pool, **fields)
        except Invalid as error:
            texts = [str(t) for messages in error.fields.values() for t in messages]
            refused.append((number, " ".join(texts) or str(error.message)))
        else:
            known.add((fields["language"], fields["stem"]))
            taken += 1
    return taken, refused


def _row(row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise Invalid(_("This is not a question."))
    kind, language, stem = row.get("kind"), row.get("language"), str(row.get("stem", "")).strip()
    points, difficulty, tags = row.get("points", 1), row.get("difficulty", 2), row.get("tags", [])
    if kind not in QuestionKind.values:
        raise Invalid(_("This kind of question is not known: %(kind)s") % {"kind": str(kind)[:40]})
    if language not in {"en", "zh-hans"}:
        raise Invalid(_("The language has to be en or zh-hans."))
    if not isinstance(points, int) or not 1 <= points <= 100:
        raise Invalid(_("Points lie between 1 and 100."))
    if not isinstance(difficulty, int) or not 1 <= difficulty <= 5:
        raise Invalid(_("Difficulty lies between 1 and 5."))
    if not isinstance(tags, list) or any(not isinstance(t, str) or len(t) > 40 for t in tags):
        raise Invalid(_("Tags are a list of words."))
    return {
        "kind": QuestionKind(kind),
        "language": language,
        "stem": stem,
        "lines": str(row.get("lines", "")),
        "explanation": str(row.get("explanation", "")),
        "points": points,
        "difficulty": difficulty,
        "tags": tags,
    }
