"""The published curves behind Q (quality) and S (satisfaction): from a rolling window to a multiplier in 0.8-1.3.

Straight lines between the points, flat outside them. Both pass through 1.0 at 80: an ordinary good month neither
lifts nor lowers pay. Under `FEWEST_SAMPLES` the multiplier is 1.0, whatever the few say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

FEWEST_SAMPLES = 10
WINDOW = 50
LOWEST = Fraction(8, 10)
HIGHEST = Fraction(13, 10)
ONE = Fraction(1)

Points = Sequence[tuple[Fraction, Fraction]]

QUALITY_CURVE: Points = (
    (Fraction(60), Fraction(8, 10)),
    (Fraction(80), Fraction(1)),
    (Fraction(90), Fraction(11, 10)),
    (Fraction(100), Fraction(13, 10)),
)
"""Mean of the last 50 quality scores (0-100) -> Q."""

SATISFACTION_CURVE: Points = (
    (Fraction(50), Fraction(8, 10)),
    (Fraction(80), Fraction(1)),
    (Fraction(90), Fraction(11, 10)),
    (Fraction(100), Fraction(13, 10)),
)
"""Satisfied percentage (0-100) of the last 50 controllable ratings -> S."""


@dataclass(frozen=True)
class Multiplier:
    """A multiplier and where it comes from: `samples` in the window and their `mean` (0-100; 0 with no samples)."""

    value: Fraction
    samples: int
    mean: Fraction

    @property
    def has_enough_samples(self) -> bool:
        return self.samples >= FEWEST_SAMPLES


def quality_multiplier(samples: int, mean: Fraction) -> Multiplier:
    """Q from a window of `samples` quality scores with `mean` in 0-100."""
    return _multiplier(QUALITY_CURVE, samples, mean)


def satisfaction_multiplier(samples: int, percent: Fraction) -> Multiplier:
    """S from a window of `samples` controllable ratings of which `percent` (0-100) are satisfied."""
    return _multiplier(SATISFACTION_CURVE, samples, percent)


def _multiplier(points: Points, samples: int, mean: Fraction) -> Multiplier:
    value = read(points, mean) if samples >= FEWEST_SAMPLES else ONE
    return Multiplier(value, samples, mean if samples else Fraction(0))


def read(points: Points, x: Fraction) -> Fraction:
    """The curve's value at `x`: linear between points, flat before the first and after the last."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]
