"""Agents and teams as an actor may see them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from accounts import policies
from accounts.actors import Actor
from accounts.models import AgentProfile, Team, TeamMembership
from core.errors import NotFound


def agent_by_public_id(public_id: str, *, actor: Actor) -> AgentProfile:
    """One agent, for themself, their team lead and platform staff; `NotFound` for everybody else."""
    agent = (
        AgentProfile.objects.select_related("user", "team_membership__team", "identity_check")
        .filter(public_id=public_id)
        .first()
    )
    if agent is None or not policies.can_see_agent(actor, agent):
        raise NotFound
    return agent


def own_team_membership(*, actor: Actor) -> TeamMembership:
    """The place of the agent behind `actor` in a team, or `NotFound`."""
    row = TeamMembership.objects.select_related("team", "agent").filter(agent=actor.agent_id or 0).first()
    if row is None:
        raise NotFound
    return row


def teams_for(actor: Actor) -> QuerySet[Team]:
    """All teams with their number of members, for agents and staff; nothing for others."""
    teams = Team.objects.annotate(size=Count("memberships")).order_by("name")
    return teams if actor.agent_id is not None or policies.can_staff(actor) else teams.none()


def team_by_public_id(public_id: str, *, actor: Actor) -> Team:
    """One team of `teams_for`, with members and their people at hand."""
    team = teams_for(actor).prefetch_related("memberships__agent__user").filter(Q(public_id=public_id)).first()
    if team is None:
        raise NotFound
    return team


def onboarded_agents(agent_ids: Iterable[int] | None = None) -> QuerySet[AgentProfile]:
    """Every agent who may work, or those of `agent_ids`; for the platform's own jobs."""
    agents = AgentProfile.objects.filter(onboarded_at__isnull=False).order_by("pk")
    return agents if agent_ids is None else agents.filter(pk__in=list(agent_ids))
