"""Who may read the books as a whole. Clients and agents read their own part through `pay`."""

from accounts.actors import Actor
from core.errors import NotFound
from ledger.states import READERS


def can_read_books(actor: Actor) -> bool:
    """Finance, operators and auditors; and the platform itself."""
    return actor.is_staff(*READERS)


def require_read_books(actor: Actor) -> None:
    """Raise `NotFound` for everybody who may not read the books."""
    if not can_read_books(actor):
        raise NotFound
