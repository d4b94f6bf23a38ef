"""The gallery of components: what exists, in every state, to look at and to test."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import realtime
from core.clock import now
from frontend.gallery.forms import EveryField
from frontend.requests import SiteRequest

PLAN = [("09:00", 4, 4), ("09:30", 6, 6), ("10:00", 11, 9), ("10:30", 14, 10), ("11:00", 12, 12), ("11:30", 8, 8)]
TEXT = """## Calm first

A customer who waits wants to know **how long**. Say it, then keep it.

1. Greet by name.
2. Repeat the question in your words.

> The tide turns on its own; the boat does not.

| Sign | Means |
| --- | --- |
| three dots | somebody is typing |
"""


@login_not_required
@require_safe
def components(request: SiteRequest) -> HttpResponse:
    """GET every component in every state."""
    at = now()
    rows = [
        {"task": _("Double 11, morning"), "state": "accrued", "word": _("Accrued"), "minutes": 118, "minor": 5280},
        {"task": _("Launch week"), "state": "in_review", "word": _("In review"), "minutes": 60, "minor": 3465},
        {"task": _("Meal rush"), "state": "paid", "word": _("Paid"), "minutes": 0, "minor": 887},
    ]
    return render(
        request,
        "gallery/components.html",
        {
            "now": at,
            "earlier": at - timedelta(minutes=2),
            "later": at + timedelta(minutes=30),
            "soon": at + timedelta(minutes=1),
            "very_soon": at + timedelta(seconds=15),
            "chart": _chart(),
            "chart_rows": PLAN,
            "rows": rows,
            "page": Paginator(range(30), 10).page(2),
            "text": TEXT,
            "form": EveryField(),
            "wrong_form": EveryField({"email": "not-an-address", "seats": "0"}, auto_id="wrong_%s"),
        },
    )


@login_not_required
@require_POST
def nudge(request: SiteRequest) -> HttpResponse:
    """POST: leave a message and nudge the gallery's live region."""
    realtime.nudge("gallery")
    if request.POST.get("kind") == "error":
        messages.error(request, _("Block is full. You are 2nd on the waiting list."))
    else:
        messages.success(request, _("Block claimed. Check-in opens 10 minutes before."))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("gallery:components")


@login_not_required
@require_safe
def nudged(request: SiteRequest) -> HttpResponse:
    """GET the inner part of the gallery's live region."""
    return render(request, "gallery/nudged.html", {"now": now()})


def _chart() -> dict[str, object]:
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": [time for time, _required, _claimed in PLAN]},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "bar", "name": _("Claimed"), "data": [claimed for _time, _required, claimed in PLAN]},
            {"type": "line", "step": "middle", "name": _("Required"), "data": [required for _t, required, _c in PLAN]},
        ],
    }
