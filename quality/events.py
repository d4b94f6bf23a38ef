"""What quality tells the apps above it."""

from dataclasses import dataclass
from datetime import datetime

from core.events import Event


@dataclass(frozen=True)
class ConversationRated(Event):
    """A customer rated one segment."""

    rating_id: int
    agent_id: int
    claim_id: int | None
    at: datetime


@dataclass(frozen=True)
class ConversationScored(Event):
    """Smart QA has scored one segment."""

    result_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class ReviewSubmitted(Event):
    """A reviewer has judged one segment."""

    review_id: int
    agent_id: int
    claim_id: int | None
    at: datetime


@dataclass(frozen=True)
class ScoreChanged(Event):
    """An appeal changed a review's score, or a rating stopped counting: what was priced by it is priced anew."""

    agent_id: int
    claim_id: int | None
    review_id: int | None
    rating_id: int | None
    at: datetime


@dataclass(frozen=True)
class AppealOpened(Event):
    """An agent asked for one item of a review to be judged again."""

    appeal_id: int
    agent_id: int
    claim_id: int | None
    at: datetime


@dataclass(frozen=True)
class AppealDecided(Event):
    """A second reviewer has answered an appeal."""

    appeal_id: int
    agent_id: int
    changed: bool
    at: datetime
