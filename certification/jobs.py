"""Background entry points: the sweepers of this app."""

from certification import services
from core import clock
from core.background import job


@job("certification.expire_certificates")
def expire_certificates() -> int:
    """Show as expired what the clock has ended."""
    return services.expire_certificates(at=clock.now())


@job("certification.close_overdue")
def close_overdue() -> int:
    """Hand in or expire what nobody handed in by its deadline, the practical parts too."""
    at = clock.now()
    return services.close_overdue(at=at) + services.close_overdue_practicals(at=at)


@job("certification.decay_skills", queue="score")
def decay_skills() -> int:
    """Lower what has been idle for months."""
    return services.decay_skills(at=clock.now())


@job("certification.compute_statistics", queue="score")
def compute_statistics() -> int:
    """Say anew how questions did, for exams somebody has sat since."""
    return services.compute_due_statistics(at=clock.now())
