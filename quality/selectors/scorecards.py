"""What a scorecard says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quality.logic.smart_qa import RuleSetting

if TYPE_CHECKING:
    from quality.models import Scorecard


def settings_of(*, scorecard: Scorecard) -> list[RuleSetting]:
    """The smart QA rules of a scorecard, as they are evaluated."""
    return [RuleSetting(r.rule, r.deduction, r.is_fatal, r.params) for r in scorecard.rules.all()]
