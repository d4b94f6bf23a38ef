"""What pay tells. It stands above every other app but the pages, so few listen."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.events import Event

_PAGES = "pages are nudged by the service"


@dataclass(frozen=True)
class EarningPriced(Event):
    """A worked block has a price, or a new one."""

    earning_id: int
    agent_id: int
    version: int
    at: datetime

    unheard_because: ClassVar[str] = _PAGES


@dataclass(frozen=True)
class EarningFinal(Event):
    """An earning can no longer fall and is owed."""

    earning_id: int
    agent_id: int
    at: datetime

    unheard_because: ClassVar[str] = _PAGES


@dataclass(frozen=True)
class PayoutMoved(Event):
    """A payout was requested, approved, sent, paid, or failed."""

    payout_id: int
    agent_id: int
    state: str
    at: datetime

    unheard_because: ClassVar[str] = _PAGES


@dataclass(frozen=True)
class DepositReceived(Event):
    """A client's money arrived."""

    deposit_id: int
    organisation_id: int
    at: datetime

    unheard_because: ClassVar[str] = _PAGES
