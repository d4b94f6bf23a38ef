"""Answering appeals: one item, judged anew by somebody who has not seen the first points."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.errors import DomainError
from core.pages import add_errors
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import DecisionForm
from quality.policies import require_can_decide


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the open appeals, the most urgent first."""
    rows = selectors.appeals_queue(actor=request.actor)
    context = {
        "queue": Paginator(rows, 50).get_page(request.GET.get("page")),
        "escalations": selectors.escalation_appeals(actor=request.actor),
    }
    return render(request, "desk/appeals/index.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: PageRequest, public_id: str) -> HttpResponse:
    """GET shows the conversation and the item; POST answers."""
    appeal = selectors.appeal_for(actor=request.actor, public_id=public_id)
    require_can_decide(request.actor, appeal)
    item = appeal.review_item.item
    form = DecisionForm(request.POST or None, max_points=item.max_points)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_appeal(actor=request.actor, appeal=appeal, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Answer sent. The score follows it."))
            following = selectors.appeals_queue(actor=request.actor).first()
            return redirect("desk:appeal", following.public_id) if following else redirect("desk:appeals")
    segment = appeal.review_item.review.segment
    context = {
        "queue": Paginator(selectors.appeals_queue(actor=request.actor), 50).get_page(request.GET.get("page")),
        "appeal": appeal,
        "item": item,
        "form": form,
        "turns": selectors.turns_of(segment),
    }
    return render(request, "desk/appeals/item.html", context, status=422 if form.errors else 200)
