"""What follows from events of this and lower apps: pages that show a task or a person's blocks look again."""

from core import realtime
from core.events import on
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
