"""Sitting an exam: the rules copied, the clock obeyed, nobody else's attempt touched."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, NewAgentFactory, agent_actor, staff_actor
from certification import errors, selectors, services
from certification.models import Attempt, AttemptQuestion, Exam, IntegritySignal, Practical, Question, SkillEvidence
from certification.states import AttemptState, QuestionKind, SkillInput
from certification.tests.factories import (
    PoolFactory,
    QuestionFactory,
    ScenarioFactory,
    StandardFactory,
    answer_all,
    give_certificate,
    open_exam,
    pass_exam,
)
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Transition

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MACHINE = [k for k in QuestionKind if k != QuestionKind.FREE]
pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def actor(agent):
    return agent_actor(agent)


def start(actor, agent, exam, at=AT):
    return services.start_attempt(actor=actor, at=at, agent=agent, exam=exam)


def save(actor, attempt, at, position=1, answer=None, device=""):
    return services.save_answer(actor=actor, at=at, attempt=attempt, position=position, answer=answer, device=device)


def an_option(attempt, position=1):
    return attempt.questions.get(position=position).question.spec["options"][0]["id"]


def test_start_draws_copies_rules_and_starts_the_clock(actor, agent):
    exam = open_exam(MACHINE, time_limit_seconds=600, pass_mark=70)
    attempt = start(actor, agent, exam)
    assert (attempt.state, attempt.number, attempt.pass_mark) == ("in_progress", 1, 70)
    assert (attempt.started_at, attempt.deadline_at) == (AT, AT + timedelta(seconds=600))
    assert attempt.questions.count() == 7
    assert list(Transition.objects.filter(entity="certification.attempt").values_list("to_state", flat=True)) == [
        "in_progress"
    ]
    Exam.objects.filter(pk=exam.pk).update(pass_mark=10)
    attempt.refresh_from_db()
    assert attempt.pass_mark == 70


def test_start_again_gives_the_running_attempt_back(actor, agent):
    exam = open_exam()
    assert start(actor, agent, exam) == start(actor, agent, exam, at=AT + timedelta(minutes=1))
    assert Attempt.objects.count() == 1


def test_start_needs_onboarding_and_ones_own_name(agent):
    new = NewAgentFactory()
    with pytest.raises(NotAllowed) as refused:
        start(agent_actor(new), new, open_exam())
    assert refused.value.code == "accounts.not_onboarded"
    with pytest.raises(NotFound):
        start(agent_actor(agent), AgentFactory(), open_exam())


def test_start_refuses_by_code(actor, agent):
    exam = open_exam(retry_delay_seconds=3600, attempts_allowed=2, pass_mark=100)
    attempt = start(actor, agent, exam)
    services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    with pytest.raises(errors.RetryTooEarly) as early:
        start(actor, agent, exam, at=AT + timedelta(hours=1) - MOMENT)
    assert early.value.detail == {"retry_at": (AT + timedelta(hours=1)).isoformat()}
    second = start(actor, agent, exam, at=AT + timedelta(hours=1))
    assert second.number == 2
    services.submit_attempt(actor=actor, at=AT + timedelta(hours=1), attempt=second)
    with pytest.raises(errors.NoAttemptsLeft):
        start(actor, agent, exam, at=AT + timedelta(days=1))
    with pytest.raises(errors.ExamClosed):
        start(actor, agent, open_exam(closes_at=AT))


def test_start_needs_course_and_certificate(actor, agent):
    exam, foundation = open_exam(), StandardFactory(slug="foundation")
    standard = StandardFactory(slug="after-sales", exam=exam, course_slug="after-sales-course")
    standard.requires.add(foundation)
    with pytest.raises(errors.RequirementsUnmet) as refused:
        start(actor, agent, exam)
    assert refused.value.detail == {"needs": ["course:after-sales-course", "certificate:foundation"]}
    give_certificate(agent, foundation, at=AT)
    SkillEvidence.objects.create(
        agent=agent,
        tag=standard.skill_tag,
        input=SkillInput.TRAINING,
        value=90,
        weight=15,
        source="course:after-sales-course:1",
        at=AT,
    )
    assert start(actor, agent, exam).state == "in_progress"


def test_extra_time_counts_from_the_next_attempt(actor, agent):
    exam = open_exam(time_limit_seconds=600)
    services.grant_extra_time(
        actor=staff_actor(StaffRole.CERTIFIER), at=AT, exam=exam, agent=agent, extra_seconds=150, reason="eyesight"
    )
    assert start(actor, agent, exam).deadline_at == AT + timedelta(seconds=750)


def test_answers_are_kept_one_by_one_and_the_last_counts(actor, agent):
    attempt = start(actor, agent, open_exam(MACHINE))
    answer_all(actor, attempt, at=AT + timedelta(minutes=1))
    first = attempt.questions.get(position=1)
    save(actor, attempt, AT + timedelta(minutes=2), 1, None)
    first.refresh_from_db()
    assert (first.answer, first.answered_at) == (None, None)
    assert attempt.questions.filter(answer__isnull=False).count() == 6


def test_answers_until_the_last_moment_and_never_after(actor, agent):
    attempt = start(actor, agent, open_exam(time_limit_seconds=600))
    end, option = AT + timedelta(seconds=600), an_option(attempt)
    assert save(actor, attempt, end - MOMENT, answer=option).answer == option
    for late in (end, end + timedelta(days=1)):
        with pytest.raises(errors.DeadlinePassed) as refused:
            save(actor, attempt, late, answer=None)
        assert refused.value.code == "certification.deadline_passed"
    services.close_overdue(at=end)
    with pytest.raises(errors.DeadlinePassed):
        save(actor, attempt, end + timedelta(seconds=1), answer=None)
    assert attempt.questions.get().answer == option


def test_answers_stop_with_the_submission(actor, agent):
    attempt = start(actor, agent, open_exam(pass_mark=100))
    services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    with pytest.raises(errors.NotInProgress):
        save(actor, attempt, AT, answer=None)


def test_the_database_takes_no_answer_after_submission(actor, agent):
    attempt = start(actor, agent, open_exam())
    row = attempt.questions.get()
    services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    with pytest.raises(IntegrityError, match="takes no answers"), transaction.atomic():
        AttemptQuestion.objects.filter(pk=row.pk).update(answer="late")


def test_finished_attempts_never_go_back(actor, agent):
    attempt = start(actor, agent, open_exam())
    services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(state="in_progress")


def test_another_agents_attempt_is_not_found(actor, agent):
    attempt = start(actor, agent, open_exam())
    stranger = agent_actor(AgentFactory())
    for act in (
        lambda: save(stranger, attempt, AT),
        lambda: services.submit_attempt(actor=stranger, at=AT, attempt=attempt),
        lambda: services.record_signal(actor=stranger, at=AT, attempt=attempt, kind="paste"),
        lambda: selectors.own_attempt(stranger, attempt.public_id),
        lambda: selectors.played_questions(stranger, attempt),
        lambda: selectors.marked_questions(stranger, attempt),
        lambda: selectors.signals_of(stranger, attempt),
    ):
        with pytest.raises(NotFound):
            act()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.questions.get().answer) == ("in_progress", None)


def test_bad_answers_change_nothing(actor, agent):
    attempt = start(actor, agent, open_exam())
    option = an_option(attempt)
    save(actor, attempt, AT, answer=option)
    for bad in ("unknown", [option], 5, {"a": "b"}):
        with pytest.raises(errors.BadAnswer):
            save(actor, attempt, AT, answer=bad)
    with pytest.raises(NotFound):
        save(actor, attempt, AT, position=2, answer=option)
    assert attempt.questions.get().answer == option


def test_a_machine_marked_exam_is_decided_at_once(actor, agent):
    exam = open_exam(MACHINE, pass_mark=100)
    attempt = pass_exam(agent, exam, at=AT)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points_earned, attempt.points_possible) == ("passed", Decimal(7), 7)
    assert list(
        Transition.objects.filter(entity_id=attempt.pk, entity="certification.attempt")
        .values_list("to_state", flat=True)
        .order_by("pk")
    ) == [
        "in_progress",
        "submitted",
        "marking",
        "passed",
    ]
    with pytest.raises(errors.AlreadyPassed):
        start(actor, agent, exam, at=AT + timedelta(days=1))


def test_submit_twice_is_one_submission(actor, agent):
    attempt = start(actor, agent, open_exam())
    services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    again = services.submit_attempt(actor=actor, at=AT + timedelta(seconds=1), attempt=attempt)
    assert (again.state, again.submitted_at) == ("failed", AT)


def test_a_pass_brings_the_certificate_where_the_standard_says_so(agent):
    exam = open_exam(MACHINE)
    standard = StandardFactory(exam=exam, is_issued_at_once=True)
    attempt = pass_exam(agent, exam, at=AT)
    certificate = selectors.credentials([agent.pk], AT)[agent.pk]
    assert certificate.certificates == {standard.slug: AT + timedelta(days=365)}
    assert attempt.certificates.get().issued_by is None


def test_renewal_opens_before_the_end_and_reissues(actor, agent):
    exam = open_exam(MACHINE)
    StandardFactory(exam=exam, is_issued_at_once=True, valid_days=100, renewable_days=30)
    pass_exam(agent, exam, at=AT)
    opens = AT + timedelta(days=70)
    with pytest.raises(errors.AlreadyPassed):
        start(actor, agent, exam, at=opens - MOMENT)
    pass_exam(agent, exam, at=opens)
    assert [c.state for c in selectors.certificates_for(actor)] == ["valid", "renewed"]


@pytest.mark.parametrize(
    ("overdue", "grace", "closes_after", "state"),
    [("autosubmit", 0, 600, "passed"), ("grace", 60, 660, "expired"), ("abandon", 0, 600, "expired")],
)
def test_sweeper_closes_what_nobody_handed_in(actor, agent, overdue, grace, closes_after, state):
    exam = open_exam(MACHINE, time_limit_seconds=600, overdue=overdue, grace_seconds=grace)
    attempt = start(actor, agent, exam)
    answer_all(actor, attempt, at=AT + timedelta(seconds=30))
    closes = AT + timedelta(seconds=closes_after)
    assert services.close_overdue(at=closes - MOMENT) == 0
    assert services.close_overdue(at=closes) == 1
    assert services.close_overdue(at=closes) == 0
    attempt.refresh_from_db()
    assert attempt.state == state
    if overdue == "autosubmit":
        assert attempt.submitted_at == attempt.deadline_at


def test_grace_takes_the_submission_and_no_answers(actor, agent):
    exam = open_exam(MACHINE, time_limit_seconds=600, overdue="grace", grace_seconds=60)
    attempt = start(actor, agent, exam)
    answer_all(actor, attempt, at=AT)
    in_grace = AT + timedelta(seconds=660) - MOMENT
    with pytest.raises(errors.DeadlinePassed):
        save(actor, attempt, in_grace)
    with pytest.raises(errors.DeadlinePassed):
        services.submit_attempt(actor=actor, at=in_grace + MOMENT, attempt=attempt)
    assert services.submit_attempt(actor=actor, at=in_grace, attempt=attempt).state == "passed"


def test_free_texts_wait_for_a_certifier(actor, agent):
    exam = open_exam([QuestionKind.FREE, QuestionKind.TRUE_FALSE], pass_mark=60)
    attempt = start(actor, agent, exam)
    answer_all(actor, attempt, at=AT)
    attempt = services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    assert attempt.state == AttemptState.MARKING
    certifier = staff_actor(StaffRole.CERTIFIER)
    position = attempt.questions.get(points=None).position
    (item,) = selectors.marking_queue(certifier)
    assert (item.kind, item.public_id) == ("written", attempt.public_id)
    for wrong in ({}, {position: Decimal("1.01")}, {position: Decimal("-1")}, {position: Decimal("NaN")}):
        with pytest.raises(Invalid) as refused:
            services.mark_written(actor=certifier, at=AT, attempt=attempt, marks=wrong, comments={})
        assert list(refused.value.fields) == [f"points_{position}"]
    services.mark_written(
        actor=certifier, at=AT, attempt=attempt, marks={position: Decimal("0.5")}, comments={position: "Warm."}
    )
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points_earned) == ("passed", Decimal("1.5"))
    with pytest.raises(Conflict):
        services.mark_written(actor=certifier, at=AT, attempt=attempt, marks={}, comments={})
    assert selectors.marking_queue(certifier) == []


def test_void_needs_a_reason_and_an_undecided_attempt(actor, agent):
    certifier, exam = staff_actor(StaffRole.CERTIFIER), open_exam()
    attempt = start(actor, agent, exam)
    with pytest.raises(Invalid):
        services.void_attempt(actor=certifier, at=AT, attempt=attempt, reason="")
    services.void_attempt(actor=certifier, at=AT, attempt=attempt, reason="The page broke.")
    attempt.refresh_from_db()
    assert attempt.state == "voided"
    again = start(actor, agent, exam)
    services.submit_attempt(actor=actor, at=AT, attempt=again)
    with pytest.raises(Conflict):
        services.void_attempt(actor=certifier, at=AT, attempt=again, reason="too late")


def test_a_granted_attempt_may_begin_whatever_the_rules_say(actor, agent):
    certifier, exam = staff_actor(StaffRole.CERTIFIER), open_exam(closes_at=AT + timedelta(days=1))
    services.submit_attempt(actor=actor, at=AT, attempt=start(actor, agent, exam))
    granted = services.grant_attempt(actor=certifier, at=AT, agent=agent, exam=exam, reason="The line was cut.")
    assert (granted.state, granted.number) == ("ready", 2)
    assert selectors.exam_view(actor, exam, AT).may_begin
    assert start(actor, agent, exam) == granted
    other = services.grant_attempt(actor=certifier, at=AT, agent=AgentFactory(), exam=exam, reason="The same.")
    assert services.close_overdue(at=AT + timedelta(days=1)) == 2
    other.refresh_from_db()
    assert other.state == "expired"


@pytest.mark.parametrize(("rules", "allowed"), [({}, 1), ({"retry_delay_seconds": 0, "attempts_allowed": 2}, 2)])
def test_the_database_refuses_more_attempts_than_allowed(actor, agent, rules, allowed):
    exam = open_exam(**rules)
    values = {"exam": exam, "agent": agent, "pass_mark": 60, "overdue": "autosubmit", "grace_seconds": 0}
    for _ in range(allowed):
        services.submit_attempt(
            actor=actor, at=AT, attempt=services.start_attempt(actor=actor, at=AT, agent=agent, exam=exam)
        )
    with pytest.raises(IntegrityError, match="attempts are used"), transaction.atomic():
        Attempt.objects.create(**values, number=9, created_at=AT)
    Attempt.objects.create(**values, number=9, created_at=AT, is_granted=True)
    with pytest.raises(IntegrityError, match="attempt_one_at_a_time"), transaction.atomic():
        Attempt.objects.create(**values, number=10, created_at=AT, is_granted=True)


def test_signals_are_noted_and_fail_nobody(actor, agent):
    exam = open_exam(MACHINE, shuffle_questions=False)
    attempt = start(actor, agent, exam)
    services.record_signal(actor=actor, at=AT, attempt=attempt, kind="focus_lost", position=1, seconds=40)
    with pytest.raises(Invalid):
        services.record_signal(actor=actor, at=AT, attempt=attempt, kind="second_session")
    option = an_option(attempt, attempt.questions.get(question__kind="single").position)
    single = attempt.questions.get(question__kind="single").position
    save(actor, attempt, AT + timedelta(seconds=1), single, option, device="phone")
    save(actor, attempt, AT + timedelta(seconds=9), single, option, device="laptop")
    assert list(IntegritySignal.objects.order_by("pk").values_list("kind", flat=True)) == [
        "focus_lost",
        "impossible_speed",
        "second_session",
    ]
    answer_all(actor, attempt, at=AT + timedelta(minutes=2))
    assert services.submit_attempt(actor=actor, at=AT + timedelta(minutes=3), attempt=attempt).state == "passed"
    certifier = staff_actor(StaffRole.CERTIFIER)
    (row,) = selectors.integrity_queue(certifier)
    assert (row.signal_count, row.focus_lost_count, row.paste_count) == (6 + 3, 1, 0)
    services.clear_signals(actor=certifier, at=AT, attempt=attempt, reason="A train ride.")
    assert list(selectors.integrity_queue(certifier)) == []
    assert list(selectors.integrity_queue(actor)) == []


def test_answers_resent_after_a_cut_are_not_called_too_fast(actor, agent):
    attempt = start(actor, agent, open_exam())
    services.save_answer(actor=actor, at=AT, attempt=attempt, position=1, answer=an_option(attempt), was_offline=True)
    assert IntegritySignal.objects.count() == 0


def test_signals_of_one_attempt_are_limited(actor, agent, monkeypatch):
    monkeypatch.setattr("certification.services.integrity.MAX_SIGNALS", 2)
    attempt = start(actor, agent, open_exam())
    for _ in range(3):
        services.record_signal(actor=actor, at=AT, attempt=attempt, kind="paste")
    assert IntegritySignal.objects.count() == 2


def test_result_is_shown_only_when_decided(actor, agent):
    exam = open_exam([QuestionKind.FREE, QuestionKind.SINGLE])
    attempt = start(actor, agent, exam)
    answer_all(actor, attempt, at=AT)
    attempt = services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    with pytest.raises(NotFound):
        selectors.marked_questions(actor, attempt)
    position = attempt.questions.get(points=None).position
    services.mark_written(
        actor=staff_actor(StaffRole.CERTIFIER), at=AT, attempt=attempt, marks={position: Decimal(1)}, comments={}
    )
    attempt.refresh_from_db()
    marked = {q.kind: q for q in selectors.marked_questions(actor, attempt)}
    assert (marked["single"].answer, marked["single"].right) == (["7 days"], ["7 days"])
    assert marked["free"].right == []


@pytest.mark.parametrize("count", [1, 3])
def test_exams_list_takes_the_same_queries_however_many(actor, agent, count):
    for _ in range(count):
        exam = open_exam()
        StandardFactory(exam=exam).requires.add(StandardFactory())
        pass_exam(agent, open_exam(MACHINE), at=AT)
    with CaptureQueriesContext(connection) as queries:
        views = selectors.exams_for(actor, AT)
        assert [len(v.attempts) + v.questions for v in views] == [1, 8] * count
    assert len(queries) == 8


@pytest.mark.parametrize("count", [1, 3])
def test_player_and_result_take_one_query(actor, agent, count):
    attempt = start(actor, agent, open_exam(MACHINE[:count]))
    with CaptureQueriesContext(connection) as queries:
        assert len(selectors.played_questions(actor, attempt)) == count
    assert len(queries) == 1


def test_opening_needs_enough_questions_in_every_language():
    author, pool = staff_actor(StaffRole.TRAINER), PoolFactory()
    QuestionFactory(pool=pool)
    values = {"slug": "e", "title_en": "E", "title_zh": "考", "languages": ["en", "zh-hans"]}
    section = {"title_en": "S", "title_zh": "节", "pool": pool, "draw": 1, "pass_mark": None}
    exam = services.save_exam(actor=author, at=AT, values=values, sections=[section])
    with pytest.raises(errors.NotEnoughQuestions) as refused:
        services.open_exam(actor=author, at=AT, exam=exam)
    assert refused.value.detail == {"language": "zh-hans", "drawn": 1, "held": 0}
    QuestionFactory(pool=pool, language="zh-hans")
    services.open_exam(actor=author, at=AT, exam=exam)
    with pytest.raises(errors.NotEnoughQuestions):
        services.save_exam(actor=author, at=AT, exam=exam, values=values, sections=[{**section, "draw": 2}])


def test_retired_questions_are_not_drawn(actor, agent):
    exam = open_exam()
    question = exam.sections.get().pool.questions.get()
    new = services.write_question(
        actor=staff_actor(StaffRole.TRAINER),
        at=AT,
        pool=question.pool,
        kind="single",
        language="en",
        stem="Better?",
        lines="* yes\nno",
        replaces=question,
    )
    assert new.version == 2
    assert start(actor, agent, exam).questions.get().question == new
    with pytest.raises(DatabaseError, match="never_changes"), transaction.atomic():
        Question.objects.filter(pk=new.pk).update(stem="Other")
    with pytest.raises(Conflict):
        services.retire_question(actor=staff_actor(StaffRole.TRAINER), at=AT, question=question)


def test_statistics_after_a_sitting():
    exam = open_exam(MACHINE)
    for _ in range(2):
        pass_exam(AgentFactory(), exam, at=AT)
    assert services.compute_due_statistics(at=AT + timedelta(hours=1)) == 1
    assert services.compute_due_statistics(at=AT + timedelta(hours=2)) == 0
    stats = exam.sections.get().pool.questions.first().statistics
    assert (stats.exposure, stats.facility, stats.discrimination) == (2, 1.0, None)


def test_the_pool_can_be_taken_out_and_in_again():
    author, pool = staff_actor(StaffRole.TRAINER), PoolFactory()
    for kind in QuestionKind:
        QuestionFactory(pool=pool, kind=kind)
    rows = selectors.export_pool(author, pool)
    other = PoolFactory()
    assert services.import_questions(actor=author, at=AT, pool=other, rows=rows) == (8, [])
    assert selectors.export_pool(author, other) == rows
    taken, refused = services.import_questions(actor=author, at=AT, pool=other, rows=[rows[0], "x", {"kind": "no"}])
    assert (taken, [n for n, _why in refused]) == (0, [1, 2, 3])
    with pytest.raises(NotFound):
        selectors.pools_for(agent_actor(AgentFactory()))


def test_scenario_attempts_open_a_practical_part(actor, agent):
    exam = open_exam(MACHINE, scenario=ScenarioFactory())
    attempt = pass_exam(agent, exam, at=AT)
    assert (attempt.state, Practical.objects.get().state) == ("marking", "ready")
