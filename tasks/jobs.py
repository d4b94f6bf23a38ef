"""Background entry points of the tasks app."""

from core import clock
from core.background import job
from tasks import services


@job("tasks.advance_due", limit_seconds=110)
def advance_due() -> int:
    """Move tasks and claims whose time has come."""
    return services.advance_due(at=clock.now())
