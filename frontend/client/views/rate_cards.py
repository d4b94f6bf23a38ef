"""What each programme pays: the version in force, the ones before, and publishing the next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import programme_by_public_id, programmes_for
from certification.states import Tier
from core.clock import now
from core.errors import DomainError, Invalid
from core.money import Money
from core.pages import add_errors, posted
from frontend.requests import PageRequest
from tasks import selectors, services
from tasks.forms import RateCardForm
from tasks.policies import can_post, require_post


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET every programme with its newest rate card and the versions before it."""
    cards: dict[int, list[Any]] = {}
    for card in selectors.rate_cards_for(request.actor):
        cards.setdefault(card.programme_id, []).append(card)
    rows = [
        {
            "programme": programme,
            "cards": [_shown(card) for card in cards.get(programme.pk, [])],
            "may": can_post(request.actor, programme.organisation),
        }
        for programme in programmes_for(request.actor)
    ]
    return render(request, "client/tasks/rate_cards.html", {"rows": rows, "tiers": Tier.choices})


def _shown(card: Any) -> dict[str, Any]:
    prices = [Money(card.unit_price_minor[tier], card.currency) for tier in Tier.values]
    return {
        "card": card,
        "floor": Money(card.floor_rate_minor, card.currency),
        "bonus": Money(card.block_bonus_minor, card.currency),
        "escalation": Money(card.escalation_minor, card.currency),
        "prices": prices,
        "fee": Decimal(card.fee_bps) / 10_000,
    }


@require_http_methods(["GET", "POST"])
def new(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the form filled with the version in force, POST to publish the next."""
    programme = programme_by_public_id(public_id, actor=request.actor)
    require_post(request.actor, programme.organisation)
    current = selectors.rate_card_for(programme, actor=request.actor)
    form = RateCardForm(posted(request), initial=_initial(current), currency=programme.currency)
    if request.method == "POST" and form.is_valid():
        try:
            card = services.publish_rate_card(actor=request.actor, at=now(), programme=programme, **form.values())
        except DomainError as error:
            add_errors(form, _at_fields(error))
        else:
            messages.success(
                request, _("Version %(n)d is in force for tasks published from now on.") % {"n": card.version}
            )
            return redirect("client:rate_cards")
    context = {"form": form, "programme": programme, "current": current}
    return render(request, "client/tasks/rate_card_new.html", context, status=422 if form.errors else 200)


def _initial(card: Any) -> dict[str, Any]:
    if card is None:
        return {}

    def major(minor: int) -> Decimal:
        return Money(minor, card.currency).decimal

    return {
        "floor_rate": major(card.floor_rate_minor),
        "block_bonus": major(card.block_bonus_minor),
        "escalation": major(card.escalation_minor),
        **{f"price_{tier}": major(card.unit_price_minor[tier]) for tier in Tier.values},
    }


def _at_fields(error: DomainError) -> DomainError:
    """The service's fields under the names they are typed in."""
    if isinstance(error, Invalid):
        error.fields = {RateCardForm.FIELDS.get(name, name): texts for name, texts in error.fields.items()}
    return error
