"""What the agent had done before: quality and satisfaction move pay from the tenth sample on.

Making a new agent serve ten conversations by page would take an hour, so these come through the services, in one
transaction. Their block belongs to another client and is marked as served without being told to pay, as if it had
been priced and paid long ago.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import AgentProfile
from core.clock import BLOCK, floor_to_block
from live.models import AgentPresence
from live.tests.factories import Floor, floor, join
from quality.tests.factories import rated, reviewed, reviewer, sampled, served
from tasks.models import Claim
from tasks.states import ClaimState

SERVED = 10
UNHAPPY = 1
LOST = 10
"""Points each earlier review took of 100."""


@transaction.atomic
def give_history(agent: AgentProfile, *, now: datetime) -> None:
    """Ten conversations of yesterday, each reviewed with 90 and rated, one of them badly."""
    start = floor_to_block(now) - timedelta(days=1)
    made: Floor = floor(0, at=start, starts_at=start)
    join(made, agent=agent, at=start)
    judge = reviewer()
    for n in range(SERVED):
        at = start + timedelta(seconds=10 + 125 * n)
        AgentPresence.objects.update(last_seen_at=at)
        segment = served(made, at=at)
        rated(segment, csat=2 if n < UNHAPPY else 5, at=start + BLOCK)
        reviewed(sampled(segment, at=start + BLOCK), by=judge, lost=LOST, at=start + BLOCK)
    claims = Claim.objects.filter(agent=agent, ends_at__lte=start + BLOCK)
    claims.update(state=ClaimState.SERVED, checked_out_at=start + BLOCK, minutes_served=30)
    AgentPresence.objects.filter(agent=agent).delete()
