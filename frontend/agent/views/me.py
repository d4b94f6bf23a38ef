"""Me: what the platform knows of this agent, and where to change it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import selectors, services
from core import clock
from frontend.requests import PageRequest


@require_GET
def show(request: PageRequest) -> HttpResponse:
    """GET profile, team, progress and the ways to settings."""
    agent = selectors.agent_by_public_id(selectors.own_agent(request.actor).public_id, actor=request.actor)
    steps = selectors.onboarding_checklist(agent, actor=request.actor)
    context = {"agent": agent, "open_steps": [step for step in steps if not step.is_done]}
    return render(request, "agent/me/show.html", context)


@require_GET
def teams(request: PageRequest) -> HttpResponse:
    """GET all teams."""
    return render(request, "agent/me/teams.html", {"teams": selectors.teams_for(request.actor)})


@require_GET
def team(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a team's page."""
    context = {"team": selectors.team_by_public_id(public_id, actor=request.actor)}
    return render(request, "agent/me/team.html", context)


@require_POST
def join(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: become a member of a team."""
    team = selectors.team_by_public_id(public_id, actor=request.actor)
    agent = selectors.own_agent(request.actor)
    services.join_team(actor=request.actor, team=team, agent=agent, at=clock.now())
    messages.success(request, _("Welcome to %(team)s.") % {"team": team.name})
    return redirect("agent:team", public_id)


@require_POST
def leave(request: PageRequest) -> HttpResponse:
    """POST: leave one's team."""
    membership = selectors.own_team_membership(actor=request.actor)
    services.leave_team(actor=request.actor, membership=membership, at=clock.now())
    messages.success(request, _("You have left %(team)s.") % {"team": membership.team.name})
    return redirect("agent:me")
