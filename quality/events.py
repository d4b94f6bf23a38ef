"""What quality tells the apps above it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.events import Event


@dataclass(frozen=True)
class ConversationRated(Event):
    """A customer rated one segment."""

    unheard_because: ClassVar[str] = (
        "a price is made from the ratings of its day; one that stops counting later is told by ScoreChanged"
    )

    rating_id: int
    agent_id: int
    claim_id: int | None
    at: datetime


@dataclass(frozen=True)
class ConversationScored(Event):
    """Smart QA has scored one segment."""

    unheard_because: ClassVar[str] = (
        "the draw for human review is made by the service itself; smart QA alone never moves pay or tier"
    )

    result_id: int
    agent_id: int
    at: datetime


@dataclass(frozen=True)
class ReviewSubmitted(Event):
    """A reviewer has judged one segment."""

    unheard_because: ClassVar[str] = (
        "a price is made from the reviews of its day; a score that changes later is told by ScoreChanged"
    )

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
class EscalationJudged(Event):
    """Handing a conversation to an expert was found justified, or nobody judged it in time: it is paid."""

    review_id: int
    agent_id: int
    claim_id: int
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

    unheard_because: ClassVar[str] = (
        "pay listens to ScoreChanged; an appeal upheld changes nothing, and the earning becomes final at its deadline"
    )

    appeal_id: int
    agent_id: int
    changed: bool
    at: datetime
