"""Reads of rate cards and of what a plan costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.policies import can_staff, require_client, require_scope
from accounts.states import Scope
from core.errors import NotFound
from tasks.logic.budget import Quote, Terms, quote
from tasks.models import RateCard

if TYPE_CHECKING:
    from accounts.models import Programme


READ = (Scope.TASKS_READ, Scope.TASKS_WRITE)
"""Scopes that let an API key read tasks and rate cards: who may post may read what was posted."""


def newest_rate_card(programme: Programme) -> RateCard | None:
    """The version in force for a programme; for services."""
    return RateCard.objects.filter(programme=programme).order_by("-version").first()


def rate_cards_for(actor: Actor) -> QuerySet[RateCard]:
    """Rate cards of one's own organisations (every one for platform staff), newest first; a key needs `READ`."""
    require_scope(actor, *READ)
    rows = RateCard.objects.select_related("programme__organisation", "created_by").order_by("-pk")
    return rows if can_staff(actor) else rows.filter(programme__organisation_id__in=actor.clients.keys())


def rate_card_for(programme: Programme, *, actor: Actor) -> RateCard | None:
    """The version in force, for somebody of the client or of the platform."""
    if not can_staff(actor):
        require_client(actor, programme.organisation)
        require_scope(actor, *READ)
    return newest_rate_card(programme)


def rate_card_by_public_id(public_id: str, *, actor: Actor) -> RateCard:
    """One rate card the actor may see; `NotFound` otherwise."""
    card = rate_cards_for(actor).filter(public_id=public_id).first()
    if card is None:
        raise NotFound
    return card


def budget_terms(card: RateCard, expected_units_per_seat: int) -> Terms:
    """The numbers of a rate card and a task that a budget is made of."""
    return Terms(
        floor_rate_minor=card.floor_rate_minor,
        top_unit_price_minor=card.top_unit_price_minor,
        block_bonus_minor=card.block_bonus_minor,
        fee_bps=card.fee_bps,
        expected_units_per_seat=expected_units_per_seat,
        escalation_minor=card.escalation_minor,
    )


def price_plan(card: RateCard, expected_units_per_seat: int, blocks: Iterable[Sequence[int]]) -> Quote:
    """What `(seats, bonus_minor)` blocks would reserve under a rate card."""
    return quote(budget_terms(card, expected_units_per_seat), blocks)
