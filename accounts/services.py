"""Every write of people, organisations and programmes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import ApiKey


def note_api_key_use(*, key: ApiKey, at: datetime) -> None:
    """Remember that a key was used, at most once a minute."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - timedelta(minutes=1))
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=at)
