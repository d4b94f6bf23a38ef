"""`manage.py verify_books`: prove every invariant of the books, and say where one breaks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.models import Account, Entry
from ledger.selectors import verify


class Command(BaseCommand):
    """Exit code 0 when the books are whole, 1 with one line per break otherwise."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = verify()
        for found in breaks:
            self.stderr.write(str(found))
        if breaks:
            raise CommandError(f"{len(breaks)} broken place(s)")
        self.stdout.write(f"{Account.objects.count()} accounts, {Entry.objects.count()} entries: all whole")
