"""Conversations, their messages, files and segments, offers, presence, routing decisions and phrases."""

from live.models.attachments import Attachment
from live.models.conversations import Conversation, Customer, Segment
from live.models.escalations import Escalation
from live.models.messages import Message, SealedText
from live.models.phrases import Phrase
from live.models.routing import AgentPresence, Offer, ProgrammeRules, RoutingDecision

__all__ = [
    "AgentPresence",
    "Attachment",
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
