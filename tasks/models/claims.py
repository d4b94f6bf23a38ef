"""An agent's commitment to a block."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from core.ids import PublicIdField
from tasks.states import CLAIM, HOLDS_SEAT, ClaimState

_HOLDS = ", ".join(f"'{state}'" for state in HOLDS_SEAT)


class Claim(models.Model):
    """One seat of one block, held by one agent under the rate card and tier of the moment of claiming."""

    public_id = PublicIdField(prefix="clm")
    block = models.ForeignKey("tasks.Block", on_delete=models.PROTECT, related_name="claims")
    task = models.ForeignKey("tasks.Task", on_delete=models.PROTECT, related_name="claims")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    rate_card = models.ForeignKey("tasks.RateCard", on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=16)
    hot = models.BooleanField(default=False)
    """The block was understaffed when claimed; it does not use up commit budget."""
    state = CLAIM.field()
    committed_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True)
    checked_out_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    minutes_served = models.PositiveSmallIntegerField(default=0)
    """Whole minutes between check-in and check-out that lie inside the block; set when the block ends."""

    called_off_bps = models.PositiveSmallIntegerField(default=0)
    """Share of the floor it earns because the client called the block off late, in hundredths of a percent."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(called_off_bps=0) | Q(state=ClaimState.WAIVED, called_off_bps__lte=10_000),
                name="claim_called_off_only_when_waived",
            ),
            CLAIM.constraint("claim"),
            ExclusionConstraint(
                name="claim_no_overlap",
                index_type="gist",
                expressions=[
                    (Func(F("agent"), F("agent"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOLDS_SEAT),
            ),
            models.CheckConstraint(
                condition=Q(checked_out_at=None) | Q(checked_out_at__gte=F("checked_in_at")),
                name="claim_out_after_in",
            ),
            models.CheckConstraint(
                condition=Q(checked_out_at=None) | Q(checked_in_at__isnull=False), name="claim_in_before_out"
            ),
            models.CheckConstraint(
                condition=Q(minutes_served=0) | Q(state__in=[ClaimState.SERVED, ClaimState.PARTIAL]),
                name="claim_minutes_only_when_worked",
            ),
            models.CheckConstraint(condition=Q(minutes_served__lte=30), name="claim_minutes_within_block"),
        ]
        indexes = [
            models.Index(fields=["agent", "-starts_at"], name="claim_of_agent"),
            models.Index(fields=["ends_at"], name="claim_due", condition=Q(state=ClaimState.COMMITTED)),
            models.Index(
                fields=["task", "starts_at"],
                name="claim_checked_in",
                condition=Q(state=ClaimState.COMMITTED, checked_in_at__isnull=False),
            ),
        ]
        triggers = [
            *CLAIM.triggers("claim"),
            pgtrigger.Trigger(
                name="claim_takes_a_seat",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE tasks_block SET seats_taken = seats_taken + 1
                    WHERE id = NEW.block_id AND task_id = NEW.task_id AND cancelled_at IS NULL
                      AND starts_at = NEW.starts_at AND ends_at = NEW.ends_at;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'the block of claim % is called off or is not that block', NEW.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_on_open_block';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="claim_gives_seat_back",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition(f"OLD.state IN ({_HOLDS}) AND NEW.state NOT IN ({_HOLDS})"),
                func="UPDATE tasks_block SET seats_taken = seats_taken - 1 WHERE id = NEW.block_id; RETURN NULL;",
            ),
            pgtrigger.ReadOnly(
                name="claim_terms_stay",
                fields=["public_id", "block", "task", "agent", "starts_at", "ends_at", "rate_card", "tier", "hot"],
            ),
            pgtrigger.Protect(name="claim_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.agent} at {self.starts_at:%Y-%m-%d %H:%M}"
