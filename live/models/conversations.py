"""A customer, one live session with them, and each owner's part of it."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from core.ids import PublicIdField
from live.states import CONVERSATION, OWNED, WRITABLE, EndedHow, WrapUpCode


class Customer(models.Model):
    """A person who talks to a programme. `external_key` is how their browser or their shop names them.

    For a visitor it is `v:` and the SHA-256 of the secret visitor key the widget keeps.
    """

    public_id = PublicIdField(prefix="cus")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    external_key = models.CharField(max_length=80)
    display_name = models.CharField(pgettext_lazy("person", "name"), max_length=80, blank=True)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "external_key"], name="customer_once")]

    def __str__(self) -> str:
        return self.display_name or self.public_id


class Conversation(models.Model):
    """One live session. `agent` owns it; `epoch` counts changes of owner and every owner's write carries it.

    `last_seq` is the number of messages: it moves by one, together with the message that takes it.
    `version` counts changes of everything but messages, so that a socket knows when to read again.
    """

    public_id = PublicIdField(prefix="cnv")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")
    channel = models.CharField(max_length=8, default="chat", editable=False)
    language = models.CharField(max_length=8)
    state = CONVERSATION.field()
    epoch = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    agent = models.ForeignKey("accounts.AgentProfile", null=True, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("tasks.Claim", null=True, on_delete=models.PROTECT, related_name="+")

    start_key = models.CharField(max_length=64)
    """The `client_msg_id` of the `start` that opened it."""
    form = models.JSONField(default=dict)
    """What the customer filled in before the chat."""
    started_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    """Its place in line; kept when it has to wait again."""
    waiting_since = models.DateTimeField(null=True)
    estimated_seconds = models.PositiveIntegerField(null=True)
    """What the customer was told at first."""
    waited_seconds = models.PositiveIntegerField(null=True)
    """How long it was until the first agent accepted."""
    first_replied_at = models.DateTimeField(null=True)
    reply_due_at = models.DateTimeField(null=True)
    """When the agent's next answer is due; null while nobody waits for one."""
    reply_since = models.DateTimeField(null=True)
    """Since when it has been waited for; kept, because a programme's seconds may change meanwhile."""
    reply_overdue_at = models.DateTimeField(null=True)
    """When the current wait was found to be over its time."""
    wrap_up_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    customer_seen_at = models.DateTimeField()
    customer_read_seq = models.PositiveIntegerField(default=0)
    agent_read_seq = models.PositiveIntegerField(default=0)
    customer_delivered_seq = models.PositiveIntegerField(default=0)
    agent_delivered_seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            CONVERSATION.constraint("conversation"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state__in=WRITABLE), name="conversation_open_once_a_customer"
            ),
            models.UniqueConstraint(fields=["customer", "start_key"], name="conversation_started_once"),
            models.CheckConstraint(
                condition=(Q(state__in=OWNED) & Q(agent__isnull=False) & Q(claim__isnull=False))
                | (~Q(state__in=OWNED) & Q(agent=None) & Q(claim=None)),
                name="conversation_owned_or_not",
            ),
            models.CheckConstraint(
                condition=Q(
                    customer_read_seq__lte=F("last_seq"),
                    agent_read_seq__lte=F("last_seq"),
                    customer_delivered_seq__lte=F("last_seq"),
                    agent_delivered_seq__lte=F("last_seq"),
                ),
                name="conversation_marks_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "queued_at", "id"], name="conversation_waiting", condition=Q(state="queued")
            ),
            models.Index(fields=["agent"], name="conversation_owned", condition=Q(agent__isnull=False)),
            models.Index(fields=["programme", "-id"], name="conversation_of_programme"),
        ]
        triggers = [
            *CONVERSATION.triggers("conversation"),
            pgtrigger.Trigger(
                name="conversation_counts_by_one",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("last_seq"),
                condition=pgtrigger.Condition("NEW.last_seq IS DISTINCT FROM OLD.last_seq"),
                func="""
                    IF NEW.last_seq <> OLD.last_seq + 1 THEN
                        RAISE EXCEPTION 'seq of conversation % cannot go from % to %',
                            NEW.id, OLD.last_seq, NEW.last_seq
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'conversation_counts_by_one';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="conversation_has_no_gap",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("last_seq"),
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.last_seq IS DISTINCT FROM OLD.last_seq"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM live_message WHERE conversation_id = NEW.id AND seq = NEW.last_seq
                    ) THEN
                        RAISE EXCEPTION 'conversation % has no message %', NEW.id, NEW.last_seq
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'conversation_has_no_gap';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="conversation_epoch_follows_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("agent_id", "epoch"),
                func="""
                    IF NEW.epoch <> OLD.epoch + (NEW.agent_id IS DISTINCT FROM OLD.agent_id)::int THEN
                        RAISE EXCEPTION 'epoch % does not follow the owner of conversation %', NEW.epoch, NEW.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'conversation_epoch_follows_owner';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="conversation_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"


class Segment(models.Model):
    """One agent's part of a conversation, under one claim: what is paid, rated and reviewed.

    `talk_ended_at` is when the customer and the agent stopped talking, `ended_at` when the agent was done
    with it; `from_seq` and `to_seq` are the first and last message of it (`to_seq` 0: none).
    """

    public_id = PublicIdField(prefix="seg")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="segments")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("tasks.Claim", on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    from_seq = models.PositiveIntegerField()
    to_seq = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    talk_ended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=16, choices=EndedHow.choices, blank=True)
    wrap_up_code = models.CharField(max_length=16, choices=WrapUpCode.choices, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "epoch"], name="segment_once_an_epoch"),
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="segment_one_owner"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | (Q(talk_ended_at__isnull=False) & ~Q(ended_how="")),
                name="segment_ended_somehow",
            ),
            models.CheckConstraint(condition=Q(wrap_up_code__in=["", *WrapUpCode.values]), name="segment_code_known"),
        ]
        indexes = [
            models.Index(fields=["claim"], name="segment_of_claim"),
            models.Index(fields=["agent", "-id"], name="segment_of_agent"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="segment_wrapped_up_by_its_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("wrap_up_code"),
                condition=pgtrigger.Condition("NEW.wrap_up_code IS DISTINCT FROM OLD.wrap_up_code"),
                func="""
                    IF OLD.ended_at IS NOT NULL OR NEW.epoch IS DISTINCT FROM
                        (SELECT epoch FROM live_conversation WHERE id = NEW.conversation_id)
                    THEN
                        RAISE EXCEPTION 'segment % of epoch % is over', NEW.id, NEW.epoch
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'segment_wrapped_up_by_its_owner';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="segment_escalated_with_reason",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("ended_how"),
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.ended_how = 'escalated'"),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM live_escalation WHERE segment_id = NEW.id) THEN
                        RAISE EXCEPTION 'segment % was escalated without a reason', NEW.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'segment_escalated_with_reason';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.ReadOnly(
                name="segment_terms_stay",
                fields=["public_id", "conversation", "agent", "claim", "epoch", "from_seq", "started_at"],
            ),
            pgtrigger.Protect(name="segment_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} of {self.agent}"
