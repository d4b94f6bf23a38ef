"""Whether an agent is there. Sockets say so again and again; what falls silent for 30 s is gone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.errors import Invalid
from core.events import publish
from live.events import AgentDeskChanged
from live.models import AgentPresence
from live.policies import require_work
from live.services.locks import _lock_presence
from live.services.ownership import withdraw_offers
from live.services.routing import _drain_after_commit
from live.states import PresenceReason, PresenceStatus
from tasks.selectors import active_claim


def set_presence(*, actor: Actor, status: str, at: datetime) -> AgentPresence:
    """The agent becomes available, or takes a break: then open offers go on to others, conversations stay.

    Publishes `AgentDeskChanged`. Raises `Invalid` for another status, `NotAllowed` for who may not work.
    """
    agent_id = require_work(actor)
    if status not in (PresenceStatus.AVAILABLE, PresenceStatus.BREAK):
        raise Invalid(fields={"status": _("Choose available or break.")})
    with transaction.atomic():
        presence = _lock_presence(agent_id)
        became = status == PresenceStatus.AVAILABLE and presence.status != status
        presence.status, presence.reason, presence.missed_offers = status, PresenceReason.NONE, 0
        presence.last_seen_at = at
        presence.idle_since = at if became else presence.idle_since
        presence.save(update_fields=["status", "reason", "missed_offers", "last_seen_at", "idle_since"])
        publish(AgentDeskChanged(agent_id, at))
        _drain_for(agent_id, at)
    if status == PresenceStatus.BREAK:
        withdraw_offers(agent_id=agent_id, at=at)
    return presence


def heartbeat(*, actor: Actor, at: datetime) -> bool:
    """Note that the agent is there, with one statement. Returns whether they had been given up.

    An agent who was available when the connection was lost is available again. Raises `NotAllowed` for who
    may not work any more.
    """
    agent_id = require_work(actor)
    rows = AgentPresence.objects.filter(agent_id=agent_id)
    if rows.exclude(status=PresenceStatus.AWAY, reason=PresenceReason.DROPPED).update(last_seen_at=at):
        return False
    with transaction.atomic():
        presence = _lock_presence(agent_id)
        came_back = presence.reason == PresenceReason.DROPPED and presence.status == PresenceStatus.AWAY
        presence.last_seen_at = at
        if came_back:
            presence.status, presence.reason, presence.idle_since = PresenceStatus.AVAILABLE, PresenceReason.NONE, at
            publish(AgentDeskChanged(agent_id, at))
            _drain_for(agent_id, at)
        presence.save(update_fields=["status", "reason", "last_seen_at", "idle_since"])
    return came_back


def _drain_for(agent_id: int, at: datetime) -> None:
    """An agent's places may have become free: look at the line of the programme they are at work for."""
    claim = active_claim(agent_id, at)
    if claim is not None:
        _drain_after_commit(claim.task.programme_id, at)
