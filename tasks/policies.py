"""Who may post, see and claim work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.actors import Actor
from accounts.errors import RoleNeeded
from accounts.policies import CLIENT_EDITORS, can_client, is_platform, require_client, require_mfa, require_onboarded
from accounts.states import Scope
from core.errors import NotFound

if TYPE_CHECKING:
    from accounts.models import Organisation
    from tasks.models import Claim, Task


def can_post(actor: Actor, organisation: Organisation) -> bool:
    """Owners and managers of the client (a key with `tasks:write` acts as a manager)."""
    return can_client(actor, organisation, *CLIENT_EDITORS) and actor.has_scope(Scope.TASKS_WRITE)


def require_post_somewhere(actor: Actor) -> list[int]:
    """Ids of the organisations the actor may post for; refuses who may post for none."""
    found = [organisation_id for organisation_id, role in actor.clients.items() if role in CLIENT_EDITORS]
    if not found or not actor.has_scope(Scope.TASKS_WRITE):
        raise RoleNeeded
    return found


def require_post(actor: Actor, organisation: Organisation) -> None:
    """Owners and managers of the client; others of the client may look and not touch; strangers find nothing."""
    require_client(actor, organisation, *CLIENT_EDITORS, scope=Scope.TASKS_WRITE)


def require_spend(actor: Actor, task: Task) -> None:
    """Publishing and cancelling move money: those who may post, owners with a second factor."""
    require_post(actor, task.programme.organisation)
    require_mfa(actor)


def require_own_claim(actor: Actor, claim: Claim) -> None:
    """One's own claim and nobody else's; the platform may act for anyone."""
    if not is_platform(actor) and actor.agent_id != claim.agent_id:
        raise NotFound


def require_claim(actor: Actor, agent_id: int) -> None:
    """An onboarded agent claims for themself."""
    require_onboarded(actor)
    if not is_platform(actor) and actor.agent_id != agent_id:
        raise NotFound
