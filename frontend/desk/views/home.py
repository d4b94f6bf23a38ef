"""Home: what waits for somebody of the platform. A list of panels; see `frontend.panels`."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.desk import panels
from frontend.panels import Panel, build
from frontend.requests import PageRequest

PANELS: list[Panel] = [
    Panel("desk/home/queues.html", panels.queues, wide=True),
]
"""Top to bottom; one line for each panel."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """GET the home page of the area."""
    return render(request, "desk/home.html", {"panels": build(PANELS, request)})
