"""Who may write courses, see drafts and learn. `require_*` raises, `can_*` answers."""

from __future__ import annotations

from accounts.actors import Actor
from accounts.policies import can_staff, is_platform, require_onboarded, require_staff
from accounts.states import StaffRole
from core.errors import NotFound
from training.models import Enrolment


def can_author(actor: Actor) -> bool:
    """Trainers write courses."""
    return can_staff(actor, StaffRole.TRAINER)


def require_author(actor: Actor) -> None:
    """Trainers; everybody else is refused."""
    require_staff(actor, StaffRole.TRAINER)


def can_see_drafts(actor: Actor) -> bool:
    """Platform staff look at drafts; nobody else knows of them."""
    return can_staff(actor)


def require_learner(actor: Actor, agent_id: int) -> None:
    """The agent themself, onboarded and not suspended; another agent's learning is not there for them."""
    require_onboarded(actor)
    if not is_platform(actor) and actor.agent_id != agent_id:
        raise NotFound


def require_own_enrolment(actor: Actor, enrolment: Enrolment) -> None:
    """As `require_learner`, for whoever the enrolment belongs to."""
    require_learner(actor, enrolment.agent_id)
