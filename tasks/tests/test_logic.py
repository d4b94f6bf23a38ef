"""Budgets, releases, minutes, adherence and plans, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import BLOCK, Period
from core.money import round_half_up
from tasks.logic import budget, commitment, plan
from tasks.logic.commitment import Adherence
from tasks.logic.plan import PlannedBlock
from tasks.logic.rules import RULES
from tasks.states import ClaimState

START = datetime(2026, 11, 11, 12, tzinfo=UTC)
HALF_HOUR = Period(START, START + BLOCK)


# -- Budget --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "bonus", "work", "fee"),
    [
        # floor 15.00 for the half hour against 4 x 2.60 = 10.40: 1500 x 1.69 = 2535; 20% of it 507
        (budget.Terms(3000, 260, 0, 2000, 4), 0, 2535, 507),
        # pieces win: 10 x 2.60 = 26.00; 2600 x 1.69 = 4394; fee 878.8 -> 879
        (budget.Terms(3000, 260, 0, 2000, 10), 0, 4394, 879),
        # bonuses are not multiplied: 2535 + 100 + 50
        (budget.Terms(3000, 260, 100, 2000, 4), 50, 2685, 537),
        # an odd floor is rounded once: 3001 / 2 x 1.69 = 2535.845 -> 2536
        (budget.Terms(3001, 0, 0, 0, 0), 0, 2536, 0),
        # two escalations are reserved as they are paid, not multiplied: 2535 + 2 x 100
        (budget.Terms(3000, 260, 0, 2000, 4, 100), 0, 2735, 547),
    ],
)
def test_seat_price(terms, bonus, work, fee):
    assert budget.seat_price(terms, bonus_minor=bonus) == budget.SeatPrice(work, fee)


def test_quote_adds_seats_up():
    terms = budget.Terms(3000, 260, 0, 2000, 4)
    assert budget.quote(terms, [(20, 0), (5, 100)]) == budget.Quote(
        seats=25, blocks=2, floor_minor=25 * 1500, work_minor=20 * 2535 + 5 * 2635, fee_minor=20 * 507 + 5 * 527
    )
    assert budget.quote(terms, []).total_minor == 0


@given(
    floor=st.integers(1, 20_000),
    price=st.integers(0, 2_000),
    units=st.integers(0, 60),
    bps=st.integers(0, 5_000),
    bonus=st.integers(0, 5_000),
    q=st.integers(80, 130),
    s=st.integers(80, 130),
    served=st.integers(0, 30),
    done=st.integers(0, 60),
    escalation=st.integers(0, 2_000),
    escalated=st.integers(0, RULES.escalations_per_seat),
)
def test_no_seat_ever_costs_more_than_was_reserved(
    floor, price, units, bps, bonus, q, s, served, done, escalation, escalated
):
    """The pay formula (pay/logic/price.py) for at most the expected units and escalations, with its own roundings."""
    seat = budget.seat_price(budget.Terms(floor, price, 0, bps, units, escalation), bonus_minor=bonus)
    floor_now = Fraction(floor * served, 60)
    pieces = Fraction(price * min(done, units))
    service = max(floor_now, max(floor_now, pieces) * Fraction(q, 100) * Fraction(s, 100))
    earning = round_half_up(service + bonus + escalated * escalation)
    fee = round_half_up(Fraction(earning * bps, 10_000))
    assert earning <= seat.work_minor
    assert earning + fee <= seat.total_minor


# -- Releases, minutes, adherence ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("committed_before", "released_before", "free"),
    [
        (timedelta(days=7), timedelta(hours=48, seconds=1), True),
        (timedelta(days=7), timedelta(hours=48), False),
        (timedelta(days=7), timedelta(hours=1), False),
        (timedelta(hours=1), timedelta(minutes=55, seconds=1), True),
        (timedelta(hours=1), timedelta(minutes=55), False),
    ],
)
def test_release_is_free_in_the_first_five_minutes_and_more_than_48_hours_ahead(
    committed_before, released_before, free
):
    committed_at, at = START - committed_before, START - released_before
    assert commitment.is_free_release(committed_at=committed_at, starts_at=START, at=at) is free
    assert (at < commitment.free_release_until(committed_at=committed_at, starts_at=START)) is free


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (None, None, 0),
        (0, None, 30),
        (-600, None, 30),
        (-600, 1800, 30),
        (59, None, 29),
        (60, None, 29),
        (61, None, 28),
        (0, 90, 1),
        (0, 59, 0),
        (1799, None, 0),
        (600, 300, 0),
        (0, 7200, 30),
    ],
)
def test_minutes_served_are_whole_and_inside_the_block(came, left, minutes):
    at = [None if s is None else START + timedelta(seconds=s) for s in (came, left)]
    assert commitment.minutes_served(block=HALF_HOUR, checked_in_at=at[0], checked_out_at=at[1]) == minutes


@pytest.mark.parametrize(
    ("came", "minutes", "state"),
    [
        (None, 0, ClaimState.NO_SHOW),
        (START, 30, ClaimState.SERVED),
        (START, 27, ClaimState.SERVED),
        (START, 26, ClaimState.PARTIAL),
        (START, 0, ClaimState.PARTIAL),
    ],
)
def test_outcome(came, minutes, state):
    assert commitment.outcome(block=HALF_HOUR, checked_in_at=came, minutes=minutes) == state
    assert commitment.SERVED_FROM_MINUTES == 27


@pytest.mark.parametrize(
    ("served", "committed", "percent", "blocks"),
    [(0, 0, None, 24), (30, 30, 100, 96), (269, 300, 89, 16), (270, 300, 90, 48), (291, 300, 97, 96), (0, 30, 0, 8)],
)
def test_adherence_is_rounded_down_and_sets_the_commit_budget(served, committed, percent, blocks):
    kept = Adherence(served, committed)
    assert kept.percent == percent
    assert commitment.commit_budget(kept) == blocks
    assert kept.for_eligibility == (100 if percent is None else percent)


@pytest.mark.parametrize(
    ("hours", "taken", "hot"), [(23, 4, True), (23, 5, False), (25, 0, False), (24, 0, True), (0, 0, False)]
)
def test_hot_is_soon_and_under_half_full(hours, taken, hot):
    at = START - timedelta(hours=hours)
    assert commitment.is_hot(starts_at=START, seats=10, seats_taken=taken, at=at) is hot


# -- Plans ---------------------------------------------------------------------------------------


def read(text):
    return plan.read_plan(text, time_zone="Asia/Shanghai", currency="CNY")


def test_plan_rows_become_half_hours_in_utc():
    report = read(
        "日期,从,到,人数,奖励\n2026-11-11,20:00,21:30,12,1.50\n2026/11/11\t23:30\t24:00\t3".replace("\t", ",")
    )
    assert report.errors == ()
    assert report.blocks == (
        PlannedBlock(START, 12, 150),
        PlannedBlock(START + BLOCK, 12, 150),
        PlannedBlock(START + 2 * BLOCK, 12, 150),
        PlannedBlock(datetime(2026, 11, 11, 15, 30, tzinfo=UTC), 3),
    )


@pytest.mark.parametrize(
    "text", ["2026-11-11\t20:00\t20:30\t4", "2026-11-11;20:00;20:30;4", "2026-11-11，20：00，20：30，4"]
)
def test_plan_takes_tabs_semicolons_and_chinese_punctuation(text):
    assert read(text).blocks == (PlannedBlock(START, 4),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026-11-11,20:00,21:00", "Expected date, from, to, seats and, if you like, a bonus."),
        ("2026-13-11,20:00,21:00,3", "“2026-13-11” is not a date like 2026-11-11."),
        ("tomorrow,20:00,21:00,3", "“tomorrow” is not a date like 2026-11-11."),
        ("2026-11-11,8pm,21:00,3", "“8pm” is not a time like 09:30."),
        ("2026-11-11,25:00,26:00,3", "“25:00” is not a time like 09:30."),
        ("2026-11-11,20:10,21:00,3", "Blocks start and end on the hour or the half hour."),
        ("2026-11-11,21:00,20:00,3", "“To” has to be later than “from”; use 24:00 for midnight."),
        ("2026-11-11,20:00,21:00,0", "Seats have to be a whole number from 1 to 5000."),
        ("2026-11-11,20:00,21:00,2.5", "Seats have to be a whole number from 1 to 5000."),
        ("2026-11-11,20:00,21:00,²", "Seats have to be a whole number from 1 to 5000."),
        ("2026-11-11,20:00,21:00,3,free", "“free” is not an amount of CNY."),
        ("2026-11-11,20:00,21:00,3,0.001", "“0.001” is not an amount of CNY."),
        ("2026-11-11,20:00,21:00,3,NaN", "“NaN” is not an amount of CNY."),
        ("2026-11-11,22:00,22:30,3", "2026-11-11 22:00 is already in an earlier row."),
    ],
)
def test_plan_says_row_and_reason_and_takes_the_rest(row, reason):
    report = read(f"2026-11-11,22:00,22:30,1\n{row}\n2026-11-12,22:00,22:30,1")
    assert [(e.row, e.reason) for e in report.errors] == [(2, reason)]
    assert len(report.blocks) == 2


@given(st.text(max_size=400))
def test_plan_survives_any_text(text):
    report = read(text)
    assert not plan.problems(report.blocks)


def test_spread_repeats_hours_over_days_and_past_midnight():
    blocks = plan.spread(
        first_day=date(2026, 11, 10), last_day=date(2026, 11, 11), begin=time(23), end=time(1), seats=3,
        time_zone="Asia/Shanghai",
    )  # fmt: skip
    assert len(blocks) == 8
    assert blocks[0] == PlannedBlock(datetime(2026, 11, 10, 15, tzinfo=UTC), 3)
    assert blocks[-1].starts_at == datetime(2026, 11, 11, 16, 30, tzinfo=UTC)


def test_problems_point_at_their_place():
    found = plan.problems(
        [
            PlannedBlock(START, 1),
            PlannedBlock(START, 1),
            PlannedBlock(START + timedelta(minutes=5), 1),
            PlannedBlock(START + BLOCK, 0),
            PlannedBlock(START + 2 * BLOCK, 1, -1),
        ]
    )
    assert sorted(found) == ["blocks.1.starts_at", "blocks.2.starts_at", "blocks.3.seats", "blocks.4.bonus_minor"]
    assert list(plan.problems([PlannedBlock(START, 1)] * 2001)) == ["blocks"]
