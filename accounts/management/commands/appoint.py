"""`manage.py appoint EMAIL ROLE`: give somebody a platform role, the first operator of a new site above all."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import PLATFORM
from accounts.models import User
from accounts.services import assign_staff_role
from accounts.states import StaffRole
from core import clock


class Command(BaseCommand):
    """The person has signed up before; the role is audited as given by the platform. Twice is once."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=StaffRole.values)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody has signed up as {options['email']}. Sign up on the site first, then run this.")
        assign_staff_role(actor=PLATFORM, user=user, role=StaffRole(options["role"]), at=clock.now())
        self.stdout.write(f"{user.email} is {options['role']} now. A second factor is asked for before it counts.")
