"""Marks into results: an attempt passes as a whole and in each section that has a mark of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

CENT = Decimal("0.01")
SECOND_MARKER_WITHIN = 5
"""Percent points of the pass mark within which a practical part is marked by a second person."""
SECONDS_TO_READ = 2
"""An answer sooner than this after the one before is noted; nobody reads and answers faster."""


def points(share: Fraction, possible: int) -> Decimal:
    """`share` of `possible` points, to the hundredth, half up."""
    exact = share * possible
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, ROUND_HALF_UP)


def reaches(earned: Decimal, possible: int, percent: int) -> bool:
    """True when `earned` of `possible` is at least `percent` percent; nothing is rounded up to get there."""
    return earned * 100 >= percent * possible


@dataclass(frozen=True)
class Item:
    """One marked question: its section, points earned and possible."""

    section: int
    earned: Decimal
    possible: int


@dataclass(frozen=True)
class Result:
    """What an attempt came to."""

    earned: Decimal
    possible: int
    passed: bool
    sections: list[dict[str, Any]]


def exam_result(items: Sequence[Item], *, pass_mark: int, section_marks: Mapping[int, int | None]) -> Result:
    """Sum up marked items; `section_marks` maps each section's position to its own pass mark, if any."""
    sections = []
    for position, mark in sorted(section_marks.items()):
        own = [i for i in items if i.section == position]
        earned, possible = sum((i.earned for i in own), Decimal(0)), sum(i.possible for i in own)
        sections.append(
            {
                "position": position,
                "earned": str(earned),
                "possible": possible,
                "pass_mark": mark,
                "passed": mark is None or reaches(earned, possible, mark),
            }
        )
    earned, possible = sum((i.earned for i in items), Decimal(0)), sum(i.possible for i in items)
    passed = reaches(earned, possible, pass_mark) and all(s["passed"] for s in sections)
    return Result(earned, possible, passed, sections)


def rubric_percent(rubric: Sequence[Mapping[str, Any]], scores: Mapping[str, int]) -> Decimal:
    """Points given over points possible, in percent to the hundredth."""
    possible = sum(int(c["points"]) for c in rubric)
    return points(Fraction(100 * sum(scores[c["key"]] for c in rubric), possible), 1)


def needs_second_marker(percent: Decimal, pass_mark: int) -> bool:
    """True when the first marks lie within 5 points of the pass mark, on either side, both ends included."""
    return abs(percent - pass_mark) <= SECOND_MARKER_WITHIN


def mean_percent(percents: Sequence[Decimal]) -> Decimal:
    """The mean of the marks given, to the hundredth."""
    return (sum(percents, Decimal(0)) / len(percents)).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class ItemStats:
    """Facility 0-1, discrimination -1 to 1 (None when it cannot be told), and attempts."""

    exposure: int
    facility: float
    discrimination: float | None


def item_statistics(pairs: Sequence[tuple[float, float]], *, least: int = 10) -> ItemStats:
    """From `(share on the item, share on the rest of the attempt)` per attempt.

    Facility is the mean share; discrimination the corrected item-total (Pearson) correlation, from
    `least` attempts on and where both vary.
    """
    n = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    var_x = sum((x - mean_x) ** 2 for x, _ in pairs)
    var_y = sum((y - mean_y) ** 2 for _, y in pairs)
    if n < least or not var_x or not var_y:
        return ItemStats(n, mean_x, None)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return ItemStats(n, mean_x, max(-1.0, min(1.0, covariance / sqrt(var_x * var_y))))
