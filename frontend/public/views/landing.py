"""The pages a stranger reads first."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from frontend.navigation import areas_of
from frontend.requests import SiteRequest


@login_not_required
@require_safe
def show(request: SiteRequest) -> HttpResponse:
    """GET the front page; a person who is logged in is taken to their first area."""
    places = areas_of(request.actor)
    if places and "stay" not in request.GET:
        return redirect(str(places[0]["url_name"]))
    return render(request, "public/home.html")


@login_not_required
@require_safe
def for_agents(request: SiteRequest) -> HttpResponse:
    """GET the story as it goes for an agent."""
    return render(request, "public/for_agents.html")


@login_not_required
@require_safe
def for_business(request: SiteRequest) -> HttpResponse:
    """GET the story as it goes for a client."""
    return render(request, "public/for_business.html")


@login_not_required
@require_safe
def help_page(request: SiteRequest) -> HttpResponse:
    """GET questions and answers."""
    return render(request, "public/help.html")
