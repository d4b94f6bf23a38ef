"""What an agent sees of how their work was judged, and where they ask to be judged again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import own_agent_id
from core import clock
from core.errors import DomainError
from core.pages import add_errors, form_status, posted, submitted
from frontend.context import NUMBERS
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import AppealForm


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the two windows, the latest reviews and ratings, and what smart QA finds most."""
    board = selectors.agent_quality(actor=request.actor, agent_id=own_agent_id(request.actor), at=clock.now())
    handed_on = selectors.escalations_of_agent(actor=request.actor)
    return render(request, "agent/quality/index.html", {"board": board, "handed_on": handed_on})


@require_GET
def review(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one review of one's own, item by item, with the conversation and smart QA's hits beside it."""
    found = selectors.review_for(actor=request.actor, public_id=public_id)
    at = clock.now()
    rows = selectors.judged_items(found, at=at)
    context = {
        "review": found,
        "rows": rows,
        "may_appeal": any(row.may_appeal for row in rows),
        "is_too_late": at >= found.appealable_until,
        "turns": selectors.turns_of(found.segment),
        "result": selectors.qa_result_of(found.segment),
        "rating": selectors.rating_of_segment(found.segment),
        "handed_on": selectors.escalation_of(found.segment),
    }
    return render(request, "agent/quality/review.html", context)


@require_http_methods(["GET", "POST"])
def appeal(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the form to appeal one item; POST opens the appeal."""
    item = selectors.review_item_for(actor=request.actor, public_id=public_id)
    form = AppealForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.appeal_item(actor=request.actor, item=item, reason=form.cleaned_data["reason"], at=clock.now())
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _sent())
            return redirect("agent:review", item.review.public_id)
    return render(
        request, "agent/quality/appeal.html", {"item": item, "form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def escalation(request: PageRequest, public_id: str) -> HttpResponse:
    """GET how handing one conversation on was judged, with the form to appeal; POST appeals."""
    found = selectors.own_escalation(actor=request.actor, public_id=public_id)
    form = AppealForm(posted(request))

    def send(data: dict[str, Any]) -> None:
        services.appeal_escalation(actor=request.actor, review=found, reason=data["reason"], at=clock.now())

    if submitted(request, form, send):
        messages.success(request, _sent())
        return redirect("agent:escalation", public_id)
    return render(request, "agent/quality/escalation.html", {"review": found, "form": form}, status=form_status(form))


def _sent() -> str:
    text = _("Appeal sent. Another reviewer answers within %(hours)s hours.")
    return text % {"hours": NUMBERS["answer_hours"]}


@require_POST
def withdraw(request: PageRequest, public_id: str) -> HttpResponse:
    """POST takes an open appeal back."""
    found = selectors.appeal_for(actor=request.actor, public_id=public_id)
    services.withdraw_appeal(actor=request.actor, appeal=found, at=clock.now())
    messages.success(request, _("Appeal withdrawn."))
    return redirect("agent:review", found.review_item.review.public_id)
