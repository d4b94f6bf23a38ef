"""The clock and half-open periods."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from core.clock import Period, block_starts, floor_to_block, now

NINE = datetime(2026, 11, 11, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@time_machine.travel(NINE, tick=False)
def test_the_clock_runs_ahead_by_what_the_file_says(settings, tmp_path):
    assert now() == NINE
    settings.CLOCK_OFFSET_FILE = str(tmp_path / "offset")
    assert now() == NINE
    (tmp_path / "offset").write_text("1800")
    assert now() == NINE + 30 * MINUTE


def test_periods_are_half_open():
    period = Period(NINE, NINE + 30 * MINUTE)
    assert NINE in period
    assert NINE + 30 * MINUTE not in period
    assert period.seconds == 1800
    assert not period.overlaps(Period(NINE + 30 * MINUTE, NINE + 60 * MINUTE))
    assert period.overlaps(Period(NINE + 29 * MINUTE, NINE + 60 * MINUTE))
    assert period.overlap_seconds(Period(NINE - MINUTE, NINE + MINUTE)) == 60
    assert period.overlap_seconds(Period(NINE + 60 * MINUTE, NINE + 90 * MINUTE)) == 0


def test_periods_are_aware_and_run_forward():
    with pytest.raises(ValueError, match="aware"):
        Period(NINE.replace(tzinfo=None), NINE)
    with pytest.raises(ValueError, match="before"):
        Period(NINE, NINE - MINUTE)


def test_blocks_start_on_the_half_hour():
    assert floor_to_block(NINE + 44 * MINUTE + timedelta(seconds=59)) == NINE + 30 * MINUTE
    assert floor_to_block(NINE) == NINE
    starts = list(block_starts(Period(NINE, NINE + 75 * MINUTE)))
    assert starts == [NINE, NINE + 30 * MINUTE]


def test_blocks_start_on_the_half_hour_in_utc_wherever_the_reader_is():
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    assert floor_to_block(NINE.astimezone(kathmandu)) == NINE
