"""An agent's answer to an offer, or its end without one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import PLATFORM, Actor
from accounts.errors import NotOnboarded, Suspended
from accounts.policies import require_standing
from accounts.services import hold_standing
from core.errors import NotFound
from core.events import publish
from live.errors import OfferGone
from live.events import AgentDeskChanged, ConversationAccepted, QueueMoved
from live.models import AgentPresence, Conversation, Offer, Segment
from live.policies import require_work
from live.selectors.conversations import programme_rules
from live.services.locks import _end_offer, _lock_conversation, _lock_presence, _move, _record
from live.services.messages import _post_system
from live.services.ownership import withdraw_offers
from live.services.routing import _drain_after_commit
from live.states import ConversationState, OfferState, PresenceReason, PresenceStatus, SystemCode
from tasks.errors import NoLongerEligible
from tasks.selectors import explain_claim, no_longer_eligible


def _lock_offer(offer: Offer) -> tuple[Conversation, Offer]:
    """The offer's conversation, then the offer, both as they are now."""
    row = _lock_conversation(offer.conversation_id)
    rows = Offer.objects.select_for_update(no_key=True, of=("self",))
    fresh = rows.select_related("claim__task__programme", "claim__agent", "agent").get(pk=offer.pk)
    return row, fresh


def accept_offer(*, actor: Actor, offer: Offer, at: datetime) -> Conversation:
    """Make the agent the owner: epoch up, a segment opens under the offer's claim, the first reply falls due.

    Publishes `ConversationAccepted`, `ConversationChanged`, `AgentDeskChanged`, `QueueMoved`, and a system
    message. Audited. Raises `NotFound` for somebody else's offer, `OfferGone` when it is no longer open,
    its time is over or the agent has checked out. Places are not counted again: the offer has held one since it was
    made, whatever number its client has set meanwhile. Who may not work any more (`Suspended`, `NotOnboarded`) or does
    not meet what the task asks (`NoLongerEligible`) loses their open offers, which go on to others at once.
    """
    agent_id = require_work(actor)
    try:
        return _accept(actor, agent_id, offer, at)
    except (NoLongerEligible, Suspended, NotOnboarded):
        withdraw_offers(agent_id=agent_id, at=at)
        raise


@transaction.atomic
def _accept(actor: Actor, agent_id: int, offer: Offer, at: datetime) -> Conversation:
    hold_standing(agent_id=agent_id, shared=True)
    row, fresh = _lock_offer(offer)
    if fresh.agent_id != agent_id:
        raise NotFound
    if fresh.state != OfferState.OPEN or at >= fresh.expires_at or row.state != ConversationState.OFFERED:
        raise OfferGone
    if fresh.claim.checked_out_at is not None:
        raise OfferGone
    _require_standing(fresh, at)
    rules = programme_rules(row.programme_id)
    presence = _lock_presence(agent_id)  # routing counts neither twice nor not at all what changes from offer to owned
    _end_offer(fresh, OfferState.ACCEPTED, at=at, actor=actor)
    waited = row.waited_seconds
    if waited is None and row.queued_at is not None:
        waited = int((at - row.queued_at).total_seconds())
    _move(
        row,
        ConversationState.ACTIVE,
        at=at,
        actor=actor,
        agent_id=agent_id,
        claim_id=fresh.claim_id,
        epoch=row.epoch + 1,
        waited_seconds=waited,
        waiting_since=None,
        reply_since=at,
        reply_due_at=at + timedelta(seconds=rules.first_reply_seconds),
        reply_overdue_at=None,
    )
    Segment.objects.create(
        conversation=row,
        agent_id=agent_id,
        claim_id=fresh.claim_id,
        epoch=row.epoch,
        from_seq=row.last_seq + 1,
        started_at=at,
    )
    AgentPresence.objects.filter(pk=presence.pk).update(missed_offers=0, idle_since=at)
    _post_system(conversation=row, code=SystemCode.AGENT_JOINED, at=at, name=fresh.agent.nickname)
    _record(row, "accept_offer", agent_public_id=fresh.agent.public_id, actor=actor, at=at, offer=fresh.public_id)
    publish(ConversationAccepted(row.pk, agent_id, fresh.claim_id, at))
    publish(QueueMoved(row.programme_id, at))
    return row


def _require_standing(offer: Offer, at: datetime) -> None:
    """The agent may still work, and still meets what the task asks, as the rows stand now."""
    require_standing(offer.agent)
    if no_longer_eligible([offer.claim], at):
        raise NoLongerEligible(detail=explain_claim(offer.claim, at).as_json())


@transaction.atomic
def decline_offer(*, actor: Actor, offer: Offer, at: datetime) -> None:
    """Pass the conversation on; the agent is not asked for it again for a minute.

    Raises `NotFound` for somebody else's offer and `OfferGone` when it is no longer open.
    """
    agent_id = require_work(actor)
    row, fresh = _lock_offer(offer)
    if fresh.agent_id != agent_id:
        raise NotFound
    if fresh.state != OfferState.OPEN:
        raise OfferGone
    _end_offer(fresh, OfferState.DECLINED, at=at, actor=actor)
    _back_in_line(row, at=at, actor=actor)


def expire_offers(*, at: datetime) -> int:
    """End every offer whose time is over; return how many. For the sweeper."""
    due = Offer.objects.filter(state=OfferState.OPEN, expires_at__lte=at).order_by("pk")
    return sum(expire_offer(offer=offer, at=at) for offer in due)


@transaction.atomic
def expire_offer(*, offer: Offer, at: datetime) -> bool:
    """End an offer whose time is over: it counts as missed, three in a row put the agent on a break.

    Safe to call twice; returns whether it ended now. The conversation goes to the next agent.
    """
    row, fresh = _lock_offer(offer)
    if fresh.state != OfferState.OPEN or fresh.expires_at > at:
        return False
    _end_offer(fresh, OfferState.EXPIRED, at=at, actor=None)
    rules = programme_rules(row.programme_id)
    presence = _lock_presence(fresh.agent_id)
    missed = presence.missed_offers + 1
    rows = AgentPresence.objects.filter(pk=presence.pk)
    if missed >= rules.missed_offers_to_break and presence.status == PresenceStatus.AVAILABLE:
        rows.update(missed_offers=0, status=PresenceStatus.BREAK, reason=PresenceReason.MISSED_OFFERS)
    else:
        rows.update(missed_offers=missed)
    publish(AgentDeskChanged(fresh.agent_id, at))
    _back_in_line(row, at=at, actor=PLATFORM)
    return True


def _back_in_line(row: Conversation, *, at: datetime, actor: Actor) -> None:
    """A conversation whose offer came to nothing waits again, at its old place."""
    if row.state == ConversationState.OFFERED:
        _move(row, ConversationState.QUEUED, at=at, actor=actor)
        publish(QueueMoved(row.programme_id, at))
    _drain_after_commit(row.programme_id, at)
