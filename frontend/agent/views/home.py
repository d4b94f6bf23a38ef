"""Today: what an agent needs now. A list of panels; see `frontend.panels`."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.agent import panels
from frontend.agent.views import calendar
from frontend.panels import Panel, build
from frontend.requests import PageRequest

PANELS: list[Panel] = [
    Panel("agent/home/suspended.html", panels.suspended, wide=True),
    Panel("agent/home/waiting.html", panels.waiting, wide=True),
    Panel("agent/home/first_steps.html", panels.first_steps, wide=True),
    Panel("agent/home/next_block.html", calendar.next_block, wide=True),
    Panel("agent/home/money.html", panels.money),
    Panel("agent/home/learning.html", panels.learning),
    Panel("agent/home/exams.html", panels.exams),
    Panel("agent/home/quality.html", panels.quality),
]
"""Top to bottom; one line for each panel."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """GET the home page of the area."""
    return render(request, "agent/home.html", {"panels": build(PANELS, request)})
