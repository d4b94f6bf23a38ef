"""Presence, offers, and why an agent was asked."""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from core.errors import NotFound
from live.models import AgentPresence, Conversation, Offer, RoutingDecision


def presence_of(agent_id: int) -> AgentPresence:
    """The agent's presence; an unsaved `away` for one who was never there."""
    return AgentPresence.objects.filter(agent_id=agent_id).first() or AgentPresence(agent_id=agent_id)


def agent_card(agent_id: int) -> dict[str, Any]:
    """What an agent's own workspace says of them, once they have been there."""
    agent = AgentPresence.objects.select_related("agent").get(agent_id=agent_id).agent
    return {"id": agent.public_id, "name": agent.nickname, "languages": agent.languages}


def offer_by_public_id(public_id: str, *, actor: Actor) -> Offer:
    """An offer made to this agent; to anybody else it does not exist."""
    offer = Offer.objects.select_related("conversation", "decision").filter(public_id=public_id).first()
    if offer is None or offer.agent_id != actor.agent_id:
        raise NotFound
    return offer


def decision_for(actor: Actor, conversation: Conversation) -> RoutingDecision:
    """The last decision that offered this conversation to this agent; `NotFound` when there was none."""
    decision = conversation.decisions.filter(agent_id=actor.agent_id).order_by("-id").first()
    if decision is None:
        raise NotFound
    return decision


def why_me(actor: Actor, decision: RoutingDecision) -> dict[str, Any]:
    """Why this agent was asked: their own line of the decision, and how many others there were and why not."""
    if decision.agent_id != actor.agent_id:
        raise NotFound
    mine: dict[str, Any] = next((row for row in decision.eligible if row["agent"] == actor.agent_id), {})
    refused: dict[str, int] = {}
    for predicate in decision.refused.values():
        refused[predicate] = refused.get(predicate, 0) + 1
    return {
        "decided_at": decision.at,
        "policy": decision.policy,
        "policy_version": decision.policy_version,
        "seed": decision.seed,
        "reason": decision.reason,
        "eligible": len(decision.eligible),
        "refused": refused,
        "you": {"eligible": bool(mine)} | {name: value for name, value in mine.items() if name != "agent"},
    }
