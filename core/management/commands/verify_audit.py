"""`manage.py verify_audit`: read every audit chain and checkpoint and say where one breaks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.models import AuditEntry, AuditStream


class Command(BaseCommand):
    """Exit code 0 when every chain is whole, 1 with one line per break otherwise."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = audit.verify()
        for found in breaks:
            self.stderr.write(str(found))
        if breaks:
            raise CommandError(f"{len(breaks)} broken place(s)")
        self.stdout.write(f"{AuditStream.objects.count()} streams, {AuditEntry.objects.count()} entries: all whole")
