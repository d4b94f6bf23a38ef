"""What an agent can show: the plain value other apps decide by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from certification.states import Tier


@dataclass(frozen=True)
class Credentials:
    """Skill scores by tag slug, certificates by standard slug with their end, and the tier.

    `tier` is None until a first certificate; certificates are those that hold at the moment asked about.
    """

    skills: Mapping[str, int] = field(default_factory=dict)
    certificates: Mapping[str, datetime] = field(default_factory=dict)
    tier: Tier | None = None
