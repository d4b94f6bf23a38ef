"""Background entry points of pay; each is safe to run twice."""

from accounts.actors import PLATFORM
from core import clock
from core.background import job
from pay import services


@job("pay.accept_due", queue="pay", limit_seconds=240)
def accept_due() -> int:
    """Count late conversations, open reviews, and make earnings final whose deadline has passed."""
    return services.accept_due(actor=PLATFORM, at=clock.now())


@job("pay.run_weekly_payouts", queue="pay", limit_seconds=280)
def run_weekly_payouts() -> None:
    """Pay everybody who is owed something, on Mondays: the week is the run's key, so every further call is no call."""
    at = clock.now()
    if at.isoweekday() != 1:
        return
    year, week, _day = at.isocalendar()
    services.run_payouts(actor=PLATFORM, at=at, idempotency_key=f"week {year}-{week:02d}")
