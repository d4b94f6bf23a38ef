"""Home: where a client stands now. A list of panels; see `frontend.panels`."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.client import panels
from frontend.client.views import money
from frontend.organisation import current_organisation
from frontend.panels import Panel, build
from frontend.requests import PageRequest
from tasks.policies import can_post

PANELS: list[Panel] = [
    Panel("client/home/work.html", panels.work, wide=True),
    Panel("client/home/money.html", money.panel),
    Panel("client/home/satisfaction.html", panels.satisfaction),
]
"""Top to bottom; one line for each panel."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """GET the home page of the area."""
    context = {"panels": build(PANELS, request), "may_post": can_post(request.actor, current_organisation(request))}
    return render(request, "client/home.html", context)
