"""Which scorecard holds, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quality.logic.smart_qa import DEFAULT_SECONDS, DEFAULT_SETTINGS, TIMED, RuleSetting
from quality.models import Scorecard

if TYPE_CHECKING:
    from accounts.models import Programme
    from quality.models import Sample


def latest_scorecard(programme: Programme) -> Scorecard | None:
    """The programme's latest version; None while nobody has published one."""
    return Scorecard.objects.filter(programme=programme).order_by("-version").first()


def scorecard_to_judge(*, sample: Sample, opened: str = "") -> Scorecard | None:
    """The version a review under way is written on: what is published meanwhile counts from the next review on.

    That is the version that is `opened`, where it was in force at any time since the conversation was drawn; else the
    one in force when the conversation was last taken.
    """
    versions = list(Scorecard.objects.filter(programme=sample.programme).order_by("-version"))
    for version in versions:
        if version.public_id == opened:
            return version
        if version.published_at <= sample.at:
            break
    begun = [version for version in versions if sample.taken_at and version.published_at <= sample.taken_at]
    return next(iter(begun or versions), None)


def settings_of(*, scorecard: Scorecard) -> list[RuleSetting]:
    """The smart QA rules of a scorecard, as they are evaluated."""
    return [RuleSetting(r.rule, r.deduction, r.is_fatal, r.params) for r in scorecard.rules.all()]


def time_limits(programme: Programme) -> dict[str, int]:
    """Seconds after which smart QA takes points of an agent, by rule (`TIMED`); a rule that takes none is left out."""
    latest = latest_scorecard(programme)
    rules = settings_of(scorecard=latest) if latest else DEFAULT_SETTINGS
    counting = [rule for rule in rules if rule.rule in TIMED and (rule.deduction or rule.fatal)]
    return {rule.rule: int(rule.params.get("seconds", DEFAULT_SECONDS)) for rule in counting}
