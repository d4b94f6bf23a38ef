"""Which conversations a person reviews, by chance with a known probability."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from quality.states import SampleTier

RANDOM_SHARE = Decimal("0.10")
"""Every conversation's chance at the least."""


@dataclass(frozen=True)
class Choice:
    """Drawn, in which tier, and with which probability it was going to be."""

    tier: SampleTier
    probability: Decimal


def probability(qa_score: int) -> Decimal:
    """10% for a perfect score, rising with what smart QA found: (100 - score)%, at least 10%."""
    return max(RANDOM_SHARE, Decimal(100 - qa_score) / 100)


def choose(key: str, qa_score: int) -> Choice | None:
    """Draw by a hash of `key`, so that a draw can be repeated and nobody can steer it.

    The lowest tenth is the random tier; what the risk adds on top is the risk tier. The recorded
    probability is that of being drawn at all, which is what 1/p weights need.
    """
    number = Decimal(int.from_bytes(sha256(b"review:" + key.encode()).digest()[:8])) / Decimal(2**64)
    chance = probability(qa_score)
    if number >= chance:
        return None
    return Choice(SampleTier.RANDOM if number < RANDOM_SHARE else SampleTier.RISK, chance)
