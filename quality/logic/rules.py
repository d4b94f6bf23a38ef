"""The numbers of quality that are policy, in one typed object."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class QualityRules:
    """Defaults of the platform."""

    appeal_window: timedelta = timedelta(days=7)
    """How long after a judgement it may be appealed."""
    answer_within: timedelta = timedelta(hours=72)
    """How soon an appeal is answered."""
    escalation_judged_within: timedelta = timedelta(hours=48)
    """After this an escalation nobody judged counts as justified: before its earning is accepted (72 hours)."""
    sample_held: timedelta = timedelta(minutes=30)
    """How long a reviewer may keep an item without judging it."""


RULES = QualityRules()
