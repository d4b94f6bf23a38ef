"""What this app tells the apps above it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.events import Event


@dataclass(frozen=True)
class SkillChanged(Event):
    """An agent's score of one tag is now `score` (0-100)."""

    unheard_because: ClassVar[str] = "eligibility reads scores when it is asked; nothing is kept that could go stale"

    agent_id: int
    tag_id: int
    score: int
    at: datetime


@dataclass(frozen=True)
class TierChanged(Event):
    """An agent moved to another tier."""

    unheard_because: ClassVar[str] = "a claim keeps the tier it was made under; boards read the row"

    agent_id: int
    tier: str
    at: datetime


@dataclass(frozen=True)
class AttemptSubmitted(Event):
    """An attempt was handed in, by the person or by the clock."""

    unheard_because: ClassVar[str] = "the marking queue reads attempts"

    attempt_id: int
    agent_id: int
    exam_id: int
    at: datetime


@dataclass(frozen=True)
class AttemptDecided(Event):
    """An attempt is passed or failed for good."""

    attempt_id: int
    agent_id: int
    exam_id: int
    passed: bool
    at: datetime


@dataclass(frozen=True)
class CertificateIssued(Event):
    """An agent now holds a valid certificate of a standard."""

    unheard_because: ClassVar[str] = "eligibility is asked anew at every claim"

    certificate_id: int
    agent_id: int
    standard_id: int
    at: datetime


@dataclass(frozen=True)
class CertificateRevoked(Event):
    """A certificate no longer holds, for the reason written on it."""

    certificate_id: int
    agent_id: int
    standard_id: int
    slug: str
    at: datetime
