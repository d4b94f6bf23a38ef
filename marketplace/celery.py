"""The Celery application. Jobs live in `<app>/jobs.py`; when they run by the clock is in `schedule.py`."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

app = Celery("tideline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@app.on_after_configure.connect
def set_schedule(sender: Celery, **kwargs: object) -> None:
    """Load the periodic table once Django is ready."""
    from marketplace.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE


@worker_init.connect
@beat_init.connect
def start_only_when_safe(**kwargs: object) -> None:
    """Hold workers and the clock to the same checks as the web."""
    from marketplace.checks import refuse_unsafe

    refuse_unsafe()
