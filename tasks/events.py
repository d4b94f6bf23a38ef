"""What the tasks app tells the apps above it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.events import Event


@dataclass(frozen=True)
class RateCardPublished(Event):
    """A programme has a new version of its rate card; tasks posted from now on use it."""

    rate_card_id: int
    programme_id: int
    at: datetime

    unheard_because: ClassVar[str] = "prices are read when a task is posted; nobody waits for them"


@dataclass(frozen=True)
class TaskPublished(Event):
    """A task's budget is reserved and its blocks can be seen."""

    task_id: int
    at: datetime


@dataclass(frozen=True)
class TaskCancelled(Event):
    """The client called a task off; claims on blocks that had not started are waived."""

    task_id: int
    at: datetime


@dataclass(frozen=True)
class TaskSettled(Event):
    """A task is over, judged and paid; what was left of its reserve went back to the client."""

    task_id: int
    at: datetime

    unheard_because: ClassVar[str] = "the return of the reserve is posted by the service itself"


@dataclass(frozen=True)
class BlockClaimed(Event):
    """An agent committed to a block."""

    claim_id: int
    block_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class ClaimReleased(Event):
    """An agent gave a block back; `late` when it counts against adherence."""

    claim_id: int
    block_id: int
    agent_id: int
    late: bool
    at: datetime


@dataclass(frozen=True)
class ClaimWaived(Event):
    """A commitment ended through no doing of the agent's."""

    claim_id: int
    block_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class ClaimCalledOff(Event):
    """The client called a block off so late that the agent is paid a share of it: it can be priced."""

    claim_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class AgentCheckedIn(Event):
    """An agent is at work on a claim; routing may send conversations."""

    claim_id: int
    agent_id: int
    programme_id: int
    at: datetime


@dataclass(frozen=True)
class AgentCheckedOut(Event):
    """An agent left a claim, by choice or because the block ended."""

    claim_id: int
    agent_id: int
    programme_id: int
    at: datetime


@dataclass(frozen=True)
class ClaimServed(Event):
    """A block is over and the agent was there for `minutes` of it: it can be priced."""

    claim_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class ClaimMissed(Event):
    """A block is over and the agent never checked in."""

    claim_id: int
    agent_id: int
    at: datetime
