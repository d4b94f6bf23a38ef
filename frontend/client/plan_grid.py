"""The block grid of a draft: days across, half hours down, in the programme's own time zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.clock import BLOCK
from frontend.formats import clock, weekday
from tasks.forms import cell_name
from tasks.logic.plan import PlannedBlock

if TYPE_CHECKING:
    from tasks.models import Block


@dataclass(frozen=True)
class Cell:
    """One half hour of one day; `value` is as typed, `stored` as the plan has it."""

    name: str
    starts_at: datetime
    value: str
    stored: str
    label: str
    error: str = ""
    is_past: bool = False


@dataclass(frozen=True)
class Line:
    """One half hour across the days shown."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """Days shown and their lines."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    seats: int

    @property
    def day_labels(self) -> list[str]:
        """The days with their weekdays."""
        return [weekday(day) for day in self.days]


def starts_in(first: date, days: int, zone: str) -> list[datetime]:
    """Every half hour of these days in `zone`, as UTC; a day of a clock change has fewer or more."""
    tz = ZoneInfo(zone)
    begin = datetime.combine(first, time(0), tz).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=days), time(0), tz).astimezone(UTC)
    found = []
    while begin < end:
        found.append(begin)
        begin += BLOCK
    return found


def build(
    blocks: Iterable[Block],
    *,
    first: date,
    days: int,
    zone: str,
    at: datetime,
    typed: dict[str, str] | None = None,
    errors: dict[datetime, str] | None = None,
) -> Grid:
    """The grid with a draft's seats, or with what was typed over them."""
    tz = ZoneInfo(zone)
    planned = {b.starts_at: b.seats for b in blocks}
    by_line: dict[time, dict[date, Cell]] = {}
    for start in starts_in(first, days, zone):
        local = start.astimezone(tz)
        name = cell_name(start)
        stored = str(planned.get(start, ""))
        cell = Cell(
            name,
            start,
            (typed or {}).get(name, stored),
            stored,
            f"{weekday(local.date())} {clock(start, zone)}",
            (errors or {}).get(start, ""),
            start <= at,
        )
        by_line.setdefault(local.time(), {}).setdefault(local.date(), cell)
    shown = tuple(first + timedelta(days=n) for n in range(days))
    lines = tuple(
        Line(f"{at_time:%H:%M}", tuple(cells[day] for day in shown if day in cells))
        for at_time, cells in sorted(by_line.items())
    )
    return Grid(shown, lines, sum(planned.values()))


def merged(blocks: Iterable[Block], shown: Sequence[datetime], seats: dict[datetime, int]) -> list[PlannedBlock]:
    """The whole plan after the shown part was edited: bonuses stay, what lies outside stays."""
    inside = set(shown)
    kept = {b.starts_at: b for b in blocks}
    plan = [PlannedBlock(s, b.seats, b.bonus_minor) for s, b in kept.items() if s not in inside]
    plan += [PlannedBlock(s, n, kept[s].bonus_minor if s in kept else 0) for s, n in seats.items()]
    return sorted(plan)


def runs(starts: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Half hours that follow each other as one stretch each: where it begins and ends."""
    found: list[tuple[datetime, datetime]] = []
    for start in starts:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], start + BLOCK)
        else:
            found.append((start, start + BLOCK))
    return found


def hours_of(starts: Sequence[datetime], zone: str) -> list[str]:
    """Each stretch with its day, and the day it ends on where that is another."""
    tz = ZoneInfo(zone)
    lines = []
    for begin, end in runs(starts):
        first, last = begin.astimezone(tz).date(), end.astimezone(tz).date()
        until = clock(end, zone) if first == last else f"{weekday(last)} {clock(end, zone)}"
        lines.append(f"{weekday(first)} {clock(begin, zone)} – {until}")
    return lines


@dataclass(frozen=True)
class Axis:
    """Half hours along a chart: a place for each, and an empty one between two that do not follow each other."""

    places: tuple[datetime | None, ...]
    labels: tuple[str, ...]
    """The time of each place, with the day where a stretch or another day begins."""
    written: tuple[int, ...]
    """The places whose label is written out."""


LABELS = 4
"""How many labels fit side by side on a phone."""


def axis_of(starts: Sequence[datetime], zone: str) -> Axis:
    """The axis of these half hours in `zone`."""
    tz = ZoneInfo(zone)
    places: list[datetime | None] = []
    labels: list[str] = []
    begins: list[int] = []
    for begin, end in runs(starts):
        if places:
            places.append(None)
            labels.append("")
        at, day = begin, None
        while at < end:
            today = at.astimezone(tz).date()
            if today != day:
                begins.append(len(places))
            labels.append(clock(at, zone) if today == day else f"{weekday(today)}\n{clock(at, zone)}")
            places.append(at)
            at, day = at + BLOCK, today
    written = set(begins)
    for first, beyond in zip(begins, [*begins[1:], len(places)], strict=True):
        wanted = max(1, LABELS // len(begins))
        step = -(-(beyond - first) // wanted)
        written |= {place for place in range(first, beyond, step) if places[place] is not None}
    return Axis(tuple(places), tuple(labels), tuple(sorted(written)))
