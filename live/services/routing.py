"""Offering waiting conversations to free agents, and keeping why."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Set
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q

from core.events import publish
from live.events import AgentDeskChanged, ConversationOffered, QueueMoved
from live.logic.routing import Candidate, Choice, Ranked, after_escalation, choose, refused_by
from live.logic.rules import Rules
from live.models import AgentPresence, Conversation, Escalation, Offer, RoutingDecision
from live.selectors.conversations import expert_requirement, load_of, programme_rules
from live.services.locks import _lock_conversation, _lock_presence, _move
from live.states import ConversationState, OfferState, PresenceStatus
from tasks.selectors import checked_in_claims, claim_at_work, no_longer_eligible, who_meets

logger = logging.getLogger(__name__)


@dataclass
class _Pass:
    """One pass over a programme's line: the agents as last seen, and what is asked at most once for all of it."""

    pool: dict[int, Candidate]
    rules: Rules
    at: datetime
    _experts: Set[int] | None = field(default=None)

    def experts(self, row: Conversation) -> Set[int]:
        """Who of the pool is an expert of the line's programme."""
        if self._experts is None:
            asked = expert_requirement(row.programme_id)
            organisation_id = row.programme.organisation_id
            self._experts = who_meets(asked, self.pool.keys(), organisation_id=organisation_id, at=self.at)
        return self._experts


def _drain_after_commit(programme_id: int, at: datetime) -> None:
    """Offer what waits as soon as the current change has committed. Lost with the process; then the sweeper does it."""
    transaction.on_commit(lambda: _drain(programme_id, at), robust=True)


def _drain(programme_id: int, at: datetime) -> None:
    try:
        assign_waiting(programme_id=programme_id, at=at)
    except Exception:
        logger.exception("programme %d was not drained; the sweeper will do it", programme_id)


def drain_programme(*, programme_id: int, at: datetime) -> None:
    """Capacity of a programme changed in the current transaction: offer what waits once it has committed."""
    _drain_after_commit(programme_id, at)


def assign_all_waiting(*, at: datetime) -> int:
    """Drain every programme in which somebody waits; return how many offers were made. For the sweeper."""
    waiting = Conversation.objects.filter(state=ConversationState.QUEUED).order_by()
    programmes = waiting.values_list("programme_id", flat=True).distinct()
    return sum(len(assign_waiting(programme_id=programme_id, at=at)) for programme_id in programmes)


def assign_waiting(*, programme_id: int, at: datetime) -> list[Offer]:
    """Offer the programme's waiting conversations, oldest first, until conversations or free agents run out.

    Each offer is a transaction of its own: the conversation is locked and seen to be waiting, the agent's
    presence is locked and their places counted again, then offer, decision and state are written together. An
    agent who turns out not to be free ends the transaction: nobody holds one presence and waits for another.
    Publishes `ConversationOffered`, `ConversationChanged`, `AgentDeskChanged`, `QueueMoved`.
    """
    line = Conversation.objects.filter(programme_id=programme_id, state=ConversationState.QUEUED)
    waiting = list(line.order_by("queued_at", "pk").values_list("pk", "language"))
    if not waiting:
        return []
    rules = programme_rules(programme_id)
    line_pass = _Pass(_pool(programme_id, at), rules, at)
    pool = line_pass.pool
    offers: list[Offer] = []
    for pk, language in waiting:
        if not any(_may_be_free(c, at, rules) for c in pool.values()):
            break
        if not any(language in c.languages for c in pool.values()):
            continue
        offer = _offer_one(pk, line_pass)
        if offer is not None:
            offers.append(offer)
            taken = pool[offer.agent_id]
            pool[offer.agent_id] = replace(taken, load=taken.load + 1, idle_since=at)
    return offers


def _may_be_free(candidate: Candidate, at: datetime, rules: Rules) -> bool:
    language = candidate.languages[0] if candidate.languages else ""
    why_not = refused_by(candidate, language=language, at=at, rules=rules, capacity=rules.chats_at_once)
    return not why_not


def _pool(programme_id: int, at: datetime) -> dict[int, Candidate]:
    """Every agent with a checked-in claim on the programme now, by agent.

    Three queries, and at most five more where tasks ask for something.
    """
    claims = checked_in_claims(programme_id, at)
    lost = no_longer_eligible(claims, at)
    ids = [claim.agent_id for claim in claims]
    presences = {p.agent_id: p for p in AgentPresence.objects.filter(agent_id__in=ids)}
    loads = load_of(ids)
    pool = {}
    for claim in claims:
        presence = presences.get(claim.agent_id)
        pool[claim.agent_id] = Candidate(
            agent_id=claim.agent_id,
            claim_id=claim.pk,
            languages=tuple(claim.agent.languages),
            is_onboarded=claim.agent.onboarded_at is not None,
            is_suspended=claim.agent.suspended_at is not None,
            is_eligible=claim.pk not in lost,
            is_available=presence is not None and presence.status == PresenceStatus.AVAILABLE,
            last_seen_at=presence.last_seen_at if presence else None,
            idle_since=presence.idle_since if presence else None,
            load=loads.get(claim.agent_id, 0),
        )
    return pool


def _offer_one(conversation_id: int, line: _Pass) -> Offer | None:
    """Ask the best agent; who is no longer free is put down as that in the pool, and the choice is made anew."""
    for _agent in range(len(line.pool)):
        offer, was_stale = _try_best(conversation_id, line)
        if not was_stale:
            return offer
    return None


@transaction.atomic
def _try_best(conversation_id: int, line: _Pass) -> tuple[Offer | None, bool]:
    """The offer, if one was made; and whether the agent chosen proved not to be free, so that another may be."""
    rules, at = line.rules, line.at
    row = _lock_conversation(conversation_id)
    if row.state != ConversationState.QUEUED:
        return None, False
    candidates = _for_experts(row, line)
    choice = choose(
        candidates.values(),
        language=row.language,
        at=at,
        rules=rules,
        capacity=rules.chats_at_once,
        seed=secrets.randbits(62),
    )
    if not choice.eligible:
        return None, False
    first = choice.eligible[0]
    fresh = _seen_under_lock(candidates[first.agent_id], at)
    line.pool[first.agent_id] = replace(fresh, times_offered=0, declined_at=None, is_expert=True, handed_it_on=False)
    if refused_by(fresh, language=row.language, at=at, rules=rules, capacity=rules.chats_at_once):
        return None, True
    return _write_offer(row, first, choice, rules, at), False


def _with_history(row: Conversation, pool: dict[int, Candidate]) -> dict[int, Candidate]:
    """The pool with what each agent already did with this conversation in its present wait."""
    lines = (
        Offer.objects.filter(conversation=row, created_at__gte=row.waiting_since)
        .order_by()
        .values_list("agent_id")
        .annotate(times=Count("pk"), declined_at=Max("answered_at", filter=Q(state=OfferState.DECLINED)))
    )
    asked = {agent_id: (times, declined_at) for agent_id, times, declined_at in lines}
    return {
        agent_id: replace(c, times_offered=asked[agent_id][0], declined_at=asked[agent_id][1])
        if agent_id in asked
        else c
        for agent_id, c in pool.items()
    }


def _for_experts(row: Conversation, line: _Pass) -> dict[int, Candidate]:
    """The pool for this conversation. One that was handed on: experts first, and never back while another is there."""
    pool = _with_history(row, line.pool)
    if row.epoch == 0 or row.waiting_since is None:  # nobody has served it
        return pool
    handed_on_by = set(Escalation.objects.filter(segment__conversation=row).values_list("segment__agent_id", flat=True))
    if not handed_on_by:
        return pool
    is_relaxed = line.at >= row.waiting_since + timedelta(seconds=line.rules.expert_seconds)
    experts = frozenset() if is_relaxed else line.experts(row)
    return after_escalation(
        pool,
        experts=experts,
        handed_on_by=handed_on_by,
        is_relaxed=is_relaxed,
        language=row.language,
        at=line.at,
        rules=line.rules,
    )


def _seen_under_lock(candidate: Candidate, at: datetime) -> Candidate:
    """The candidate as the rows are now, with the agent's presence locked until the offer is written."""
    presence = _lock_presence(candidate.agent_id)
    claim = claim_at_work(candidate.claim_id, at)
    if claim is None:
        return replace(candidate, is_available=False)
    return replace(
        candidate,
        is_onboarded=claim.agent.onboarded_at is not None,
        is_suspended=claim.agent.suspended_at is not None,
        is_eligible=not no_longer_eligible([claim], at),
        is_available=presence.status == PresenceStatus.AVAILABLE,
        last_seen_at=presence.last_seen_at,
        load=load_of([candidate.agent_id]).get(candidate.agent_id, 0),
    )


def _write_offer(row: Conversation, first: Ranked, choice: Choice, rules: Rules, at: datetime) -> Offer:
    eligible = [asdict(r) for r in choice.eligible]
    decision = RoutingDecision.objects.create(
        conversation=row,
        agent_id=first.agent_id,
        at=at,
        policy=choice.policy,
        policy_version=choice.policy_version,
        seed=choice.seed,
        reason="fewest_offers_then_longest_idle",
        eligible=[{"agent": r.pop("agent_id"), **{k: v for k, v in r.items() if k != "claim_id"}} for r in eligible],
        refused={str(agent_id): why for agent_id, why in choice.refused.items()},
    )
    offer = Offer.objects.create(
        conversation=row,
        agent_id=first.agent_id,
        claim_id=first.claim_id,
        decision=decision,
        created_at=at,
        expires_at=at + timedelta(seconds=rules.offer_seconds),
    )
    _move(row, ConversationState.OFFERED, at=at, actor=None)
    publish(AgentDeskChanged(first.agent_id, at))
    publish(ConversationOffered(offer.pk, row.pk, first.agent_id, at))
    publish(QueueMoved(row.programme_id, at))
    return offer
