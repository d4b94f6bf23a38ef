"""Rate cards: a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from certification.states import Tier
from core import audit, locks
from core.errors import Invalid
from core.events import publish
from tasks.events import RateCardPublished
from tasks.models import RateCard
from tasks.policies import require_post

if TYPE_CHECKING:
    from accounts.models import Programme

MAX_MINOR = 10_000_000
DEFAULT_FEE_BPS = 2000
"""The platform's fee: 20% on top of what agents earn."""


@transaction.atomic
def publish_rate_card(
    *,
    actor: Actor,
    at: datetime,
    programme: Programme,
    floor_rate_minor: int,
    unit_price_minor: Mapping[str, int],
    block_bonus_minor: int = 0,
    escalation_minor: int = 0,
    fee_bps: int = DEFAULT_FEE_BPS,
) -> RateCard:
    """Publish the next version of a programme's prices; what was claimed before keeps its own version.

    Amounts are minor units of the programme's currency. Raises `Invalid` per field: a price for every tier,
    none above 100,000.00, a better tier never below a lower one, and a floor above zero.
    Side effects: `RateCardPublished`, an audit entry on `claims.<programme>`.
    """
    require_post(actor, programme.organisation)
    amounts = {
        "floor_rate_minor": floor_rate_minor,
        "block_bonus_minor": block_bonus_minor,
        "escalation_minor": escalation_minor,
    }
    _check(amounts, unit_price_minor, fee_bps)
    locks.hold("tasks.rates", programme.pk)
    newest = RateCard.objects.filter(programme=programme).order_by("-version").first()
    card = RateCard.objects.create(
        programme=programme,
        version=newest.version + 1 if newest else 1,
        currency=programme.currency,
        unit_price_minor={str(tier): unit_price_minor[tier] for tier in Tier.values},
        fee_bps=fee_bps,
        created_by_id=actor.user_id,
        published_at=at,
        **amounts,
    )
    audit.record(
        stream=f"claims.{programme.public_id}",
        action="tasks.publish_rate_card",
        subject=card.public_id,
        at=at,
        actor=actor,
        data={"version": card.version, "unit_price_minor": card.unit_price_minor, "fee_bps": fee_bps, **amounts},
    )
    publish(RateCardPublished(rate_card_id=card.pk, programme_id=programme.pk, at=at))
    return card


def _check(amounts: Mapping[str, int], prices: Mapping[str, int], fee_bps: int) -> None:
    errors: dict[str, Any] = {}
    for name, minor in amounts.items():
        if not 0 <= minor <= MAX_MINOR:
            errors[name] = _("This amount is out of range.")
    if amounts["floor_rate_minor"] == 0:
        errors["floor_rate_minor"] = _("The floor per hour has to be above zero.")
    if not 0 <= fee_bps <= 10_000:
        errors["fee_bps"] = _("The fee has to be between 0 and 100%.")
    previous = 0
    for tier in Tier:
        minor = prices.get(tier.value, -1)
        if tier.value not in prices:
            errors["unit_price_minor"] = _("Give a price for every tier.")
        elif isinstance(minor, bool) or not isinstance(minor, int) or not 0 <= minor <= MAX_MINOR:
            errors["unit_price_minor"] = _("This amount is out of range.")
        elif minor < previous:
            errors["unit_price_minor"] = _("A better tier is never paid less than a lower one.")
        else:
            previous = minor
    if set(prices) - set(Tier.values):
        errors["unit_price_minor"] = _("There is a price for a tier that does not exist.")
    if errors:
        raise Invalid(fields=errors)
