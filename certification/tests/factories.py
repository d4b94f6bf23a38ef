"""Rows of certification for tests; the `*_certificate` and `*_skill` makers go through the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import factory
from django.db import transaction
from factory.django import DjangoModelFactory

from accounts.actors import PLATFORM, Actor
from accounts.tests.factories import LONG_AGO, agent_actor
from certification import services
from certification.logic.questions import key, spec_from_lines
from certification.models import Attempt, Certificate, Exam, Pool, Question, Scenario, Section, SkillTag, Standard
from certification.states import EXAM, ExamState, QuestionKind, SkillInput, TagKind
from core import states

if TYPE_CHECKING:
    from accounts.models import AgentProfile


class SkillTagFactory(DjangoModelFactory):
    """A competence tag."""

    class Meta:
        model = SkillTag

    slug = factory.Sequence(lambda n: f"skill-{n}")
    kind = TagKind.COMPETENCE
    name_en = factory.Sequence(lambda n: f"Skill {n}")
    name_zh = factory.Sequence(lambda n: f"能力 {n}")


class StandardFactory(DjangoModelFactory):
    """A standard without an exam: a certifier may vouch."""

    class Meta:
        model = Standard

    slug = factory.Sequence(lambda n: f"standard-{n}")
    name_en = factory.Sequence(lambda n: f"Standard {n}")
    name_zh = factory.Sequence(lambda n: f"标准 {n}")
    criteria_en = "Answers customers well."
    criteria_zh = "能妥善答复顾客。"
    skill_tag = factory.SubFactory(SkillTagFactory)
    created_at = LONG_AGO


def give_certificate(agent: AgentProfile, standard: Standard, *, at: datetime) -> Certificate:
    """Issue `standard` to `agent` the way a certifier who vouches does."""
    return services.issue_certificate(actor=PLATFORM, at=at, agent=agent, standard=standard, reason="test")


def give_skill(agent: AgentProfile, tag: SkillTag, score: int, *, at: datetime) -> None:
    """Let `agent` have exactly `score` in `tag`, by a certification result of that value."""
    services.record_evidence(
        actor=PLATFORM,
        at=at,
        agent=agent,
        tag=tag,
        input=SkillInput.CERTIFICATION,
        value=score,
        source=f"test:{agent.pk}:{tag.pk}:{at.isoformat()}",
    )


class PoolFactory(DjangoModelFactory):
    """An empty pool."""

    class Meta:
        model = Pool

    name = factory.Sequence(lambda n: f"Pool {n}")
    created_at = LONG_AGO


LINES: dict[QuestionKind, str] = {
    QuestionKind.SINGLE: "* 7 days\n30 days\n90 days",
    QuestionKind.MULTIPLE: "* order number\n* photo\npassword",
    QuestionKind.TRUE_FALSE: "false",
    QuestionKind.NUMERIC: "12.5 ± 0.1 CNY",
    QuestionKind.SHORT: "refund*\nmoney back",
    QuestionKind.ORDERING: "Greet\nListen\nSolve\nClose",
    QuestionKind.MATCHING: "Angry = Stay calm\nUnsure = Explain\n= Hang up",
    QuestionKind.FREE: "Warm, says sorry, offers a way out.",
}
RIGHT: dict[QuestionKind, Any] = {
    QuestionKind.SINGLE: key("7 days"),
    QuestionKind.MULTIPLE: [key("order number"), key("photo")],
    QuestionKind.TRUE_FALSE: False,
    QuestionKind.NUMERIC: "12.45",
    QuestionKind.SHORT: "Refund, please.",
    QuestionKind.ORDERING: [key("Greet"), key("Listen"), key("Solve"), key("Close")],
    QuestionKind.MATCHING: {key("Angry"): key("Stay calm"), key("Unsure"): key("Explain")},
    QuestionKind.FREE: "I am sorry. I will put it right.",
}


class QuestionFactory(DjangoModelFactory):
    """A single-choice question in English; `kind=...` takes its key from `LINES`."""

    class Meta:
        model = Question

    pool = factory.SubFactory(PoolFactory)
    language = "en"
    kind = QuestionKind.SINGLE
    stem = factory.Sequence(lambda n: f"Question {n}?")
    spec = factory.LazyAttribute(lambda q: spec_from_lines(QuestionKind(q.kind), LINES[QuestionKind(q.kind)]))
    explanation = "Because the policy says so."
    created_at = LONG_AGO


class ScenarioFactory(DjangoModelFactory):
    """Two turns, two criteria of 10 points."""

    class Meta:
        model = Scenario

    slug = factory.Sequence(lambda n: f"scenario-{n}")
    title_en = "A late parcel"
    title_zh = "快递迟到"
    brief_en = "You are the shop."
    brief_zh = "你是店铺客服。"
    turns = [{"en": "Where is it?", "zh": "到哪了？"}, {"en": "And now?", "zh": "那怎么办？"}]
    rubric = [
        {"key": "tone", "en": "Tone", "zh": "语气", "points": 10},
        {"key": "solution", "en": "Solution", "zh": "解决", "points": 10},
    ]
    created_at = LONG_AGO


def open_exam(kinds: Sequence[QuestionKind] = (QuestionKind.SINGLE,), **fields: Any) -> Exam:
    """An open English exam of one section that draws one question of each of `kinds`."""
    pool = PoolFactory()
    for kind in kinds:
        QuestionFactory(pool=pool, kind=kind)
    number = Exam.objects.count()
    values = {"slug": f"exam-{number}", "title_en": "Exam", "title_zh": "考试", "languages": ["en"], **fields}
    exam = Exam.objects.create(created_at=LONG_AGO, **values)
    Section.objects.create(exam=exam, position=1, title_en="One", title_zh="一", pool=pool, draw=len(kinds))
    with transaction.atomic():
        states.move(exam, ExamState.OPEN, table=EXAM, at=LONG_AGO)
    return exam


def answer_all(actor: Actor, attempt: Attempt, *, at: datetime, right: bool = True) -> None:
    """Save the right answer (or none) to every question."""
    for row in attempt.questions.select_related("question") if right else ():
        answer = RIGHT[QuestionKind(row.question.kind)]
        services.save_answer(actor=actor, at=at, attempt=attempt, position=row.position, answer=answer)


def pass_exam(agent: AgentProfile, exam: Exam, *, at: datetime) -> Attempt:
    """Sit `exam` (without a practical part or free texts) and pass."""
    actor = agent_actor(agent)
    attempt = services.start_attempt(actor=actor, at=at, agent=agent, exam=exam)
    answer_all(actor, attempt, at=at)
    return services.submit_attempt(actor=actor, at=at, attempt=attempt)
