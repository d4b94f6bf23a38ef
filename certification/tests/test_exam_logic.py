"""Results, second markers, item statistics, and when an exam may be begun."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.logic import results, sitting
from certification.states import AttemptState, ExamState

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
D = Decimal


def item(section, earned, possible=10):
    return results.Item(section, D(earned), possible)


def test_result_needs_the_whole_and_each_section():
    passed = results.exam_result([item(1, 6), item(2, 6)], pass_mark=60, section_marks={1: 60, 2: None})
    assert (passed.passed, passed.earned, passed.possible) == (True, D(12), 20)
    weak = results.exam_result([item(1, "5.99"), item(2, 10)], pass_mark=60, section_marks={1: 60, 2: None})
    assert (weak.passed, weak.sections[0]["passed"], weak.sections[1]["passed"]) == (False, False, True)


def test_nothing_is_rounded_up_to_the_pass_mark():
    assert results.reaches(D("60.00"), 100, 60)
    assert not results.reaches(D("59.99"), 100, 60)
    assert not results.reaches(D("1.99"), 3, 67)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.decimals(0, 10, places=2)), min_size=1, max_size=12), st.integers(0, 100)
)
def test_more_points_never_fail_a_pass(rows, pass_mark):
    items = [results.Item(s, e, 10) for s, e in rows]
    better = [results.Item(i.section, min(i.earned + 1, D(10)), 10) for i in items]
    marks = {1: 50, 2: None, 3: 80}
    before = results.exam_result(items, pass_mark=pass_mark, section_marks=marks)
    after = results.exam_result(better, pass_mark=pass_mark, section_marks=marks)
    assert after.passed or not before.passed


@pytest.mark.parametrize(
    ("percent", "second"), [("54.99", False), ("55", True), ("60", True), ("65.00", True), ("65.01", False)]
)
def test_second_marker_within_five_points_both_ends_included(percent, second):
    assert results.needs_second_marker(D(percent), 60) is second


def test_rubric_percent_and_mean():
    rubric = [{"key": "a", "points": 10}, {"key": "b", "points": 20}]
    assert results.rubric_percent(rubric, {"a": 5, "b": 12}) == D("56.67")
    assert results.mean_percent([D("58"), D("62.01")]) == D("60.01")


def test_item_statistics():
    pairs = [(1.0, 0.9)] * 5 + [(0.0, 0.1)] * 5
    stats = results.item_statistics(pairs)
    assert (stats.exposure, stats.facility, stats.discrimination) == (10, 0.5, 1.0)
    assert results.item_statistics(pairs[:9]).discrimination is None
    assert results.item_statistics([(1.0, 0.5)] * 10).discrimination is None


def rules(**changes):
    values = {
        "state": ExamState.OPEN,
        "opens_at": None,
        "closes_at": None,
        "attempts_allowed": None,
        "retry_delay_seconds": None,
    }
    return sitting.Terms(**{**values, **changes})


def judge(given_rules, *sat, at=AT, renewal=None):
    found = sitting.availability(given_rules, [sitting.Sat(*s) for s in sat], at=at, renewal_opens_at=renewal)
    return (found.may_begin, found.why, found.attempts_left, found.retry_at)


FAILED = (AttemptState.FAILED, AT)


def test_no_retry_delay_means_one_attempt_ever():
    assert judge(rules()) == (True, "", 1, None)
    assert judge(rules(attempts_allowed=3), FAILED, at=AT + timedelta(days=99)) == (False, "no_attempts_left", 0, None)


def test_retry_opens_at_the_exact_moment():
    waits = rules(retry_delay_seconds=3600, attempts_allowed=2)
    again = AT + timedelta(hours=1)
    assert judge(waits, FAILED, at=again - MOMENT) == (False, "retry_too_early", 1, again)
    assert judge(waits, FAILED, at=again) == (True, "", 1, None)
    assert judge(waits, FAILED, FAILED, at=again) == (False, "no_attempts_left", 0, None)


def test_a_voided_attempt_does_not_count_and_an_expired_one_does():
    assert judge(rules(), (AttemptState.VOIDED, AT))[0] is True
    assert judge(rules(), (AttemptState.EXPIRED, AT))[1] == "no_attempts_left"


def test_open_and_close_are_half_open():
    window = rules(opens_at=AT, closes_at=AT + timedelta(hours=1))
    assert judge(window, at=AT - MOMENT) == (False, "exam_closed", 1, AT)
    assert judge(window, at=AT)[0] is True
    assert judge(window, at=AT + timedelta(hours=1) - MOMENT)[0] is True
    assert judge(window, at=AT + timedelta(hours=1)) == (False, "exam_closed", 1, None)
    assert judge(rules(state=ExamState.DRAFT))[1] == "exam_closed"


def test_a_pass_closes_until_renewal_and_attempts_count_anew():
    passed = (AttemptState.PASSED, AT)
    opens = AT + timedelta(days=300)
    assert judge(rules(), passed) == (False, "already_passed", None, None)
    assert judge(rules(), passed, at=opens - MOMENT, renewal=opens) == (False, "already_passed", None, opens)
    assert judge(rules(), passed, at=opens, renewal=opens) == (True, "", 1, None)
    assert judge(rules(), passed, FAILED, at=opens, renewal=opens)[1] == "no_attempts_left"


def test_one_attempt_at_a_time():
    assert judge(rules(retry_delay_seconds=0), (AttemptState.MARKING, None))[1] == "in_progress"


def test_deadline_is_cut_at_the_closing_time_and_extra_time_is_not():
    closes = AT + timedelta(minutes=10)
    assert sitting.deadline(AT, limit_seconds=300, extra_seconds=60, closes_at=closes) == AT + timedelta(minutes=6)
    assert sitting.deadline(AT, limit_seconds=3600, extra_seconds=60, closes_at=closes) == AT + timedelta(minutes=11)


@pytest.mark.parametrize(
    ("overdue", "late", "much_later"),
    [("autosubmit", True, True), ("grace", True, False), ("abandon", False, False)],
)
def test_late_submission_by_rule(overdue, late, much_later):
    args = {"end": AT, "overdue": overdue, "grace_seconds": 60}
    assert sitting.takes_submit(AT - MOMENT, **args) is True
    assert sitting.takes_submit(AT, **args) is late
    assert sitting.takes_submit(AT + timedelta(seconds=60) - MOMENT, **args) is late
    assert sitting.takes_submit(AT + timedelta(seconds=60), **args) is much_later
