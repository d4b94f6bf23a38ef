"""Who may touch which money."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from accounts.actors import Actor
from accounts.policies import (
    CLIENT_EDITORS,
    can_client,
    can_staff,
    is_platform,
    require_agent,
    require_client,
    require_mfa,
    require_staff,
)
from accounts.states import Scope, StaffRole
from core.errors import NotAllowed, NotFound
from pay.errors import OwnOrganisation, OwnPayout, SecondBooker, SecondPerson
from pay.models import Deposit, Earning, Payout

if TYPE_CHECKING:
    from accounts.models import AgentProfile, Organisation


def can_see_earning(actor: Actor, earning: Earning) -> bool:
    """The agent who earned it, and finance and auditors. Clients see their spending, not people's pay."""
    return actor.agent_id == earning.agent_id or can_staff(actor, StaffRole.FINANCE, StaffRole.AUDITOR)


def require_see_earning(actor: Actor, earning: Earning) -> None:
    """Others do not learn that it exists."""
    if not can_see_earning(actor, earning):
        raise NotFound


def require_pay_agent(actor: Actor, agent: AgentProfile) -> None:
    """Ask for one's own money, suspended or not; or finance, on somebody else's behalf."""
    if is_platform(actor):
        return
    require_agent_or_finance(actor)
    if actor.agent_id != agent.pk:
        require_finance(actor)


def require_agent_or_finance(actor: Actor) -> None:
    """An agent at any stage, or finance."""
    if not can_staff(actor, StaffRole.FINANCE):
        require_agent(actor)


def require_finance(actor: Actor) -> None:
    """Finance with a second factor."""
    require_staff(actor, StaffRole.FINANCE)
    require_mfa(actor)


def require_read_payouts(actor: Actor) -> None:
    """Finance and auditors see everybody's payouts."""
    require_staff(actor, StaffRole.FINANCE, StaffRole.AUDITOR)
    require_mfa(actor)


def require_handle_payout(actor: Actor, payout: Payout) -> None:
    """Finance with a second factor; never a payout to oneself."""
    require_finance(actor)
    if actor.agent_id is not None and actor.agent_id == payout.agent_id:
        raise OwnPayout


def can_handle_payout(actor: Actor, payout: Payout) -> bool:
    """Whether `require_handle_payout` lets the actor through."""
    return _passes(lambda: require_handle_payout(actor, payout))


def can_approve_payout(actor: Actor, payout: Payout) -> bool:
    """Whether `require_approve_payout` lets the actor through."""
    return _passes(lambda: require_approve_payout(actor, payout))


def _passes(require: Callable[[], None]) -> bool:
    try:
        require()
    except NotAllowed:
        return False
    return True


def require_approve_payout(actor: Actor, payout: Payout) -> None:
    """As above, and not somebody who has approved it already: a second pair of eyes is another person's."""
    require_handle_payout(actor, payout)
    if is_platform(actor) or actor.user_id is None or payout.approvals.filter(user_id=actor.user_id).exists():
        raise SecondPerson


def require_book_transfer(actor: Actor, organisation: Organisation) -> None:
    """Finance with a second factor; never for an organisation one belongs to."""
    require_finance(actor)
    if actor.is_client(organisation.pk):
        raise OwnOrganisation


def require_approve_transfer(actor: Actor, deposit: Deposit) -> None:
    """As above, and not whoever recorded it: a second pair of eyes is another person's."""
    require_book_transfer(actor, deposit.organisation)
    if actor.user_id is None or actor.user_id == deposit.started_by_id:
        raise SecondBooker


def can_approve_transfer(actor: Actor, deposit: Deposit) -> bool:
    """Whether `require_approve_transfer` lets the actor through."""
    return _passes(lambda: require_approve_transfer(actor, deposit))


def can_deposit(actor: Actor, organisation: Organisation) -> bool:
    """Owners and managers bring money in; an API key cannot."""
    return can_client(actor, organisation, *CLIENT_EDITORS) and actor.api_key_id is None


def require_deposit(actor: Actor, organisation: Organisation) -> None:
    """Owners (with a second factor) and managers; strangers are not told that the organisation exists."""
    require_client(actor, organisation, *CLIENT_EDITORS)
    require_mfa(actor)


def require_see_spending(actor: Actor, organisation: Organisation) -> None:
    """Every member; a key with `money:read`."""
    require_client(actor, organisation, scope=Scope.MONEY_READ)
