"""The practical part: replies to a simulated customer, and the marks of one or two certifiers."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from certification.states import PRACTICAL
from core.ids import PublicIdField


class Practical(models.Model):
    """The practical part of one attempt; opened when the written part is handed in."""

    public_id = PublicIdField(prefix="prc")
    attempt = models.OneToOneField("certification.Attempt", on_delete=models.PROTECT, related_name="practical")
    scenario = models.ForeignKey("certification.Scenario", on_delete=models.PROTECT, related_name="+")
    state = PRACTICAL.field()
    pass_mark = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    start_by = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    """The mean of the marks given, in percent of the rubric."""

    class Meta:
        constraints = [
            PRACTICAL.constraint("practical"),
            models.CheckConstraint(
                condition=Q(started_at=None, deadline_at=None) | Q(started_at__lt=F("deadline_at")),
                name="practical_started_has_deadline",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="practical_queue"),
            models.Index(fields=["deadline_at"], condition=Q(state="in_progress"), name="practical_overdue"),
        ]
        triggers = PRACTICAL.triggers("practical")

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"


class PracticalReply(models.Model):
    """What the agent wrote to one of the customer's turns; the next turn shows once it is sent."""

    practical = models.ForeignKey(Practical, on_delete=models.CASCADE, related_name="replies")
    turn = models.PositiveSmallIntegerField()
    text = models.TextField()
    is_sent = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["turn"]
        constraints = [models.UniqueConstraint(fields=["practical", "turn"], name="practical_reply_once")]
        triggers = [
            pgtrigger.Trigger(
                name="replies_while_in_progress",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("practical_state", "text")],
                func="""
                    SELECT state INTO practical_state FROM certification_practical WHERE id = NEW.practical_id;
                    IF practical_state <> 'in_progress' THEN
                        RAISE EXCEPTION 'a practical part that is % takes no replies', practical_state
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practical_id}/{self.turn}"


class PracticalMark(models.Model):
    """One certifier's marks on the rubric; the second is given without seeing the first. Append-only."""

    practical = models.ForeignKey(Practical, on_delete=models.PROTECT, related_name="marks")
    number = models.PositiveSmallIntegerField()
    marker = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    scores = models.JSONField()
    """Points per rubric key."""
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["practical", "number"], name="practical_mark_number_once"),
            models.UniqueConstraint(fields=["practical", "marker"], name="practical_marked_by_two_people"),
            models.CheckConstraint(condition=Q(number__in=[1, 2]), name="practical_mark_at_most_two"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.practical_id}: {self.percent}"
