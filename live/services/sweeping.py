"""Sweeping away files that were never sent, and those that no row names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef

from live.logic.rules import RULES
from live.models import Attachment, Message
from live.services.attachments import _delete_files

_SWEPT_AT_ONCE = 200
_LOOKED_UP_AT_ONCE = 1000
_LONGEST_PAUSE = timedelta(days=30)
"""A sweeper that rested longer leaves what is older; without the bound every run would read every file ever sent."""


def sweep_attachments(*, at: datetime) -> int:
    """Delete what was uploaded a day ago and never sent; one that is being sent at this moment is left alone."""
    old = at - timedelta(seconds=RULES.unsent_file_seconds)
    lately = Attachment.objects.filter(created_at__lt=old, created_at__gt=old - _LONGEST_PAUSE)
    rows = lately.filter(~Exists(Message.objects.filter(attachment=OuterRef("pk")))).order_by("created_at")
    with transaction.atomic():
        unsent = list(rows.select_for_update(skip_locked=True, of=("self",))[:_SWEPT_AT_ONCE])
        Attachment.objects.filter(pk__in=[row.pk for row in unsent]).delete()
    for row in unsent:
        _delete_files(row)
    return len(unsent)


def sweep_lost_files(*, at: datetime) -> int:
    """Delete files without a row, a day old or more: what a process left that was killed between the one and the other.

    Looks into the folders of this month and the last. Files are written before their rows and deleted after them.
    """
    this_month = at.replace(day=1)
    folders = [f"live/{month:%Y/%m}" for month in (this_month, this_month - timedelta(days=1))]
    return sum(_sweep_folder(folder, at - timedelta(seconds=RULES.unsent_file_seconds)) for folder in folders)


def _sweep_folder(folder: str, old: datetime) -> int:
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    swept = 0
    for start in range(0, len(names), _LOOKED_UP_AT_ONCE):
        owners = {name: name.split(".")[0] for name in names[start : start + _LOOKED_UP_AT_ONCE]}
        rows = Attachment.objects.filter(public_id__in=set(owners.values()))
        known = set(rows.values_list("public_id", flat=True))
        for path in (f"{folder}/{name}" for name, owner in owners.items() if owner not in known):
            if default_storage.get_modified_time(path) < old:
                default_storage.delete(path)
                swept += 1
    return swept
