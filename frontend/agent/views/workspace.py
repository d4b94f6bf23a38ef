"""The workspace: where an agent's conversations happen, over one socket."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policies import require_onboarded
from frontend.requests import PageRequest
from live import selectors


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
