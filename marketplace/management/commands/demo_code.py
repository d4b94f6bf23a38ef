"""`manage.py demo_code`: the present second-factor code of the demo world's staff and owners."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.demo.cast import TOTP_SECRET


class Command(BaseCommand):
    help = "Print the code an authenticator app would show now for the demo world's staff and owners."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("There is no demo world in production.")
        counter = next(iter(yield_hotp_counters_from_time()))
        left = 30 - int(time.time()) % 30
        self.stdout.write(f"{format_hotp_value(hotp_value(TOTP_SECRET, counter))}  (good for {left} s)")
