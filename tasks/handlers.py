"""What follows from events of this and lower apps: a lost certificate gives its blocks back, open pages look again."""

from accounts.actors import PLATFORM
from certification.events import CertificateRevoked
from core import realtime
from core.events import after, on
from tasks import services
from tasks.events import (
    AgentCheckedIn,
    AgentCheckedOut,
    BlockClaimed,
    ClaimMissed,
    ClaimReleased,
    ClaimServed,
    ClaimWaived,
    TaskCancelled,
    TaskPublished,
)
from tasks.selectors.topics import claim_topics, task_topic


@after(CertificateRevoked)
def waive_uncertified(event: CertificateRevoked) -> None:
    """Blocks that rested on the certificate go back on the board."""
    services.waive_uncertified(actor=PLATFORM, at=event.at, agent_id=event.agent_id, slug=event.slug)


@on(TaskPublished)
def nudge_published(event: TaskPublished) -> None:
    """A new task: the list of work and the client's page."""
    realtime.nudge("work")
    realtime.nudge(task_topic(task_id=event.task_id))


@on(TaskCancelled)
def nudge_cancelled(event: TaskCancelled) -> None:
    """A task called off: the list of work and the client's page."""
    realtime.nudge("work")
    realtime.nudge(task_topic(task_id=event.task_id))


def _nudge_claim(
    event: BlockClaimed | ClaimReleased | ClaimWaived | AgentCheckedIn | AgentCheckedOut | ClaimServed | ClaimMissed,
) -> None:
    for topic in claim_topics(claim_id=event.claim_id):
        realtime.nudge(topic)


@on(BlockClaimed)
def nudge_claimed(event: BlockClaimed) -> None:
    """A seat is taken: the task's pages and the agent's calendar."""
    _nudge_claim(event)


@on(ClaimReleased)
def nudge_released(event: ClaimReleased) -> None:
    """A seat is free again."""
    _nudge_claim(event)


@on(ClaimWaived)
def nudge_waived(event: ClaimWaived) -> None:
    """The agent's calendar lost a block."""
    _nudge_claim(event)


@on(AgentCheckedIn)
def nudge_checked_in(event: AgentCheckedIn) -> None:
    """The agent is at work."""
    _nudge_claim(event)


@on(AgentCheckedOut)
def nudge_checked_out(event: AgentCheckedOut) -> None:
    """The agent has left."""
    _nudge_claim(event)


@on(ClaimServed)
def nudge_served(event: ClaimServed) -> None:
    """The block is over."""
    _nudge_claim(event)


@on(ClaimMissed)
def nudge_missed(event: ClaimMissed) -> None:
    """The block is over and nobody came."""
    _nudge_claim(event)
