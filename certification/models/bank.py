"""Question pools and questions. A question never changes: a revision is a new row that replaces it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.states import QuestionKind
from core.ids import PublicIdField


class Pool(models.Model):
    """A set of questions an exam section draws from."""

    public_id = PublicIdField(prefix="pol")
    name = models.CharField(_("name"), max_length=120, unique=True)
    about = models.TextField(_("what it covers"), blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """One version of one question in one language.

    `spec` holds what the kind needs (`certification.logic.questions`); the keys of the answer are in
    it, so it leaves the app only through `logic.questions.shown`.
    """

    public_id = PublicIdField(prefix="qst")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="questions")
    language = models.CharField(
        _("language"), max_length=8, choices=[("zh-hans", "中文"), ("en", "English")], default="en"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=QuestionKind.choices)
    stem = models.TextField(_("question"))
    spec = models.JSONField()
    explanation = models.TextField(_("explanation"), blank=True)
    points = models.PositiveSmallIntegerField(_("points"), default=1)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=2)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("tags"))
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", editable=False
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=100), name="question_points_in_range"),
            models.CheckConstraint(condition=Q(difficulty__gte=1, difficulty__lte=5), name="question_difficulty"),
        ]
        indexes = [models.Index(fields=["pool", "language"], condition=Q(retired_at=None), name="question_drawable")]
        triggers = [
            pgtrigger.ReadOnly(
                name="never_changes",
                fields=["pool", "language", "kind", "stem", "spec", "explanation", "points", "version"],
            ),
            pgtrigger.Protect(name="kept_for_good", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.stem[:60]


class ItemStatistics(models.Model):
    """How one question has done in marked attempts; recomputed after each sitting."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="statistics")
    exposure = models.PositiveIntegerField()
    """Attempts it was drawn into."""
    facility = models.FloatField()
    """Mean share of its points earned, 0-1."""
    discrimination = models.FloatField(null=True)
    """Correlation of its share with the rest of the attempt, -1 to 1; none under 10 attempts."""
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "item statistics"

    def __str__(self) -> str:
        return f"{self.question_id}: {self.facility:.2f}"
