"""Teams of agents: made by an operator, joined by agents, one at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.models import AgentProfile, Team, TeamMembership
from accounts.states import Region, StaffRole, TeamRole
from core import audit, refusals
from core.errors import Invalid, NotFound, Text


@transaction.atomic
def create_team(*, actor: Actor, name: str, region: str, about: str = "", at: datetime) -> Team:
    """Make a team without members. Operators only; audited. Raises `Invalid`."""
    policies.require_staff(actor, StaffRole.OPERATOR)
    fields: dict[str, Text | list[Text]] = {}
    if not 2 <= len(name.strip()) <= 80:
        fields["name"] = _("Give a name of 2 to 80 characters.")
    if region and region not in Region.values:
        fields["region"] = _("Choose a region.")
    if fields:
        raise Invalid(fields=fields)
    team = Team(name=name.strip(), region=region, about=about.strip()[:2000])
    with refusals.translated():
        team.save(force_insert=True)
    _record("accounts.create_team", team, actor, at)
    return team


@transaction.atomic
def join_team(
    *, actor: Actor, team: Team, agent: AgentProfile, role: TeamRole = TeamRole.MEMBER, at: datetime
) -> TeamMembership:
    """Put an agent into a team: agents themselves as members, an operator in either role. Audited.

    Raises `AlreadyInTeam` and `TeamHasLead`.
    """
    is_operator = policies.can_staff(actor, StaffRole.OPERATOR)
    if not is_operator:
        policies.require_onboarded(actor)
        if actor.agent_id != agent.pk or role != TeamRole.MEMBER:
            raise NotFound
    with refusals.translated():
        membership = TeamMembership.objects.create(team=team, agent=agent, role=role)
    _record("accounts.join_team", team, actor, at, agent=agent.public_id, role=str(role))
    return membership


@transaction.atomic
def leave_team(*, actor: Actor, membership: TeamMembership, at: datetime) -> None:
    """Take an agent out of a team: the agent, the team's lead, or an operator. Audited."""
    is_lead = policies.leads_team(actor, membership.team_id)
    if not (policies.can_staff(actor, StaffRole.OPERATOR) or is_lead or actor.agent_id == membership.agent_id):
        raise NotFound
    _record("accounts.leave_team", membership.team, actor, at, agent=membership.agent.public_id)
    membership.delete()


def _record(action: str, team: Team, actor: Actor, at: datetime, **data: str) -> None:
    audit.record(stream="accounts", action=action, subject=team.public_id, at=at, actor=actor, data=data)
