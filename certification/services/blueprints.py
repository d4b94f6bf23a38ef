"""Writes to scenarios and exam blueprints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from certification.errors import NotEnoughQuestions
from certification.models import Exam, ExtraTime, Question, Scenario, Section
from certification.policies import require_decide_on_agent, require_standards_author
from certification.states import EXAM, ExamState
from core import audit, refusals, states
from core.errors import Invalid

if TYPE_CHECKING:
    from accounts.models import AgentProfile

STREAM = "certification"


@transaction.atomic
def save_scenario(
    *, actor: Actor, at: datetime, scenario: Scenario | None = None, values: Mapping[str, Any]
) -> Scenario:
    """Make or change a simulated conversation; audited. Running practical parts keep their pass mark."""
    require_standards_author(actor)
    _check_scenario(values)
    scenario = scenario or Scenario(created_at=at)
    for name, value in values.items():
        setattr(scenario, name, value)
    with refusals.translated():
        scenario.save()
    audit.record(
        stream=STREAM,
        action="certification.save_scenario",
        subject=scenario.public_id,
        at=at,
        actor=actor,
        data={"slug": scenario.slug},
    )
    return scenario


def _check_scenario(values: Mapping[str, Any]) -> None:
    turns, rubric = values.get("turns"), values.get("rubric")
    if turns is not None and not (1 <= len(turns) <= 12 and all(t.get("en") and t.get("zh") for t in turns)):
        raise Invalid(fields={"turns": _("Write 1 to 12 turns, each in both languages.")})
    if rubric is not None:
        keys = [c.get("key") for c in rubric]
        whole = all(c.get("en") and c.get("zh") and 1 <= int(c.get("points", 0)) <= 100 for c in rubric)
        if not rubric or not whole or len(set(keys)) != len(keys):
            raise Invalid(fields={"rubric": _("Write at least one criterion, each with a name and 1 to 100 points.")})


@transaction.atomic
def save_exam(
    *,
    actor: Actor,
    at: datetime,
    exam: Exam | None = None,
    values: Mapping[str, Any],
    sections: Sequence[Mapping[str, Any]],
) -> Exam:
    """Make or change a blueprint with its sections; audited.

    Attempts that have begun keep the rules they began under. An open exam has to stay drawable
    (`NotEnoughQuestions`).
    """
    require_standards_author(actor)
    exam = exam or Exam(created_at=at)
    for name, value in values.items():
        setattr(exam, name, value)
    if exam.opens_at and exam.closes_at and exam.opens_at >= exam.closes_at:
        raise Invalid(fields={"closes_at": _("It has to close after it opens.")})
    if not sections:
        raise Invalid(_("An exam needs at least one section."))
    with refusals.translated():
        exam.save()  # holds the row: of two who save at once the sections of the second stay
    exam.sections.all().delete()
    Section.objects.bulk_create(Section(exam=exam, position=n, **section) for n, section in enumerate(sections, 1))
    if exam.state == ExamState.OPEN:
        _require_drawable(exam)
    audit.record(
        stream=STREAM,
        action="certification.save_exam",
        subject=exam.public_id,
        at=at,
        actor=actor,
        data={
            "slug": exam.slug,
            "pass_mark": exam.pass_mark,
            "time_limit_seconds": exam.time_limit_seconds,
            "sections": [[s["pool"].public_id, s["draw"], s.get("pass_mark")] for s in sections],
        },
    )
    return exam


@transaction.atomic
def open_exam(*, actor: Actor, at: datetime, exam: Exam) -> Exam:
    """Let agents sit it; every section must find enough questions in every language (`NotEnoughQuestions`). Audited."""
    require_standards_author(actor)
    _require_drawable(exam)
    states.move(exam, ExamState.OPEN, table=EXAM, at=at, actor=actor)
    audit.record(stream=STREAM, action="certification.open_exam", subject=exam.public_id, at=at, actor=actor)
    return exam


@transaction.atomic
def retire_exam(*, actor: Actor, at: datetime, exam: Exam) -> Exam:
    """Let nobody begin it any more; running attempts go on. Audited."""
    require_standards_author(actor)
    states.move(exam, ExamState.RETIRED, table=EXAM, at=at, actor=actor)
    audit.record(stream=STREAM, action="certification.retire_exam", subject=exam.public_id, at=at, actor=actor)
    return exam


def _require_drawable(exam: Exam) -> None:
    if not exam.languages:
        raise Invalid(fields={"languages": _("Choose at least one language.")})
    wanted: dict[int, int] = {}
    for section in exam.sections.all():
        wanted[section.pool_id] = wanted.get(section.pool_id, 0) + section.draw
    for pool_id, draw in wanted.items():
        for language in exam.languages:
            held = Question.objects.filter(pool_id=pool_id, language=language, retired_at=None).count()
            if held < draw:
                raise NotEnoughQuestions(detail={"language": language, "drawn": draw, "held": held})


@transaction.atomic
def grant_extra_time(
    *, actor: Actor, at: datetime, exam: Exam, agent: AgentProfile, extra_seconds: int, reason: str
) -> ExtraTime:
    """Give one person more time from their next attempt on (0 takes it back); a certifier, audited."""
    require_decide_on_agent(actor, agent.pk)
    if not 0 <= extra_seconds <= 6 * 3600:
        raise Invalid(fields={"extra_seconds": _("Extra time lies between 0 and 6 hours.")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write why.")})
    row, _created = ExtraTime.objects.update_or_create(
        exam=exam,
        agent=agent,
        defaults={
            "extra_seconds": extra_seconds,
            "reason": reason.strip(),
            "granted_by_id": actor.user_id,
            "granted_at": at,
        },
    )
    audit.record(
        stream=STREAM,
        action="certification.grant_extra_time",
        subject=agent.public_id,
        at=at,
        actor=actor,
        data={"exam": exam.public_id, "extra_seconds": extra_seconds},
    )
    return row
