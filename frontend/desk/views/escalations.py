"""Answering an agent who sees the judgement of an escalation differently."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.pages import form_status, posted, submitted
from frontend.desk.views import appeals
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import EscalationAnswerForm
from quality.policies import require_can_answer_escalation


@require_http_methods(["GET", "POST"])
def answer(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the conversation, why it was handed on and why the agent objects; POST decides."""
    review = selectors.escalation_for(actor=request.actor, public_id=public_id)
    require_can_answer_escalation(request.actor, review)
    form = EscalationAnswerForm(posted(request))

    def decide(data: dict[str, Any]) -> None:
        services.answer_escalation(
            actor=request.actor,
            review=review,
            justified=data["justified"] == "yes",
            answer=data["answer"],
            at=clock.now(),
        )

    if submitted(request, form, decide):
        messages.success(request, _("Answer sent. A justified escalation is paid at once."))
        return appeals.to_next(request)
    context = {
        "review": review,
        "queue": appeals.queue(request),
        "form": form,
        "turns": selectors.turns_of(review.segment),
    }
    return render(request, "desk/escalations/answer.html", context, status=form_status(form))
