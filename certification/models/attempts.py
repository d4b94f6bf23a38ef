"""One sitting of one exam: what was drawn, what was answered, what was noticed."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q

from certification.states import ATTEMPT, LIVE_ATTEMPT, AttemptState, Overdue, SignalKind
from core.ids import PublicIdField


class Attempt(models.Model):
    """An agent's attempt at an exam, with its rules as they were when it began.

    Answers are taken while `in_progress` and before `deadline_at`; a trigger on `AttemptQuestion`
    holds the first half of that whatever the code does.
    """

    public_id = PublicIdField(prefix="att")
    exam = models.ForeignKey("certification.Exam", on_delete=models.PROTECT, related_name="attempts")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_granted = models.BooleanField(default=False)
    """A certifier gave it, whatever the rules say of attempts and delays."""
    state = ATTEMPT.field()
    language = models.CharField(max_length=8, default="en")
    pass_mark = models.PositiveSmallIntegerField()
    overdue = models.CharField(max_length=10, choices=Overdue.choices)
    grace_seconds = models.PositiveIntegerField()
    sections = models.JSONField(default=list)
    """`[{"position", "title_en", "title_zh", "pass_mark"}]` as they were at the start."""
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    """When the sweeper closes it: the deadline, or the end of the grace."""
    submitted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    points_earned = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    points_possible = models.PositiveIntegerField(null=True)
    section_results = models.JSONField(default=list)
    """`[{"position", "earned", "possible", "pass_mark", "passed"}]` once marked."""
    device = models.CharField(max_length=40, blank=True)
    """The device that answered last; another one is noted, not refused."""

    class Meta:
        constraints = [
            ATTEMPT.constraint("attempt"),
            models.UniqueConstraint(fields=["exam", "agent", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["exam", "agent"], condition=Q(state__in=LIVE_ATTEMPT), name="attempt_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(started_at=None, deadline_at=None) | Q(started_at__lt=F("deadline_at")),
                name="attempt_started_has_deadline",
            ),
        ]
        indexes = [
            models.Index(fields=["overdue_at"], condition=Q(state="in_progress"), name="attempt_overdue"),
            models.Index(fields=["submitted_at"], condition=Q(state="marking"), name="attempt_to_mark"),
        ]
        triggers = [
            *ATTEMPT.triggers("attempt"),
            # What `logic.sitting.availability` counts: voided ones do not, and a pass begins anew.
            pgtrigger.Trigger(
                name="attempt_within_allowed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NOT NEW.is_granted"),
                declare=[("allowed", "integer"), ("used", "integer")],
                func="""
                    SELECT CASE WHEN retry_delay_seconds IS NULL THEN 1 ELSE attempts_allowed END
                        INTO allowed FROM certification_exam WHERE id = NEW.exam_id;
                    SELECT count(*) INTO used FROM certification_attempt AS earlier
                        WHERE earlier.exam_id = NEW.exam_id AND earlier.agent_id = NEW.agent_id
                          AND earlier.state <> 'voided' AND earlier.number > coalesce((
                              SELECT max(passed.number) FROM certification_attempt AS passed
                              WHERE passed.exam_id = NEW.exam_id AND passed.agent_id = NEW.agent_id
                                AND passed.state = 'passed'), 0);
                    IF used >= allowed THEN
                        RAISE EXCEPTION 'all % attempts are used', allowed
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_within_allowed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"

    def takes_answers(self, at: datetime) -> bool:
        """Begun, not handed in, and before the deadline."""
        return self.state == AttemptState.IN_PROGRESS and self.deadline_at is not None and at < self.deadline_at


class AttemptQuestion(models.Model):
    """One drawn question of one attempt, its answer and its marking."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    section_position = models.PositiveSmallIntegerField()
    question = models.ForeignKey("certification.Question", on_delete=models.PROTECT, related_name="+")
    order = models.JSONField(default=list)
    """The order in which options, items or right-hand sides are shown."""
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    is_flagged = models.BooleanField(default=False)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    """Points earned; none until marked."""
    marked_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_question_position_once"),
            models.UniqueConstraint(fields=["attempt", "question"], name="attempt_question_drawn_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answers_while_in_progress",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answer__df=pgtrigger.F("new__answer")),
                declare=[("attempt_state", "text")],
                func="""
                    SELECT state INTO attempt_state FROM certification_attempt WHERE id = NEW.attempt_id;
                    IF attempt_state <> 'in_progress' THEN
                        RAISE EXCEPTION 'an attempt that is % takes no answers', attempt_state
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"


class IntegritySignal(models.Model):
    """Something noticed during an attempt. Append-only; it flags and decides nothing."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=16, choices=SignalKind.choices)
    position = models.PositiveSmallIntegerField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    """How long it lasted, or the seconds an answer took; none where that means nothing."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SignalKind.values), name="integrity_signal_kind_known")
        ]
        indexes = [models.Index(fields=["attempt", "id"], name="integrity_signal_of_attempt")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.kind}"


class IntegrityReview(models.Model):
    """A certifier looked at the signals of an attempt and wrote what follows. Append-only."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="integrity_reviews")
    verdict = models.CharField(max_length=8, choices=[("cleared", "cleared"), ("voided", "voided")])
    reason = models.TextField()
    signals_seen = models.PositiveIntegerField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.verdict}"
