"""The gallery of components: what exists, in every state, to look at and to test."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.clock import now


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """GET every component in every state."""
    return render(request, "gallery/components.html", {"now": now()})


@login_not_required
def nudged(request: HttpRequest) -> HttpResponse:
    """GET the inner part of the gallery's live region."""
    return HttpResponse(now().isoformat())
