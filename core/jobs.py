"""Background entry points of the shared mechanisms."""

from core import audit, clock, events, idempotency
from core.background import job


@job("core.deliver_due_events", limit_seconds=60)
def deliver_due_events() -> int:
    """Deliver recorded events that are due; woken after every publishing commit and swept by the clock."""
    return events.deliver_due(at=clock.now())


@job("core.sign_audit_checkpoint", limit_seconds=240)
def sign_audit_checkpoint() -> None:
    """Sign the roots of all audit streams into a file outside the database."""
    audit.write_checkpoint(at=clock.now())


@job("core.forget_idempotency_keys", limit_seconds=120)
def forget_idempotency_keys() -> int:
    """Drop idempotency keys past their time."""
    return idempotency.forget_old(at=clock.now())
