"""What Home shows a client: work that needs seats or a decision, and how customers took it."""

from datetime import timedelta
from typing import Any

from accounts.selectors import programmes_for
from core.clock import now
from frontend.organisation import current_organisation
from frontend.requests import PageRequest
from quality.selectors import programme_quality
from tasks.policies import can_post
from tasks.selectors import state_counts, tasks_for
from tasks.states import LIVE, TaskState

SHOWN = 5
DAYS = 30


def work(request: PageRequest) -> dict[str, Any]:
    """Tasks that run or are being staffed, the soonest first, and how many drafts wait to be finished."""
    organisation = current_organisation(request)
    mine = tasks_for(request.actor).filter(programme__organisation=organisation)
    return {
        "tasks": list(mine.filter(state__in=LIVE).order_by("starts_at", "pk")[:SHOWN]),
        "drafts": state_counts(request.actor).get(TaskState.DRAFT, 0),
        "may_post": can_post(request.actor, organisation),
    }


def satisfaction(request: PageRequest) -> dict[str, Any] | None:
    """Satisfied customers of each programme over 30 days; silent before anybody was served."""
    at = now()
    boards = [
        programme_quality(actor=request.actor, programme=programme, since=at - timedelta(days=DAYS), until=at)
        for programme in programmes_for(request.actor, organisation=current_organisation(request))
    ]
    boards = [board for board in boards if board.served]
    return {"boards": boards, "days": DAYS} if boards else None
