"""States of a conversation and an offer, and the words of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import StateTable


class ConversationState(models.TextChoices):
    """Where one conversation stands; a segment is one owner's part of it."""

    OPEN = "open", _("Just started")
    QUEUED = "queued", _("Waiting")
    OFFERED = "offered", _("Offered")
    ACTIVE = "active", _("Being served")
    WRAP_UP = "wrap_up", _("Wrapping up")
    CLOSED = "closed", pgettext_lazy("conversation", "Closed")
    ABANDONED = "abandoned", _("Abandoned")


CONVERSATION = StateTable(
    ConversationState,
    initial=[ConversationState.OPEN],
    edges={
        ConversationState.OPEN: [ConversationState.QUEUED],
        ConversationState.QUEUED: [ConversationState.OFFERED, ConversationState.ABANDONED],
        ConversationState.OFFERED: [ConversationState.ACTIVE, ConversationState.QUEUED, ConversationState.ABANDONED],
        ConversationState.ACTIVE: [ConversationState.WRAP_UP, ConversationState.QUEUED, ConversationState.CLOSED],
        ConversationState.WRAP_UP: [ConversationState.CLOSED],
    },
)
"""`active -> queued` is an agent who dropped, was suspended, or handed the customer to an expert; `active -> closed`
closes without a pause to wrap up."""

WAITING = (ConversationState.QUEUED, ConversationState.OFFERED)
"""The customer waits for an agent."""
OWNED = (ConversationState.ACTIVE, ConversationState.WRAP_UP)
"""An agent owns the conversation and it takes one of their places."""
WRITABLE = (ConversationState.OPEN, *WAITING, ConversationState.ACTIVE)
"""The customer may write."""
ENDED = (ConversationState.WRAP_UP, ConversationState.CLOSED, ConversationState.ABANDONED)
"""Over as far as the customer is concerned."""


class OfferState(models.TextChoices):
    """What became of one offer of one conversation to one agent."""

    OPEN = "open", pgettext_lazy("offer", "Open")
    ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", pgettext_lazy("offer", "Missed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OFFER = StateTable(
    OfferState,
    initial=[OfferState.OPEN],
    edges={
        OfferState.OPEN: [OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN],
    },
)


class Author(models.TextChoices):
    """Which side wrote a message."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    SYSTEM = "system", _("System")


class PresenceStatus(models.TextChoices):
    """Whether an agent takes conversations. `AWAY` is set for them, the other two they choose."""

    AVAILABLE = "available", _("Available")
    BREAK = "break", _("On a break")
    AWAY = "away", _("Away")


class PresenceReason(models.TextChoices):
    """Why the platform changed a presence."""

    NONE = "", ""
    MISSED_OFFERS = "missed_offers", _("Three offers were missed")
    DROPPED = "dropped", _("The connection was lost")


class EndedHow(models.TextChoices):
    """How a segment ended."""

    NONE = "", ""
    AGENT = "agent", _("Ended by the agent")
    CUSTOMER = "customer", _("Ended by the customer")
    CUSTOMER_LEFT = "customer_left", _("The customer left")
    DROPPED = "dropped", _("The agent's connection was lost")
    WITHDRAWN = "withdrawn", _("Taken away from the agent")
    ABUSE = "abuse", _("Ended for abuse")
    ESCALATED = "escalated", _("Handed to an expert")


UNRATED_ENDS = (EndedHow.ABUSE, EndedHow.ESCALATED)
"""Ends after which the customer is not asked; who was handed on rates the expert's part."""


class EscalationReason(models.TextChoices):
    """Why an agent hands a conversation to an expert."""

    KNOWLEDGE = "knowledge", _("Needs deeper product knowledge")
    AUTHORITY = "authority", _("Needs a decision I may not make")
    TECHNICAL = "technical", _("A technical fault")
    COMPLAINT = "complaint", _("A serious complaint")
    SAFETY = "safety", _("Safety or legal matter")


class WrapUpCode(models.TextChoices):
    """What a conversation came to, in the agent's judgement."""

    RESOLVED = "resolved", _("Resolved")
    FOLLOW_UP = "follow_up", _("Follow-up promised")
    INFORMATION = "information", _("Information given")
    COMPLAINT = "complaint", _("Complaint recorded")
    REFUSED = "refused", _("Request refused")
    UNREACHABLE = "unreachable", _("Customer stopped answering")
    WRONG_PLACE = "wrong_place", _("Not for this programme")
    ABUSE = "abuse", _("Abuse")
    OVERDUE = "overdue", _("Never wrapped up")


AGENT_WRAP_UP_CODES = tuple(c for c in WrapUpCode if c not in (WrapUpCode.ABUSE, WrapUpCode.OVERDUE))
"""What an agent may choose; the other two come with ending for abuse and with never wrapping up."""


class SystemCode(models.TextChoices):
    """What a system message says; the label is its text."""

    AGENT_JOINED = "agent_joined", _("%(name)s has joined the conversation.")
    AGENT_LEFT = "agent_left", _("The connection to %(name)s was lost. You keep your place; somebody will be with you.")
    ESCALATED = (
        "escalated",
        _("%(name)s is passing you on to an expert, who sees what was said. You keep your place in line."),
    )
    ENDED_BY_CUSTOMER = "ended_by_customer", _("The customer has ended the conversation.")
    ENDED_BY_AGENT = "ended_by_agent", _("%(name)s has ended the conversation.")
    ENDED_FOR_ABUSE = "ended_for_abuse", _("The conversation was ended because of its tone.")
    CUSTOMER_LEFT = "customer_left", _("The conversation was ended because nobody was there any more.")
