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
from core.errors import DomainError
from core.pages import add_errors
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import QueueFilterForm, ReviewForm

if TYPE_CHECKING:
    from quality.models import Sample

PAGE_SIZE = 50


def _queue(request: PageRequest) -> dict[str, Any]:
    form = QueueFilterForm(request.GET or None)
    tier = form.cleaned_data["tier"] if form.is_valid() else ""
    rows = selectors.reviews_queue(actor=request.actor, tier=tier)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"queue": page, "filter_form": QueueFilterForm(request.GET or None)}


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the queue with nothing opened."""
    return render(request, "desk/reviews/index.html", _queue(request))


@require_http_methods(["GET", "POST"])
def judge(request: PageRequest, public_id: str) -> HttpResponse:
    """GET takes one item and shows it; POST judges it and opens the next."""
    sample = selectors.sample_for(actor=request.actor, public_id=public_id)
    sample = services.take_sample(actor=request.actor, sample=sample, at=clock.now())
    sheet = services.scorecard_for(programme=sample.programme, at=clock.now())
    form = ReviewForm(request.POST or None, scorecard=sheet)
    if request.method == "POST" and form.is_valid():
        try:
            services.submit_review(
                actor=request.actor,
                sample=sample,
                verdicts=form.verdicts(),
                comment=form.cleaned_data["comment"],
                at=clock.now(),
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Review stored. The agent can read it now."))
            following = selectors.reviews_queue(actor=request.actor).first()
            return redirect("desk:review", following.public_id) if following else redirect("desk:reviews")
    return _item(request, sample, form)


def _item(request: PageRequest, sample: Sample, form: ReviewForm) -> HttpResponse:
    context = {
        **_queue(request),
        "sample": sample,
        "form": form,
        "turns": selectors.turns_of(sample.segment),
        "lived": selectors.customers_eye(sample.segment),
        "result": selectors.qa_result_of(sample.segment),
        "rating": selectors.rating_of_segment(sample.segment),
    }
    return render(request, "desk/reviews/item.html", context, status=422 if form.errors else 200)


@require_POST
def give_back(request: PageRequest, public_id: str) -> HttpResponse:
    """POST puts an item one has opened back into the queue."""
    sample = selectors.sample_for(actor=request.actor, public_id=public_id)
    services.give_back(actor=request.actor, sample=sample, at=clock.now())
    return redirect("desk:reviews")
