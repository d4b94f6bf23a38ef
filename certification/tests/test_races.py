"""Real threads: a double click, two devices, the sweeper and a person at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.tests.factories import AgentFactory, agent_actor
from certification import services
from certification.models import Attempt, Certificate, SkillEvidence
from certification.states import QuestionKind
from certification.tests.factories import StandardFactory, answer_all, open_exam
from core.errors import DomainError
from core.models import AuditEntry, Transition

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
THREADS = 8
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def together(work):
    """Run `work(n)` in THREADS threads that start at once; return what each gave or refused with."""
    barrier = Barrier(THREADS)

    def run(n):
        barrier.wait()
        try:
            return work(n)
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_many_starts_begin_one_attempt():
    agent, exam = AgentFactory(), open_exam([QuestionKind.SINGLE, QuestionKind.SHORT])
    actor = agent_actor(agent)
    given = together(lambda n: services.start_attempt(actor=actor, at=AT, agent=agent, exam=exam).pk)
    assert set(given) == {Attempt.objects.get().pk}
    assert Attempt.objects.get().questions.count() == 2


def test_many_submissions_and_the_sweeper_hand_in_once():
    agent = AgentFactory()
    exam = open_exam([QuestionKind.SINGLE], time_limit_seconds=60)
    StandardFactory(exam=exam, is_issued_at_once=True)
    actor = agent_actor(agent)
    attempt = services.start_attempt(actor=actor, at=AT, agent=agent, exam=exam)
    answer_all(actor, attempt, at=AT)
    late = AT + timedelta(seconds=60)

    def hand_in(n):
        if n % 2:
            return services.close_overdue(at=late)
        return services.submit_attempt(actor=actor, at=late, attempt=attempt).state

    given = together(hand_in)
    assert {g for g in given if isinstance(g, str)} <= {"passed"}
    attempt.refresh_from_db()
    assert attempt.state == "passed"
    moves = Transition.objects.filter(entity="certification.attempt", entity_id=attempt.pk)
    assert sorted(moves.values_list("to_state", flat=True)) == ["in_progress", "marking", "passed", "submitted"]
    assert (Certificate.objects.count(), SkillEvidence.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(action="certification.decide_attempt").count() == 1


def test_answers_racing_the_submission_are_kept_or_refused_never_lost():
    agent = AgentFactory()
    exam = open_exam([QuestionKind.SHORT])
    actor = agent_actor(agent)
    attempt = services.start_attempt(actor=actor, at=AT, agent=agent, exam=exam)

    def act(n):
        if n == 0:
            return services.submit_attempt(actor=actor, at=AT, attempt=attempt).state
        saved = services.save_answer(actor=actor, at=AT, attempt=attempt, position=1, answer=f"refund {n}")
        return saved.answer

    given = together(act)
    kept = [g for g in given[1:] if g.startswith("refund")]
    refused = [g for g in given[1:] if not g.startswith("refund")]
    assert set(refused) <= {"certification.not_in_progress"}
    assert attempt.questions.get().answer in (kept or [None])
    assert given[0] == ("passed" if kept else "failed")
