"""Tiers from rolling windows, shrunk for small samples; no rounding up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from certification.states import Tier
from quality.logic.scores import Window

SHRINKAGE = 20
"""m: how many samples' weight the platform's own mean has."""
NEWCOMER_RATINGS = 30
"""An agent with fewer rated conversations stays in Bronze."""


@dataclass(frozen=True)
class Threshold:
    """The least a tier asks for: satisfaction and adherence as shares, quality on 0-100."""

    tier: Tier
    satisfaction: Fraction
    quality: Fraction
    adherence: Fraction


THRESHOLDS = (
    Threshold(Tier.PLATINUM, Fraction(94, 100), Fraction(92), Fraction(97, 100)),
    Threshold(Tier.GOLD, Fraction(90, 100), Fraction(86), Fraction(95, 100)),
    Threshold(Tier.SILVER, Fraction(84, 100), Fraction(78), Fraction(90, 100)),
)


@dataclass(frozen=True)
class TierInputs:
    """What a tier is computed from. `adherence` is None when nothing was committed in 30 days: nothing was missed."""

    satisfaction: Window
    quality: Window
    adherence: Fraction | None
    rated_ever: int


@dataclass(frozen=True)
class TierOutcome:
    """The tier, the shrunk numbers it follows from, and what the next tier still asks for."""

    tier: Tier
    satisfaction: Fraction
    quality: Fraction
    adherence: Fraction
    missing: tuple[str, ...]


def shrunk(window: Window, prior: Fraction) -> Fraction:
    """(n x mean + m x prior) / (n + m): the empirical-Bayes mean with m = 20."""
    return (window.n * (window.mean or Fraction(0)) + SHRINKAGE * prior) / (window.n + SHRINKAGE)


def tier_of(inputs: TierInputs, *, prior_satisfaction: Fraction, prior_quality: Fraction) -> TierOutcome:
    """The highest tier whose three thresholds are all met; Bronze for newcomers and everybody else."""
    satisfaction = shrunk(inputs.satisfaction, prior_satisfaction)
    quality = shrunk(inputs.quality, prior_quality)
    adherence = Fraction(1) if inputs.adherence is None else inputs.adherence
    reached, missing = Tier.BRONZE, list[str]()
    for threshold in reversed(THRESHOLDS):
        missing = [
            name
            for name, value, least in (
                ("satisfaction", satisfaction, threshold.satisfaction),
                ("quality", quality, threshold.quality),
                ("adherence", adherence, threshold.adherence),
            )
            if value < least
        ]
        if inputs.rated_ever < NEWCOMER_RATINGS:
            missing.insert(0, "rated_conversations")
        if missing:
            break
        reached = threshold.tier
    return TierOutcome(reached, satisfaction, quality, adherence, tuple(missing))
