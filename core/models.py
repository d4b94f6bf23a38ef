"""Rows that every app's mechanisms share: moves of state, recorded events, the audit log."""

import pgtrigger
from django.db import models


class Transition(models.Model):
    """One move of one row from a state to another. Append-only."""

    entity = models.CharField(max_length=60)
    entity_id = models.BigIntegerField()
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["entity", "entity_id", "id"], name="transition_of_row")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.entity} {self.entity_id}: {self.from_state} -> {self.to_state}"


class EventDelivery(models.Model):
    """One recorded event that one `@after` handler has still to be given, or was given."""

    event = models.CharField(max_length=80)
    payload = models.JSONField()
    handler = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="event_delivery_due",
                condition=models.Q(delivered_at=None, gave_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} -> {self.handler}"


class AuditStream(models.Model):
    """The head of one hash chain; its row is the lock that makes the chain single file."""

    name = models.CharField(max_length=80, unique=True)
    size = models.BigIntegerField(default=0)
    head = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One thing that was done, chained to the one before it. Append-only."""

    stream = models.ForeignKey(AuditStream, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="audit_entry_seq")]
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_entry_subject"),
            models.Index(fields=["actor", "id"], name="audit_entry_actor"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq} {self.action}"


class IdempotencyKey(models.Model):
    """One command that was done, under the key its sender chose."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.key}"
