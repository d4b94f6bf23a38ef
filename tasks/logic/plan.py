"""Plans of blocks: reading them from pasted text or CSV, and checking them. Pure.

One row is a stretch of time with the same seats: `date, from, to, seats[, bonus]`, in the programme's time
zone; `to` may be 24:00. It becomes one block per half hour.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.clock import BLOCK, Period, block_starts
from core.money import Money
from tasks.logic.rules import RULES, Rules

MAX_TEXT = 200_000
MAX_ROWS = 3000
_HEADERS = {"date", "day", "日期"}
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True, order=True)
class PlannedBlock:
    """A block that is wanted: start in UTC, seats, and its own bonus in minor units."""

    starts_at: datetime
    seats: int
    bonus_minor: int = 0


@dataclass(frozen=True)
class RowError:
    """Why one row was not taken; `row` counts from 1 as in the file."""

    row: int
    reason: str


@dataclass(frozen=True)
class PlanReport:
    """What was read: blocks in order of time, and every row that was not taken."""

    blocks: tuple[PlannedBlock, ...] = ()
    errors: tuple[RowError, ...] = ()
    rows_read: int = 0


@dataclass
class _Reading:
    blocks: dict[datetime, PlannedBlock] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0


class _BadRow(Exception):
    pass


def read_plan(text: str, *, time_zone: str, currency: str, rules: Rules = RULES) -> PlanReport:
    """Read pasted cells or a CSV file: commas, semicolons or tabs, with or without a header line.

    A row that cannot be read, or repeats a time, is reported and left out; the others are taken.
    """
    if len(text) > MAX_TEXT:
        return PlanReport(errors=(RowError(0, _("This is too much text. Send at most 3,000 rows at a time.")),))
    state = _Reading()
    zone = ZoneInfo(time_zone)
    for number, cells in enumerate(_rows(text), start=1):
        if not any(cells) or (number == 1 and cells[0].lower() in _HEADERS):
            continue
        state.rows += 1
        if state.rows > MAX_ROWS:
            state.errors.append(RowError(number, _("Only the first 3,000 rows were read.")))
            break
        try:
            for block in _read_row(cells, zone, currency, rules):
                if block.starts_at in state.blocks:
                    local = block.starts_at.astimezone(zone)
                    raise _BadRow(_("%(time)s is already in an earlier row.") % {"time": f"{local:%Y-%m-%d %H:%M}"})
                state.blocks[block.starts_at] = block
        except _BadRow as bad:
            state.errors.append(RowError(number, str(bad)))
    return PlanReport(tuple(sorted(state.blocks.values())), tuple(state.errors), state.rows)


def _rows(text: str) -> Iterable[list[str]]:
    """Cells line by line; a line that is no CSV comes back as one cell."""
    lines = text.replace("\ufeff", "").replace("，", ",").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    delimiter = max("\t;,", key=first.count)
    for line in lines:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            cells = [line]
        yield [cell.strip() for cell in cells]


def _read_row(cells: list[str], zone: ZoneInfo, currency: str, rules: Rules) -> list[PlannedBlock]:
    if not 4 <= len([c for c in cells if c]) <= 5:
        raise _BadRow(_("Expected date, from, to, seats and, if you like, a bonus."))
    day = _read_date(cells[0])
    begin, end = _read_time(cells[1]), _read_time(cells[2])
    if end <= begin:
        raise _BadRow(_("“To” has to be later than “from”; use 24:00 for midnight."))
    seats = _read_seats(cells[3], rules)
    bonus = _read_bonus(cells[4], currency) if len(cells) > 4 and cells[4] else 0
    midnight = datetime.combine(day, time(0))
    period = Period(_utc(midnight + begin, zone), _utc(midnight + end, zone))
    if any(edge.minute % 30 or edge.second for edge in (period.starts_at, period.ends_at)):
        raise _BadRow(_("Blocks start and end on the hour or the half hour."))
    return [PlannedBlock(start, seats, bonus) for start in block_starts(period)]


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _read_date(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise _BadRow(_("“%(text)s” is not a date like 2026-11-11.") % {"text": text[:20]})


def _read_time(text: str) -> timedelta:
    found = _TIME.fullmatch(text)
    if found:
        hours, minutes = (int(part) for part in found.groups())
        if (hours < 24 and minutes < 60) or (hours, minutes) == (24, 0):
            return timedelta(hours=hours, minutes=minutes)
    raise _BadRow(_("“%(text)s” is not a time like 09:30.") % {"text": text[:20]})


def _read_seats(text: str, rules: Rules) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= rules.max_seats_per_block:
        return int(text)
    raise _BadRow(_("Seats have to be a whole number from 1 to %(most)d.") % {"most": rules.max_seats_per_block})


def _read_bonus(text: str, currency: str) -> int:
    try:
        amount = Money.from_major(Decimal(text), currency).minor
    except (InvalidOperation, ValueError):
        amount = -1
    if not 0 <= amount <= 100_000_000:
        raise _BadRow(_("“%(text)s” is not an amount of %(currency)s.") % {"text": text[:20], "currency": currency})
    return amount


def spread(
    *, first_day: date, last_day: date, begin: time, end: time, seats: int, time_zone: str
) -> list[PlannedBlock]:
    """The same hours with the same seats on each day of a range; `end` at or before `begin` runs into the next day."""
    zone = ZoneInfo(time_zone)
    blocks = []
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        until = datetime.combine(day if end > begin else day + timedelta(days=1), end)
        period = Period(_utc(datetime.combine(day, begin), zone), _utc(until, zone))
        blocks += [PlannedBlock(start, seats) for start in block_starts(period)]
    return blocks


def problems(blocks: Sequence[PlannedBlock], *, rules: Rules = RULES) -> dict[str, str]:
    """What is wrong with a plan, per place (`blocks`, `blocks.3.starts_at`); empty when it can be kept."""
    found: dict[str, str] = {}
    if len(blocks) > rules.max_blocks_per_task:
        found["blocks"] = _("At most %(most)d blocks in one task.") % {"most": rules.max_blocks_per_task}
        return found
    seen: set[datetime] = set()
    for number, block in enumerate(blocks):
        place = f"blocks.{number}"
        if block.starts_at.tzinfo is None:
            found[f"{place}.starts_at"] = _("Give the time with its zone.")
            continue
        if block.starts_at.timestamp() % BLOCK.total_seconds():
            found[f"{place}.starts_at"] = _("Blocks start on the hour or the half hour.")
        elif block.starts_at in seen:
            found[f"{place}.starts_at"] = _("There is another block at this time.")
        if not 1 <= block.seats <= rules.max_seats_per_block:
            found[f"{place}.seats"] = _("Seats have to be a whole number from 1 to %(most)d.") % {
                "most": rules.max_seats_per_block
            }
        if not 0 <= block.bonus_minor <= 100_000_000:
            found[f"{place}.bonus_minor"] = _("This bonus is out of range.")
        seen.add(block.starts_at)
    return found
