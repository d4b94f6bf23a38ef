"""Real threads: a double click, two devices, the sweeper and a person at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest
from django.db import connection

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from certification import services
from certification.models import Attempt, Certificate, SkillEvidence
from certification.services import attempts as sittings
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


def test_a_sitting_between_looking_and_beginning_uses_up_the_attempt(monkeypatch):
    """Two windows: one has seen "one attempt left" and is slow to begin, the other sits the whole exam meanwhile."""
    agent, exam = AgentFactory(), open_exam([QuestionKind.SINGLE])
    actor = agent_actor(agent)
    looked, sat = Event(), Event()
    look = sittings.exam_view

    def look_slowly(*args, **kwargs):
        view = look(*args, **kwargs)
        if not looked.is_set():
            looked.set()
            sat.wait(timeout=1.5)
        return view

    monkeypatch.setattr(sittings, "exam_view", look_slowly)

    def sit(n):
        if n == 1:
            looked.wait()
        try:
            attempt = services.start_attempt(actor=actor, at=AT, agent=agent, exam=exam)
            services.submit_attempt(actor=actor, at=AT, attempt=attempt)
            return "sat"
        except DomainError as refused:
            return refused.code
        finally:
            if n == 1:
                sat.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        given = list(pool.map(sit, range(2)))
    assert Attempt.objects.count() == 1
    assert given[0] == "sat"
    assert given[1] in ("sat", "certification.no_attempts_left")


def test_many_sittings_at_once_use_no_more_than_allowed():
    agent = AgentFactory()
    exam = open_exam([QuestionKind.SINGLE], attempts_allowed=2, retry_delay_seconds=0)
    actor = agent_actor(agent)

    def sit(n):
        attempt = services.start_attempt(actor=actor, at=AT, agent=agent, exam=exam)
        return services.submit_attempt(actor=actor, at=AT, attempt=attempt).state

    given = together(sit)
    assert Attempt.objects.count() == 2
    assert set(given) <= {"failed", "certification.no_attempts_left"}


def test_two_certifiers_vouching_at_once_issue_one_certificate():
    agent, standard = AgentFactory(), StandardFactory()
    certifiers = [staff_actor(StaffRole.CERTIFIER) for _ in range(THREADS)]

    def vouch(n):
        made = services.issue_certificate(
            actor=certifiers[n], at=AT, agent=agent, standard=standard, reason="Seen at work."
        )
        return made.public_id

    given = together(vouch)
    certificate = Certificate.objects.get()
    assert sorted(given) == sorted(["certification.issued_meanwhile"] * (THREADS - 1) + [certificate.public_id])
    assert AuditEntry.objects.filter(action="certification.issue_certificate").count() == 1


def test_renewing_at_once_leaves_one_valid_certificate():
    agent, standard = AgentFactory(), StandardFactory()
    certifiers = [staff_actor(StaffRole.CERTIFIER) for _ in range(THREADS)]
    first = services.issue_certificate(
        actor=certifiers[0], at=AT - timedelta(days=300), agent=agent, standard=standard, reason="Seen at work."
    )

    def renew(n):
        return services.issue_certificate(
            actor=certifiers[n], at=AT, agent=agent, standard=standard, reason="Seen again."
        ).public_id

    given = together(renew)
    valid = Certificate.objects.get(state="valid")
    assert sorted(given) == sorted(["certification.issued_meanwhile"] * (THREADS - 1) + [valid.public_id])
    first.refresh_from_db()
    assert (first.state, first.renewed_by_id) == ("renewed", valid.pk)


def test_one_name_given_at_once_is_taken_once():
    author = staff_actor(StaffRole.TRAINER)

    def make(n):
        services.create_tag(actor=author, at=AT, slug="refunds", kind="competence", name_en="Refunds", name_zh="退款")
        return "made"

    assert sorted(together(make)) == ["core.invalid"] * (THREADS - 1) + ["made"]
