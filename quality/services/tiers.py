"""The weekly recomputation of agents' tiers."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from django.db import transaction

from accounts import selectors as accounts
from accounts.actors import PLATFORM
from certification import services as certification
from quality import selectors
from quality.logic.tiers import TierInputs, tier_of
from tasks.logic.commitment import Adherence
from tasks.selectors import adherence as adherence_of


def recompute_tiers(*, at: datetime, agent_ids: list[int] | None = None) -> int:
    """Compute every onboarded agent's tier from their windows and store it with its inputs; how many.

    `agent_ids` narrows it. Reads in sets; writes through `certification.record_tier`, which audits a
    change and publishes it.
    """
    agents = list(accounts.onboarded_agents(agent_ids))
    ids = [agent.pk for agent in agents]
    satisfaction = selectors.satisfaction_windows(ids, at=at)
    quality = selectors.quality_windows(ids, at=at)
    adherence = adherence_of(ids, at=at)
    rated = selectors.rated_counts(ids, at=at)
    prior_satisfaction, prior_quality = selectors.platform_means(at=at)
    for agent in agents:
        inputs = TierInputs(
            satisfaction=satisfaction[agent.pk],
            quality=quality[agent.pk],
            adherence=_share(adherence[agent.pk]),
            rated_ever=rated.get(agent.pk, 0),
        )
        outcome = tier_of(inputs, prior_satisfaction=prior_satisfaction, prior_quality=prior_quality)
        with transaction.atomic():
            certification.record_tier(
                actor=PLATFORM,
                at=at,
                agent=agent,
                tier=outcome.tier,
                inputs={
                    "satisfaction": _per_cent(outcome.satisfaction),
                    "satisfaction_n": inputs.satisfaction.n,
                    "quality": _hundredths(outcome.quality),
                    "quality_n": inputs.quality.n,
                    "adherence": _per_cent(outcome.adherence),
                    "rated": inputs.rated_ever,
                    "missing": list(outcome.missing),
                },
            )
    return len(ids)


def _share(kept: Adherence) -> Fraction | None:
    return Fraction(kept.minutes_served, kept.minutes_committed) if kept.minutes_committed else None


def _per_cent(share: Fraction) -> str:
    return _hundredths(share * 100)


def _hundredths(value: Fraction) -> str:
    """Two decimals, cut and never rounded up: what is shown must not look better than it is."""
    cut = value.numerator * 100 // value.denominator
    return f"{cut // 100}.{cut % 100:02d}"
