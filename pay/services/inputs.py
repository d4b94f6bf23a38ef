"""Gathering what a price is made of from the apps that know it."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from live.selectors import accepted_units
from pay.logic.curves import quality_multiplier, satisfaction_multiplier
from pay.logic.price import Inputs
from quality.selectors import justified_escalations, quality_window, satisfaction_window

if TYPE_CHECKING:
    from tasks.models import Claim


def gather(*, claim: Claim, at: datetime) -> Inputs:
    """Everything the price of `claim` is made of, as it is at `at`.

    Minutes, tier and rate card from the claim; accepted units from the conversations closed under it, and its justified
    escalations; Q and S from the agent's rolling windows. A tier the rate card does not price is paid as its dearest:
    unclear cases go to the agent.
    """
    card = claim.rate_card
    quality = _quality(claim.agent_id, at)
    satisfaction = _satisfaction(claim.agent_id, at)
    q = quality_multiplier(*quality)
    s = satisfaction_multiplier(*satisfaction)
    return Inputs(
        currency=card.currency,
        minutes=claim.minutes_served,
        units=_units(claim.pk),
        floor_rate_minor=card.floor_rate_minor,
        unit_price_minor=card.unit_price_minor.get(claim.tier, card.top_unit_price_minor),
        q=q.value,
        s=s.value,
        bonus_minor=card.block_bonus_minor + claim.block.bonus_minor,
        escalations=justified_escalations(claim.pk),
        escalation_minor=card.escalation_minor,
        fee_bps=card.fee_bps,
        tier=claim.tier,
        rate_card=card.public_id,
        rate_card_version=card.version,
        q_samples=q.samples,
        q_mean=q.mean,
        s_samples=s.samples,
        s_mean=s.mean,
    )


def gather_called_off(*, claim: Claim) -> Inputs:
    """What a block called off late is paid by: a share of its floor; nothing was served, and there is no fee on it."""
    card = claim.rate_card
    return Inputs(
        currency=card.currency,
        minutes=0,
        units=0,
        floor_rate_minor=card.floor_rate_minor,
        unit_price_minor=card.unit_price_minor.get(claim.tier, card.top_unit_price_minor),
        tier=claim.tier,
        rate_card=card.public_id,
        rate_card_version=card.version,
        called_off_minutes=int((claim.ends_at - claim.starts_at).total_seconds() // 60),
        called_off_share=Fraction(claim.called_off_bps, 10_000),
    )


def _units(claim_id: int) -> int:
    return accepted_units(claim_id)


def _quality(agent_id: int, at: datetime) -> tuple[int, Fraction]:
    """Samples and mean score, 0-100."""
    window = quality_window(agent_id, at=at)
    return window.n, window.mean or Fraction(0)


def _satisfaction(agent_id: int, at: datetime) -> tuple[int, Fraction]:
    """Samples and satisfied percentage, 0-100."""
    window = satisfaction_window(agent_id, at=at)
    return window.n, (window.mean or Fraction(0)) * 100
