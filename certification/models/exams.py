"""Exam blueprints: what is drawn, for how long, and what passes."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certification.states import EXAM, Overdue
from core.ids import PublicIdField


def _here(en: str, zh: str) -> str:
    return zh if (translation.get_language() or "").startswith("zh") else en


class Scenario(models.Model):
    """A simulated conversation: the customer's turns, and the rubric replies are marked on."""

    public_id = PublicIdField(prefix="scn")
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    title_en = models.CharField(_("title in English"), max_length=120)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    brief_en = models.TextField(_("briefing in English"))
    brief_zh = models.TextField(_("briefing in Chinese"))
    turns = models.JSONField(_("customer's turns"))
    """`[{"en": "...", "zh": "..."}]`, said in this order."""
    rubric = models.JSONField(_("rubric"))
    """`[{"key", "en", "zh", "points", "look_for_en", "look_for_zh"}]`."""
    pass_mark = models.PositiveSmallIntegerField(_("pass mark"), default=60, help_text=_("Percent of the rubric."))
    time_limit_seconds = models.PositiveIntegerField(_("time limit in seconds"), default=1800)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pass_mark__lte=100), name="scenario_pass_mark_in_range")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return _here(self.title_en, self.title_zh)

    @property
    def brief(self) -> str:
        return _here(self.brief_en, self.brief_zh)


class Exam(models.Model):
    """A blueprint. Attempts copy its rules when they begin, so a change never reaches a running one."""

    public_id = PublicIdField(prefix="exm")
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    state = EXAM.field()
    title_en = models.CharField(_("title in English"), max_length=120)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    about_en = models.TextField(_("what it asks, in English"), blank=True)
    about_zh = models.TextField(_("what it asks, in Chinese"), blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, verbose_name=_("languages"))
    time_limit_seconds = models.PositiveIntegerField(
        _("time limit in seconds"), default=1800, validators=[MinValueValidator(60), MaxValueValidator(6 * 3600)]
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark"), default=60, help_text=_("Percent of all points."), validators=[MaxValueValidator(100)]
    )
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=True)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), null=True, blank=True, help_text=_("Empty: as many as the retry delay lets in.")
    )
    retry_delay_seconds = models.PositiveIntegerField(
        _("retry delay in seconds"), null=True, blank=True, help_text=_("Empty: one attempt ever.")
    )
    overdue = models.CharField(
        _("when nobody submits in time"), max_length=10, choices=Overdue.choices, default=Overdue.AUTOSUBMIT
    )
    grace_seconds = models.PositiveIntegerField(_("grace in seconds"), default=0)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    scenario = models.ForeignKey(
        Scenario,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exams",
        verbose_name=_("practical part"),
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            EXAM.constraint("exam"),
            models.CheckConstraint(condition=Q(pass_mark__lte=100), name="exam_pass_mark_in_range"),
            models.CheckConstraint(condition=Q(overdue__in=Overdue.values), name="exam_overdue_known"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")), name="exam_opens_first"
            ),
            models.CheckConstraint(condition=Q(time_limit_seconds__gte=60), name="exam_time_limit_positive"),
        ]
        triggers = EXAM.triggers("exam")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return _here(self.title_en, self.title_zh)

    @property
    def about(self) -> str:
        return _here(self.about_en, self.about_zh)


class Section(models.Model):
    """One part of an exam: `draw` questions of a pool, with a pass mark of its own where it has one."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title_en = models.CharField(_("title in English"), max_length=120)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    pool = models.ForeignKey("certification.Pool", on_delete=models.PROTECT, related_name="+", verbose_name=_("pool"))
    draw = models.PositiveSmallIntegerField(_("questions drawn"), validators=[MinValueValidator(1)])
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark of this section"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "position"], name="section_position_once"),
            models.CheckConstraint(condition=Q(draw__gte=1), name="section_draws_something"),
            models.CheckConstraint(
                condition=Q(pass_mark=None) | Q(pass_mark__lte=100), name="section_pass_mark_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return _here(self.title_en, self.title_zh)


class ExtraTime(models.Model):
    """More time at one exam for one person; counts from the next attempt that begins."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="extra_times")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.CASCADE, related_name="+")
    extra_seconds = models.PositiveIntegerField(_("extra time in seconds"))
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "agent"], name="extra_time_once")]

    def __str__(self) -> str:
        return f"{self.extra_seconds} s more"
