"""Home: where a client stands now. A list of panels; see `frontend.panels`."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.client import panels
from frontend.client.views import money
from frontend.panels import Panel, build
from frontend.requests import PageRequest

PANELS: list[Panel] = [
    Panel("client/home/work.html", panels.work, wide=True),
    Panel("client/home/money.html", money.panel),
    Panel("client/home/satisfaction.html", panels.satisfaction),
]
"""Top to bottom; one line for each panel."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """GET the home page of the area."""
    return render(request, "client/home.html", {"panels": build(PANELS, request)})
