"""The secret address of an agent's calendar."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.policies import require_agent, require_onboarded
from tasks.models import CalendarFeed
from tasks.selectors.calendars import hash_token


@transaction.atomic
def renew_calendar_feed(*, actor: Actor, at: datetime) -> str:
    """Make a new secret for one's calendar address and return it, this once; the one before stops working.

    Onboarded agents only; anybody may take their own away.
    """
    require_onboarded(actor)
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(
        agent_id=actor.agent_id, defaults={"token_hash": hash_token(token), "created_at": at}
    )
    return token


@transaction.atomic
def close_calendar_feed(*, actor: Actor, at: datetime) -> None:
    """Take one's calendar address away."""
    require_agent(actor)
    CalendarFeed.objects.filter(agent_id=actor.agent_id).delete()
