"""Reviewing: the queue as a split view, judging on the scorecard, and what the customer lived through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import Conflict
from core.pages import form_status, posted, submitted
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import QueueFilterForm, ReviewForm
from quality.states import EscalationState, SampleState

if TYPE_CHECKING:
    from quality.models import EscalationReview, Sample

PAGE_SIZE = 50


def _queue(request: PageRequest) -> dict[str, Any]:
    form = QueueFilterForm(request.GET or None)
    tier = form.cleaned_data["tier"] if form.is_valid() else ""
    rows = selectors.reviews_queue(actor=request.actor, tier=tier)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"queue": page, "filter_form": form}


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the queue with nothing opened."""
    return render(request, "desk/reviews/index.html", _queue(request))


@require_POST
def take_next(request: PageRequest) -> HttpResponse:
    """POST takes the next item nobody holds and opens it."""
    form = QueueFilterForm(request.POST)
    tier = form.cleaned_data["tier"] if form.is_valid() else ""
    return _to_next(request, tier)


def _to_next(request: PageRequest, tier: str = "") -> HttpResponse:
    following = services.take_next(actor=request.actor, tier=tier, at=clock.now())
    return redirect("desk:review", following.public_id) if following else redirect("desk:reviews")


@require_POST
def take(request: PageRequest, public_id: str) -> HttpResponse:
    """POST takes this item for half an hour and opens it."""
    sample = selectors.sample_for(actor=request.actor, public_id=public_id)
    try:
        services.take_sample(actor=request.actor, sample=sample, at=clock.now())
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("desk:review", public_id)


@require_http_methods(["GET", "POST"])
def judge(request: PageRequest, public_id: str) -> HttpResponse:
    """GET shows one item, with the scorecard to whoever has taken it; POST judges it and takes the next.

    `scorecard` says which version was open: a newer one published meanwhile has other items.
    """
    sample = selectors.sample_for(actor=request.actor, public_id=public_id)
    sheet = selectors.scorecard_to_judge(sample=sample, opened=request.POST.get("scorecard", ""))
    handed_on = selectors.escalation_of(sample.segment)
    asks = handed_on is not None and handed_on.state == EscalationState.WAITING
    form = ReviewForm(posted(request), scorecard=sheet, asks_escalation=asks)

    def submit(data: dict[str, Any]) -> None:
        services.submit_review(
            actor=request.actor, sample=sample, scorecard=sheet, at=clock.now(),
            verdicts=form.verdicts(), comment=data["comment"], escalation=form.escalation(),
        )  # fmt: skip

    if submitted(request, form, submit):
        messages.success(request, _("Review stored. The agent can read it now."))
        return _to_next(request)
    return _item(request, sample, form, handed_on)


def _item(request: PageRequest, sample: Sample, form: ReviewForm, handed_on: EscalationReview | None) -> HttpResponse:
    context = {
        **_queue(request),
        "sample": sample,
        "is_mine": form.is_bound or (sample.state == SampleState.TAKEN and sample.taken_by_id == request.actor.user_id),
        "form": form,
        "handed_on": handed_on,
        "turns": selectors.turns_of(sample.segment),
        "lived": selectors.customers_eye(sample.segment),
        "result": selectors.qa_result_of(sample.segment),
        "rating": selectors.rating_of_segment(sample.segment),
    }
    return render(request, "desk/reviews/item.html", context, status=form_status(form))


@require_POST
def give_back(request: PageRequest, public_id: str) -> HttpResponse:
    """POST puts an item one has opened back into the queue."""
    sample = selectors.sample_for(actor=request.actor, public_id=public_id)
    services.give_back(actor=request.actor, sample=sample, at=clock.now())
    return redirect("desk:reviews")
