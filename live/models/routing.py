"""Who is there, who was asked, and why."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from live.models.conversations import Conversation
from live.states import OFFER, PresenceReason, PresenceStatus


class ProgrammeRules(models.Model):
    """Where a programme's live floor differs from the defaults of `live.logic.rules`; null means the default."""

    programme = models.OneToOneField("accounts.Programme", on_delete=models.CASCADE, related_name="+")
    chats_at_once = models.PositiveSmallIntegerField(
        _("conversations at once"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    offer_seconds = models.PositiveSmallIntegerField(_("seconds to accept"), null=True, blank=True)
    first_reply_seconds = models.PositiveIntegerField(_("first reply due"), null=True, blank=True)
    reply_seconds = models.PositiveIntegerField(_("each reply due"), null=True, blank=True)
    wrap_up_seconds = models.PositiveIntegerField(_("time to wrap up"), null=True, blank=True)
    expert_seconds = models.PositiveIntegerField(_("time kept for experts"), null=True, blank=True)
    expert_requirement = models.JSONField(_("who is an expert"), default=dict, blank=True)
    """Groups of predicates, see `tasks.eligibility`; `{}`: every other agent."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(chats_at_once=None) | Q(chats_at_once__gte=1, chats_at_once__lte=10),
                name="programme_rules_chats_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"rules of {self.programme}"


class AgentPresence(models.Model):
    """Whether an agent is there and takes conversations. The row is the lock under which they are assigned."""

    agent = models.OneToOneField("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=PresenceStatus.choices, default=PresenceStatus.AWAY)
    reason = models.CharField(max_length=16, choices=PresenceReason.choices, blank=True)
    last_seen_at = models.DateTimeField(null=True)
    """Last sign of life of any of their sockets; connections can vanish without a word, so this decides."""
    idle_since = models.DateTimeField(null=True)
    """Since when they have had no new conversation: set by becoming available, accepting and closing."""
    missed_offers = models.PositiveSmallIntegerField(default=0)
    """In a row."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PresenceStatus.values), name="presence_status_known")
        ]
        indexes = [
            models.Index(fields=["last_seen_at"], name="presence_stale", condition=~Q(status="away")),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.status}"


class RoutingDecision(models.Model):
    """Why a conversation was offered to this agent at that moment. Append-only; can be replayed from its seed."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="decisions")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    policy = models.CharField(max_length=24)
    policy_version = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    reason = models.CharField(max_length=80)
    eligible = models.JSONField()
    """`[{agent, rank, idle_seconds, load, times_offered}]` in order, `agent` being a row id."""
    refused = models.JSONField()
    """`{agent row id: predicate}`."""

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.conversation_id} to {self.agent_id} ({self.policy} v{self.policy_version})"


class Offer(models.Model):
    """A conversation put before one agent for a short while."""

    public_id = PublicIdField(prefix="ofr")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="offers")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("tasks.Claim", on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(RoutingDecision, on_delete=models.PROTECT, related_name="offer")
    state = OFFER.field()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            OFFER.constraint("offer"),
            models.UniqueConstraint(fields=["conversation"], condition=Q(state="open"), name="offer_one_open"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="offer_due", condition=Q(state="open")),
            models.Index(fields=["agent"], name="offer_open_of_agent", condition=Q(state="open")),
        ]
        triggers = OFFER.triggers("offer")

    def __str__(self) -> str:
        return f"{self.public_id} to {self.agent} ({self.state})"
