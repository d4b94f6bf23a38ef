"""What pay hears from below. After commit and idempotent: a price that cannot be made just now is made later."""

from accounts.actors import PLATFORM
from core.events import after
from pay import services
from tasks.events import ClaimServed
from tasks.selectors import claim_by_id


@after(ClaimServed)
def price_served_claim(event: ClaimServed) -> None:
    """A block was worked: price it, as of the moment it was."""
    services.price_claim(actor=PLATFORM, at=event.at, claim=claim_by_id(event.claim_id))
