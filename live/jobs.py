"""What the clock does on the live floor. Each is safe to run twice or to miss a turn."""

from core import clock
from core.background import job
from live import services


@job("live.expire_offers", limit_seconds=30)
def expire_offers() -> int:
    """End offers nobody answered in time; sockets do it on the second, this finds what they missed."""
    return services.expire_offers(at=clock.now())


@job("live.assign_waiting", limit_seconds=30)
def assign_waiting() -> int:
    """Offer what waits in every programme; finds what a lost process did not drain."""
    return services.assign_all_waiting(at=clock.now())


@job("live.requeue_dropped", limit_seconds=30)
def requeue_dropped() -> int:
    """Take conversations from agents not heard of for 30 s."""
    return services.requeue_dropped(at=clock.now())


@job("live.sweep_attachments", limit_seconds=60)
def sweep_attachments() -> int:
    """Delete files that were uploaded and never sent."""
    return services.sweep_attachments(at=clock.now())


@job("live.sweep_lost_files", limit_seconds=300)
def sweep_lost_files() -> int:
    """Delete files that no row names any more, or never did."""
    return services.sweep_lost_files(at=clock.now())


@job("live.tidy_conversations", limit_seconds=60)
def tidy_conversations() -> int:
    """Warn of late replies, end what is served to nobody, close what was never wrapped up."""
    at = clock.now()
    return services.warn_overdue_replies(at=at) + services.end_left(at=at) + services.close_overdue_wrap_ups(at=at)
