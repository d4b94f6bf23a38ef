"""Who may judge, appeal and see quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.actors import Actor
from accounts.policies import require_client, require_mfa, require_staff
from accounts.states import ClientRole, StaffRole
from core.errors import NotFound
from quality.errors import NotYourTeam, SameReviewer
from quality.models import Appeal, EscalationReview, Rating, ReviewItem, Sample

if TYPE_CHECKING:
    from accounts.models import AgentProfile, Programme


def require_reviewer(actor: Actor) -> None:
    """Holds the platform role of reviewer, with a second factor: what reviewers decide moves pay."""
    require_staff(actor, StaffRole.REVIEWER)
    require_mfa(actor)


def can_judge(actor: Actor, agent: AgentProfile) -> bool:
    """A reviewer judges neither themselves nor, when an agent too, a member of their own team."""
    if agent.user_id == actor.user_id:
        return False
    membership = getattr(agent, "team_membership", None)
    return membership is None or actor.team_id is None or membership.team_id != actor.team_id


def require_can_judge(actor: Actor, sample: Sample) -> None:
    require_reviewer(actor)
    if not can_judge(actor, sample.agent):
        raise NotYourTeam


def require_can_appeal(actor: Actor, item: ReviewItem) -> None:
    """Only the agent who was judged may appeal; for others the item does not exist."""
    if actor.agent_id is None or item.review.agent_id != actor.agent_id:
        raise NotFound


def require_can_decide(actor: Actor, appeal: Appeal) -> None:
    """Another reviewer than the first, and not of the agent's team."""
    require_reviewer(actor)
    if appeal.review_item.review.reviewer_id == actor.user_id:
        raise SameReviewer
    if not can_judge(actor, appeal.agent):
        raise NotYourTeam


def require_can_answer_escalation(actor: Actor, review: EscalationReview) -> None:
    """Another reviewer than the first, and not of the agent's team."""
    require_reviewer(actor)
    if review.judged_by_id == actor.user_id:
        raise SameReviewer
    if not can_judge(actor, review.agent):
        raise NotYourTeam


def require_can_mark(actor: Actor, rating: Rating) -> None:
    """A reviewer, or a supervisor, manager or owner of the client whose programme it is."""
    if actor.is_staff(StaffRole.REVIEWER):
        require_mfa(actor)
        return
    require_client(actor, rating.programme.organisation, ClientRole.OWNER, ClientRole.MANAGER, ClientRole.SUPERVISOR)


def require_can_set_scorecard(actor: Actor, programme: Programme) -> None:
    """The client's owner or manager, or a reviewer of the platform."""
    if actor.is_staff(StaffRole.REVIEWER):
        require_mfa(actor)
        return
    require_client(actor, programme.organisation, ClientRole.OWNER, ClientRole.MANAGER)
