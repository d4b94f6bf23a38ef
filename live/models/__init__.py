"""Conversations, their messages and segments, offers, presence and routing decisions."""

from live.models.conversations import Conversation, Customer, Segment
from live.models.messages import Message, SealedText
from live.models.routing import AgentPresence, Offer, ProgrammeRules, RoutingDecision

__all__ = [
    "AgentPresence",
    "Conversation",
    "Customer",
    "Message",
    "Offer",
    "ProgrammeRules",
    "RoutingDecision",
    "SealedText",
    "Segment",
]
