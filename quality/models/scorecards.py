"""How conversations are judged: a programme's scorecard, and what smart QA found by it."""

import pgtrigger
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from quality.states import Rule


class Scorecard(models.Model):
    """One published version of a programme's criteria: items for people, rules for smart QA. Never changes."""

    public_id = PublicIdField(prefix="scd")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "version"], name="scorecard_version_once")]
        triggers = [pgtrigger.Protect(name="published_for_good", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.programme} v{self.version}"


class ScorecardItem(models.Model):
    """One criterion a reviewer gives points for; a scorecard's maxima add up to 100."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    title_en = models.CharField(_("title (English)"), max_length=120)
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    guidance_en = models.TextField(_("guidance (English)"), blank=True)
    guidance_zh = models.TextField(_("guidance (Chinese)"), blank=True)
    max_points = models.PositiveSmallIntegerField(_("points"))
    is_fatal = models.BooleanField(_("failing it fails the whole review"), default=False)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "position"], name="scorecard_item_position_once"),
            models.CheckConstraint(condition=models.Q(max_points__range=(1, 100)), name="scorecard_item_points"),
        ]
        triggers = [pgtrigger.Protect(name="published_for_good", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.title_en

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_zh if (get_language() or "").startswith("zh") else self.title_en

    @property
    def guidance(self) -> str:
        """The guidance in the reader's language."""
        return self.guidance_zh if (get_language() or "").startswith("zh") else self.guidance_en


class QaRule(models.Model):
    """What one smart QA rule costs on a scorecard, and its parameters."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="rules")
    rule = models.CharField(max_length=24, choices=Rule.choices)
    deduction = models.PositiveSmallIntegerField()
    is_fatal = models.BooleanField(default=False)
    params = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "rule"], name="qa_rule_once"),
            models.CheckConstraint(condition=models.Q(deduction__range=(0, 100)), name="qa_rule_deduction"),
        ]
        triggers = [pgtrigger.Protect(name="published_for_good", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_rule_display()


class QaResult(models.Model):
    """Smart QA's score of one segment. It informs; a model or rule alone never moves money."""

    public_id = PublicIdField(prefix="qar")
    segment = models.OneToOneField("live.Segment", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(score__range=(0, 100)), name="qa_score_0_to_100")]
        indexes = [models.Index(fields=["agent", "-at"], name="qa_result_of_agent")]

    def __str__(self) -> str:
        return f"{self.score}/100"


class QaHit(models.Model):
    """A rule found something, at this message."""

    result = models.ForeignKey(QaResult, on_delete=models.CASCADE, related_name="hits")
    rule = models.CharField(max_length=24, choices=Rule.choices)
    message_seq = models.PositiveIntegerField()
    found = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("message_seq", "rule")

    def __str__(self) -> str:
        return f"{self.get_rule_display()} #{self.message_seq}"

    @property
    def missed(self) -> str:
        """What the rule found wanting, in the reader's language."""
        return Rule(self.rule).missed
