"""`manage.py seed_demo`: build the demo world in an empty database."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core import clock
from marketplace.demo import people, world

LOG_INS = f"""\
Every password is {people.PASSWORD}. Staff and owners also need a code: make code
  agent      lin@{people.DOMAIN} (Chinese), amara@{people.DOMAIN} (English), both checked in on Today when you say so
  new agent  qian@{people.DOMAIN}, leo@{people.DOMAIN}
  client     manager.yunzhan@{people.DOMAIN}, manager.harbour@{people.DOMAIN}; owner.yunzhan@{people.DOMAIN} with a code
  desk       trainer, certifier, reviewer, reviewer2, finance, finance2, operator, auditor (all @{people.DOMAIN})
"""


class Command(BaseCommand):
    help = "Build the demo world (people, courses, work, money) through the services. Needs an empty database."

    def handle(self, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are people in this database already. `make reset` starts over.")
        began = time.monotonic()
        is_terminal = self.stdout.isatty()

        def say(text: str) -> None:
            spent = f"{time.monotonic() - began:4.0f} s"
            if is_terminal:
                self.stdout.write(f"\r\x1b[KDemo world  {spent}  {text}", ending="")
            else:
                self.stdout.write(f"Demo world  {spent}  {text}")
            self.stdout.flush()

        world.build(say=say, now=clock.now())
        say("done")
        self.stdout.write("")
        notes = Path(settings.DATA_DIR) / "demo-log-ins.txt"
        notes.parent.mkdir(parents=True, exist_ok=True)
        notes.write_text(LOG_INS, encoding="utf-8")
