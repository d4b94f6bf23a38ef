"""The demo world's exams can be written, opened, sat in both languages and passed."""

from datetime import UTC, datetime

import pytest

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from certification import services
from certification.logic.questions import earned_share
from certification.models import Question
from certification.states import QuestionKind
from marketplace.demo.exams import all_standards, open_exams, right_answer

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("standard", list(all_standards()), ids=lambda s: s["slug"])
def test_each_standard_has_twenty_mixed_questions_and_a_scenario(standard):
    questions = [q for section in standard["sections"] for q in section["questions"]]
    assert len(questions) >= 20
    assert {q["kind"] for q in questions} == set(QuestionKind)
    assert all(q[f"stem_{language}"].strip() for q in questions for language in ("en", "zh"))
    assert sum(c["points"] for c in standard["scenario"]["rubric"]) == 100


@pytest.mark.django_db
def test_exams_open_and_can_be_passed_in_both_languages():
    certifier = staff_actor(StaffRole.CERTIFIER)
    standards = open_exams(actor=certifier, at=AT)
    assert list(standards) == ["foundation", "after-sales"]
    assert list(standards["after-sales"].requires.all()) == [standards["foundation"]]
    for question in Question.objects.exclude(kind=QuestionKind.FREE):
        assert earned_share(QuestionKind(question.kind), question.spec, right_answer(question)) == 1, question.stem
    services.save_standard(
        actor=certifier, at=AT, standard=standards["foundation"], values={"course_slug": ""}, requires=[]
    )
    for language in ("en", "zh-hans"):
        agent = AgentFactory()
        actor = agent_actor(agent)
        attempt = services.start_attempt(
            actor=actor, at=AT, agent=agent, exam=standards["foundation"].exam, language=language
        )
        for row in attempt.questions.select_related("question"):
            answer = right_answer(row.question)
            services.save_answer(actor=actor, at=AT, attempt=attempt, position=row.position, answer=answer)
        assert services.submit_attempt(actor=actor, at=AT, attempt=attempt).state == "marking"
        assert attempt.practical.state == "ready"
