"""The workspace: where an agent's conversations happen, over one socket."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policies import require_onboarded
from frontend.requests import PageRequest


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """GET the workspace; the conversations themselves come over `/ws/workspace/`."""
    require_onboarded(request.actor)

    return render(request, "agent/workspace.html")
