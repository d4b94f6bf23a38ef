"""The workspace: where an agent's conversations happen, over one socket."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policies import require_onboarded
from frontend.requests import PageRequest
from live import selectors
from quality.selectors import csats_of


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """GET the workspace; the conversations themselves come over `/ws/workspace/`."""
    require_onboarded(request.actor)

    return render(request, "agent/workspace.html")


@require_safe
def phrases(request: PageRequest, public_id: str) -> JsonResponse:
    """GET what may be inserted into a conversation one owns now, best first."""
    require_onboarded(request.actor)
    found = [
        {"shortcut": row.shortcut, "text": row.text, "language": row.language, "own": row.agent_id is not None}
        for row in selectors.phrases_at_hand(public_id, actor=request.actor)
    ]
    return JsonResponse({"phrases": found})


@require_safe
def customer(request: PageRequest, public_id: str) -> HttpResponse:
    """GET what is known of the customer of a conversation one owns now, and what to go by: a part of the page."""
    require_onboarded(request.actor)
    found = selectors.background(public_id, actor=request.actor)
    csats = csats_of(one.conversation for one in found.earlier)
    earlier = [
        {"row": one.conversation, "segment": one.segment, "csat": csats.get(one.conversation.pk)}
        for one in found.earlier
    ]
    context = {"talk": found.conversation, "earlier": earlier, "count": found.earlier_count}
    return render(request, "agent/workspace/customer.html", {**context, "guide": found.guide, "brief": found.brief})


@require_safe
def earlier(request: PageRequest, public_id: str, earlier_id: str) -> HttpResponse:
    """GET one earlier conversation of the customer one is serving now, to read: a part of the page."""
    require_onboarded(request.actor)
    found = selectors.earlier_transcript(public_id, earlier_id, actor=request.actor)
    return render(request, "agent/workspace/earlier.html", {"transcript": found})
