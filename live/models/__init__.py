"""Conversations, their messages and segments, offers, presence, routing decisions and phrases."""

from live.models.conversations import Conversation, Customer, Segment
from live.models.escalations import Escalation
from live.models.messages import Message, SealedText
from live.models.phrases import Phrase
from live.models.routing import AgentPresence, Offer, ProgrammeRules, RoutingDecision

__all__ = [
    "AgentPresence",
    "Conversation",
    "Customer",
    "Escalation",
    "Message",
    "Offer",
    "Phrase",
    "ProgrammeRules",
    "RoutingDecision",
    "SealedText",
    "Segment",
]
