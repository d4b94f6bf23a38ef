"""What ratings and reviews add to an agent's skills."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.actors import PLATFORM
from certification import selectors as certification
from certification.services import record_evidence
from certification.states import SkillInput

if TYPE_CHECKING:
    from accounts.models import AgentProfile, Programme

CHANNEL_SLUG = "chat"


def add_evidence(
    *, agent: AgentProfile, programme: Programme, input: SkillInput, value: int, source: str, at: datetime
) -> None:
    """Count `value` (0-100) towards the programme's industry and the channel, where such skill tags exist."""
    for tag in certification.tags().filter(slug__in=[programme.industry, CHANNEL_SLUG]):
        record_evidence(actor=PLATFORM, at=at, agent=agent, tag=tag, input=input, value=value, source=source)
