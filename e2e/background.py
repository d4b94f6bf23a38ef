"""The site's Celery application as browser tests run it: every sweeper that is due within a minute, each second."""

from typing import Any

from marketplace.celery import app

QUICK_SECONDS, OFTEN_SECONDS = 1, 60


@app.on_after_configure.connect
def hurry(sender: Any, **kwargs: object) -> None:
    """Shorten the periods; `marketplace.celery` has set the table just before."""
    for entry in sender.conf.beat_schedule.values():
        if entry["schedule"] <= OFTEN_SECONDS:
            entry["schedule"] = QUICK_SECONDS
