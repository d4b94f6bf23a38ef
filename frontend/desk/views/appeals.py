"""Answering appeals: one item, judged anew by somebody who has not seen the first points.

Appeals against judgements of escalations (`escalations.py`) stand in the same queue.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.errors import DomainError
from core.pages import add_errors, posted
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import DecisionForm
from quality.policies import require_can_decide

PAGE_SIZE = 50


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the open appeals of both kinds, the most urgent first."""
    return render(request, "desk/appeals/index.html", {"queue": queue(request)})


def queue(request: PageRequest) -> Page[dict[str, Any]]:
    """A page of what this reviewer may answer."""
    rows = selectors.open_appeals(actor=request.actor)
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def to_next(request: PageRequest) -> HttpResponse:
    """Open the most urgent appeal that is left, or the list once there is none."""
    following = selectors.open_appeals(actor=request.actor).first()
    if following is None:
        return redirect("desk:appeals")
    return redirect("desk:appeal" if following["title_en"] else "desk:escalation", following["public_id"])


@require_http_methods(["GET", "POST"])
def decide(request: PageRequest, public_id: str) -> HttpResponse:
    """GET shows the conversation and the item; POST answers."""
    appeal = selectors.appeal_for(actor=request.actor, public_id=public_id)
    require_can_decide(request.actor, appeal)
    item = appeal.review_item.item
    form = DecisionForm(posted(request), max_points=item.max_points)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_appeal(actor=request.actor, appeal=appeal, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Answer sent. The score follows it."))
            return to_next(request)
    segment = appeal.review_item.review.segment
    context = {
        "queue": queue(request),
        "appeal": appeal,
        "item": item,
        "form": form,
        "turns": selectors.turns_of(segment),
    }
    return render(request, "desk/appeals/item.html", context, status=422 if form.errors else 200)
