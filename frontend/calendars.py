"""Blocks as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

if TYPE_CHECKING:
    from tasks.models import Claim


REMIND = timedelta(minutes=30)


def calendar_of(claims: Iterable[Claim], *, at: datetime) -> bytes:
    """One event per block with a reminder half an hour before; the event's UID is the claim's public id."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tideline//Blocks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Tideline blocks"))
    calendar.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
    for claim in claims:
        event = Event()
        event.add("uid", f"{claim.public_id}@tideline")
        event.add("dtstamp", at)
        event.add("dtstart", claim.starts_at)
        event.add("dtend", claim.ends_at)
        event.add("summary", claim.task.title)
        event.add("url", f"{settings.BASE_URL}{reverse('agent:blocks')}?week={claim.starts_at:%Y-%m-%d}")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", claim.task.title)
        alarm.add("trigger", -REMIND)
        event.add_component(alarm)
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body
