"""The Celery application. Jobs live in `<app>/jobs.py`; when they run by the clock is in `schedule.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

app = Celery("tideline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@app.on_after_configure.connect
def set_schedule(sender: Celery, **kwargs: object) -> None:
    """Load the periodic table once Django is ready."""
    from marketplace.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE
