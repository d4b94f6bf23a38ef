"""People judging: the review queue, reviews by item, appeals."""

from datetime import datetime
from fractions import Fraction

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from quality.logic.rules import RULES
from quality.states import APPEALS, SAMPLES, AppealState, SampleTier, Trigger


class Sample(models.Model):
    """A segment chosen for review, with why and with what probability it was chosen."""

    public_id = PublicIdField(prefix="smp")
    segment = models.OneToOneField("live.Segment", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=10, choices=SampleTier.choices)
    probability = models.DecimalField(max_digits=5, decimal_places=4)
    trigger = models.CharField(max_length=40, choices=Trigger.choices, blank=True)
    state = SAMPLES.field()
    taken_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            SAMPLES.constraint("sample"),
            models.CheckConstraint(
                condition=models.Q(probability__gt=0) & models.Q(probability__lte=1), name="sample_probability"
            ),
            models.CheckConstraint(condition=models.Q(trigger__in=["", *Trigger.values]), name="sample_trigger_known"),
            models.CheckConstraint(
                condition=~models.Q(state="taken") | models.Q(taken_by__isnull=False), name="sample_taken_by_somebody"
            ),
        ]
        indexes = [models.Index(fields=["state", "tier", "at"], name="sample_queue")]
        triggers = SAMPLES.triggers("sample")

    def __str__(self) -> str:
        return f"{self.tier}: {self.state}"


class Review(models.Model):
    """One person's judgement of one segment. `score` follows the items, appeals included."""

    public_id = PublicIdField(prefix="rvw")
    sample = models.OneToOneField(Sample, on_delete=models.PROTECT, related_name="review")
    segment = models.OneToOneField("live.Segment", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("tasks.Claim", null=True, on_delete=models.PROTECT, related_name="+")
    scorecard = models.ForeignKey("quality.Scorecard", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(_("what the agent should know"), blank=True, max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(score__range=(0, 100)), name="review_score_0_to_100")]
        indexes = [models.Index(fields=["agent", "-at"], name="review_of_agent")]

    def __str__(self) -> str:
        return f"{self.score}/100"

    @property
    def appealable_until(self) -> datetime:
        """From this moment on no item of it can be appealed."""
        return self.at + RULES.appeal_window

    @property
    def weight(self) -> Fraction:
        """How many times it counts in its agent's window: 1/p, and not at all after an end for abuse."""
        return Fraction(0) if self.sample.trigger == Trigger.ABUSE else 1 / Fraction(self.sample.probability)


class ReviewItem(models.Model):
    """Points for one criterion as first given; a changed appeal overrides them, never rewrites them."""

    public_id = PublicIdField(prefix="rvi")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey("quality.ScorecardItem", on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    message_seq = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("item__position",)
        constraints = [models.UniqueConstraint(fields=["review", "item"], name="review_item_once")]
        triggers = [
            pgtrigger.Protect(name="given_for_good", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="points_within_maximum",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.points > (SELECT max_points FROM quality_scorecarditem WHERE id = NEW.item_id) THEN
                        RAISE EXCEPTION 'more points than the item has' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}"

    @property
    def effective_points(self) -> int:
        """The points that hold now: those of an appeal that changed them, else the first reviewer's."""
        appeal: Appeal | None = getattr(self, "appeal", None)
        if appeal is None or appeal.state != AppealState.CHANGED or appeal.points is None:
            return self.points
        return appeal.points


class Appeal(models.Model):
    """An agent's request to judge one item again: answered by somebody else, blind to the first points."""

    public_id = PublicIdField(prefix="apl")
    review_item = models.OneToOneField(ReviewItem, on_delete=models.PROTECT, related_name="appeal")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("why"), max_length=2000)
    state = APPEALS.field()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    points = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(_("answer"), blank=True, max_length=2000)

    class Meta:
        constraints = [
            APPEALS.constraint("appeal"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "withdrawn"])
                | (models.Q(decided_by__isnull=False) & models.Q(points__isnull=False) & ~models.Q(answer="")),
                name="appeal_decision_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="appeal_queue")]
        triggers = [
            *APPEALS.triggers("appeal"),
            pgtrigger.Trigger(
                name="decided_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.decided_by_id IS NOT NULL AND NEW.decided_by_id = (
                        SELECT r.reviewer_id FROM quality_review r
                        JOIN quality_reviewitem i ON i.review_id = r.id WHERE i.id = NEW.review_item_id
                    ) THEN
                        RAISE EXCEPTION 'an appeal is answered by somebody else' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_item}: {self.state}"
