"""Who may do what, as far as people, organisations and roles decide it.

`can_*` answers, `require*` raises: `NotAllowed` when the actor may know of the thing, `NotFound`
when even that is not theirs. `PLATFORM` (jobs, handlers) passes everything.
"""

from __future__ import annotations

from accounts.actors import PLATFORM, Actor
from accounts.errors import (
    LogInFirst,
    NotAnAgent,
    NotOnboarded,
    RoleNeeded,
    ScopeNeeded,
    SecondFactorNeeded,
    Suspended,
)
from accounts.models import AgentProfile, IdentityCheck, IdentityDocument, Organisation
from accounts.states import ClientRole, Scope, StaffRole
from core.errors import NotFound

CLIENT_EDITORS = (ClientRole.OWNER, ClientRole.MANAGER)
"""Who shapes programmes and posts work."""
_IDENTITY_READERS = (StaffRole.CERTIFIER, StaffRole.OPERATOR)


def is_platform(actor: Actor) -> bool:
    """True for the platform's own jobs and handlers."""
    return actor is PLATFORM or actor.audit_name == PLATFORM.audit_name


def require_person(actor: Actor) -> None:
    """A logged-in person, not an API key."""
    if not is_platform(actor) and actor.user_id is None:
        raise LogInFirst


def person_id(actor: Actor) -> int:
    """The row number of the person who is asking; `LogInFirst` for keys, jobs and nobody."""
    if actor.user_id is None:
        raise LogInFirst
    return actor.user_id


def require_agent(actor: Actor) -> None:
    """An agent at any stage, suspended or not: what stays open to them (onboarding, earnings, payouts)."""
    if not is_platform(actor) and actor.agent_id is None:
        raise NotAnAgent


def own_agent_id(actor: Actor) -> int:
    """The row number of the agent who is asking; `NotAnAgent` for everybody else."""
    if actor.agent_id is None:
        raise NotAnAgent
    return actor.agent_id


def require_onboarded(actor: Actor) -> None:
    """An agent who may work: not suspended, and onboarded; who is neither is told the first."""
    require_agent(actor)
    if is_platform(actor):
        return
    if actor.is_suspended:
        raise Suspended
    if not actor.is_onboarded:
        raise NotOnboarded


def require_standing(agent: AgentProfile) -> None:
    """`require_onboarded` by the row as it was just read, under `hold_standing`: an actor may be a moment old."""
    if agent.suspended_at is not None:
        raise Suspended
    if agent.onboarded_at is None:
        raise NotOnboarded


def can_client(actor: Actor, organisation: Organisation, *roles: ClientRole) -> bool:
    """Acts for `organisation` in one of `roles` (any, with none named)."""
    return is_platform(actor) or actor.is_client(organisation.pk, *roles)


def require_client(actor: Actor, organisation: Organisation, *roles: ClientRole, scope: Scope | None = None) -> None:
    """A member in one of `roles`; strangers are not told that the organisation exists. A key needs `scope`."""
    if not can_client(actor, organisation):
        raise NotFound
    if not can_client(actor, organisation, *roles):
        raise RoleNeeded
    if scope is not None and not actor.has_scope(scope):
        raise ScopeNeeded


def require_scope(actor: Actor, *scopes: Scope) -> None:
    """People pass; an API key needs one of `scopes`, and is told so whatever it asks for."""
    if not any(actor.has_scope(scope) for scope in scopes):
        raise ScopeNeeded


def can_staff(actor: Actor, *roles: StaffRole) -> bool:
    """Works for the platform in one of `roles` (any, with none named)."""
    return is_platform(actor) or actor.is_staff(*roles)


def require_staff(actor: Actor, *roles: StaffRole) -> None:
    """Platform staff in one of `roles` (any, with none named)."""
    if not can_staff(actor, *roles):
        raise RoleNeeded


def require_mfa(actor: Actor) -> None:
    """Staff and client owners touch money and certification only with a second factor; others need none."""
    if is_platform(actor) or actor.has_mfa:
        return
    if actor.is_staff() or ClientRole.OWNER in actor.clients.values():
        raise SecondFactorNeeded


def can_see_identity(actor: Actor, check: IdentityCheck) -> bool:
    """The agent themself, certifiers and operators."""
    return can_staff(actor, *_IDENTITY_READERS) or actor.agent_id == check.agent_id


def require_see_document(actor: Actor, document: IdentityDocument) -> None:
    """Identity pictures: theirs, or certifiers and operators with a second factor; nobody else learns of them."""
    if not can_see_identity(actor, document.check_of):
        raise NotFound
    if actor.agent_id != document.check_of.agent_id:
        require_mfa(actor)


def require_decide_identity(actor: Actor, check: IdentityCheck) -> None:
    """Certifiers with a second factor; never one's own check."""
    require_staff(actor, StaffRole.CERTIFIER)
    require_mfa(actor)
    if actor.agent_id == check.agent_id:
        raise RoleNeeded


def can_see_agent(actor: Actor, agent: AgentProfile) -> bool:
    """The agent, their team lead, and platform staff."""
    if can_staff(actor) or actor.agent_id == agent.pk:
        return True
    membership = getattr(agent, "team_membership", None)
    return membership is not None and leads_team(actor, membership.team_id)


def leads_team(actor: Actor, team_id: int) -> bool:
    """Is the lead of this team."""
    return actor.leads_team and actor.team_id == team_id
