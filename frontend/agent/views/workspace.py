"""The workspace: where an agent's conversations happen, over one socket."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import require_onboarded


def show(request: HttpRequest) -> HttpResponse:
    """GET the workspace; the conversations themselves come over `/ws/workspace/`."""
    require_onboarded(request.actor)

    return render(request, "agent/workspace.html")
