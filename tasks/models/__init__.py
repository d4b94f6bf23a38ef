"""Rate cards, tasks, their blocks, and agents' claims on them."""

from tasks.models.claims import Claim
from tasks.models.feeds import CalendarFeed
from tasks.models.rates import RateCard
from tasks.models.work import Block, Task

__all__ = ["Block", "CalendarFeed", "Claim", "RateCard", "Task"]
