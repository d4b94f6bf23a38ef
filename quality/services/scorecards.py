"""Publishing a programme's criteria."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from core import audit, locks
from core.errors import Invalid
from quality.logic.scores import STANDARD_ITEMS, ItemSpec
from quality.logic.smart_qa import DEFAULT_SETTINGS, RuleSetting
from quality.models import QaRule, Scorecard, ScorecardItem
from quality.policies import require_can_set_scorecard
from quality.selectors.scorecards import latest_scorecard, settings_of
from quality.states import Rule

if TYPE_CHECKING:
    from accounts.models import Programme


def publish_scorecard(
    *,
    actor: Actor,
    at: datetime,
    programme: Programme,
    items: Sequence[ItemSpec],
    rules: Sequence[RuleSetting] | None = None,
) -> Scorecard:
    """Publish the programme's next scorecard version; reviews begun and conversations ended from now on use it.

    Without `rules`, smart QA's stay as they are. Raises `Invalid` when the points do not add up to 100, or a rule is
    unknown, there twice, or costs more than 100. Side effects: an audit entry.
    """
    require_can_set_scorecard(actor, programme)
    total = sum(item.max_points for item in items)
    if total != 100:
        raise Invalid(
            fields={"items": _("The points add up to %(total)d. They must add up to 100.") % {"total": total}}
        )
    with transaction.atomic():
        _one_at_a_time(programme)
        latest = latest_scorecard(programme)
        rules = _checked(rules) if rules is not None else settings_of(scorecard=latest) if latest else DEFAULT_SETTINGS
        version = latest.version + 1 if latest else 1
        scorecard = Scorecard.objects.create(programme=programme, version=version, published_at=at)
        ScorecardItem.objects.bulk_create(
            ScorecardItem(scorecard=scorecard, position=n, **vars(item)) for n, item in enumerate(items, start=1)
        )
        QaRule.objects.bulk_create(
            QaRule(
                scorecard=scorecard,
                rule=rule.rule,
                deduction=rule.deduction,
                is_fatal=rule.fatal,
                params=dict(rule.params),
            )
            for rule in rules
        )
        audit.record(
            stream="quality",
            action="quality.publish_scorecard",
            subject=scorecard.public_id,
            actor=actor,
            at=at,
            data={"version": scorecard.version, "items": len(items), "rules": len(rules)},
        )
    return scorecard


def _checked(rules: Sequence[RuleSetting]) -> Sequence[RuleSetting]:
    names = [rule.rule for rule in rules]
    wrong = len(set(names)) < len(names) or any(r.rule not in Rule.values or not 0 <= r.deduction <= 100 for r in rules)
    if wrong:
        raise Invalid(fields={"rules": _("Each rule once, and at most 100 points for each.")})
    return rules


def scorecard_for(*, programme: Programme, at: datetime) -> Scorecard:
    """The programme's latest scorecard; publishes the standard one (as the platform) when it has none yet."""
    if current := latest_scorecard(programme):
        return current
    with transaction.atomic():
        _one_at_a_time(programme)
        current = latest_scorecard(programme)
        return current or publish_scorecard(actor=PLATFORM, at=at, programme=programme, items=STANDARD_ITEMS)


def _one_at_a_time(programme: Programme) -> None:
    """Versions of a programme's scorecard are made one after another; until the transaction ends."""
    locks.hold("quality.scorecard", programme.pk)
