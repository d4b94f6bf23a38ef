"""The skill score: one number from 0 to 100, from four inputs, each shown with its value and share.

    value(training), value(certification)       the latest result
    value(satisfaction), value(performance)     the mean of the last 50 results
    share(i)  =  weight(i) x n(i) / (n(i) + m(i))      m = 0 for results, 20 for the rolling means
    score     =  floor( sum(share(i) x value(i)) / sum(share(i)) ),  at most 40 without a certification

The weights are training 15, certification 35, satisfaction 25, performance 25. A rolling mean of few
results counts for little (shrinkage, m = 20), so that three ratings neither lift nor sink anyone; an
input nobody has given yet counts for nothing. Nothing lowers a score but a worse result, and
inactivity: after 90 days without any new evidence one point goes for every full week, down to half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from certification.states import SkillInput

WEIGHTS: Mapping[SkillInput, int] = {
    SkillInput.TRAINING: 15,
    SkillInput.CERTIFICATION: 35,
    SkillInput.SATISFACTION: 25,
    SkillInput.PERFORMANCE: 25,
}
"""Percent each input counts for once it rests on many results; they sum to 100."""
ROLLING = frozenset({SkillInput.SATISFACTION, SkillInput.PERFORMANCE})
WINDOW = 50
SHRINKAGE = 20
CEILING_UNCERTIFIED = 40
IDLE_DAYS = 90
DAYS_PER_POINT = 7


@dataclass(frozen=True)
class InputValue:
    """What one input brings: `value` 0-100, from `n` results, with `share` of the score (shares sum to 1)."""

    input: SkillInput
    value: Fraction
    n: int
    share: Fraction


@dataclass(frozen=True)
class Score:
    """The score, what it was before inactivity, and what it is made of."""

    score: int
    before_decay: int
    inputs: Sequence[InputValue]

    def as_json(self) -> dict[str, dict[str, float]]:
        """Per input: value, results behind it and share in percent; for storing and showing."""
        return {
            str(i.input): {"value": round(float(i.value), 1), "n": i.n, "share": round(float(i.share) * 100, 1)}
            for i in self.inputs
        }


def skill_score(results: Mapping[SkillInput, Sequence[int]], *, idle_days: int = 0) -> Score:
    """Score the results of each input, given newest first; `idle_days` since the newest of all.

    Only the newest `WINDOW` results of a rolling input and the newest one of the others count.
    """
    raw = [_input(kind, results.get(kind, ())) for kind in SkillInput]
    present = [(kind, value, n, share) for kind, value, n, share in raw if n]
    total = sum((share for *_rest, share in present), Fraction(0))
    if not total:
        return Score(0, 0, ())
    mean = sum((share * value for _kind, value, _n, share in present), Fraction(0)) / total
    certified = bool(results.get(SkillInput.CERTIFICATION))
    score = int(mean) if certified else min(int(mean), CEILING_UNCERTIFIED)
    inputs = tuple(InputValue(kind, value, n, share / total) for kind, value, n, share in present)
    return Score(decayed(score, idle_days), score, inputs)


def _input(kind: SkillInput, results: Sequence[int]) -> tuple[SkillInput, Fraction, int, Fraction]:
    counted = list(results[: WINDOW if kind in ROLLING else 1])
    n = len(counted)
    if not n:
        return kind, Fraction(0), 0, Fraction(0)
    shrink = Fraction(n, n + SHRINKAGE) if kind in ROLLING else Fraction(1)
    return kind, Fraction(sum(counted), n), n, WEIGHTS[kind] * shrink


def decayed(score: int, idle_days: int) -> int:
    """`score` after `idle_days` without new evidence: one point per full week after 90 days, at most half."""
    weeks = max(0, idle_days - IDLE_DAYS) // DAYS_PER_POINT
    return max(score - weeks, (score + 1) // 2)


def by_input(rows: Iterable[tuple[str, int]]) -> dict[SkillInput, list[int]]:
    """Group `(input, value)` rows, keeping their order."""
    grouped: dict[SkillInput, list[int]] = {}
    for name, value in rows:
        grouped.setdefault(SkillInput(name), []).append(value)
    return grouped
