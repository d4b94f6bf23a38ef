"""Background entry points of quality."""

from core import clock
from core.background import job
from quality import services


@job("quality.release_forgotten_samples")
def release_forgotten_samples() -> None:
    """Return to the queue what reviewers hold too long."""
    services.release_forgotten(at=clock.now())


@job("quality.settle_escalations")
def settle_escalations() -> int:
    """Call justified what nobody judged in time."""
    return services.settle_escalations(at=clock.now())


@job("quality.recompute_tiers", queue="score", limit_seconds=280)
def recompute_tiers() -> None:
    """Recompute every agent's tier from their windows."""
    services.recompute_tiers(at=clock.now())
