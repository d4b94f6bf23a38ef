"""States and kinds: a version of a course, an agent's way through a lesson, what points are given for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import StateTable

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
"""What a course is written in."""


class VersionState(models.TextChoices):
    """A version is written once and published for good."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


VERSION = StateTable(
    VersionState,
    initial=[VersionState.DRAFT],
    edges={VersionState.DRAFT: [VersionState.PUBLISHED]},
)


class ProgressState(models.TextChoices):
    """How far an agent is with one lesson. What is passed stays passed."""

    STARTED = "started", _("Started")
    PASSED = "passed", _("Passed")


PROGRESS = StateTable(
    ProgressState,
    initial=[ProgressState.STARTED],
    edges={ProgressState.STARTED: [ProgressState.PASSED]},
)


class LessonKind(models.TextChoices):
    """What one does in a lesson."""

    ARTICLE = "article", _("Article")
    QUIZ = "quiz", _("Quiz")
    DIALOGUE = "dialogue", _("Simulated dialogue")


class OutcomeKind(models.TextChoices):
    """How a simulated dialogue ends for the customer; one that ends badly is never passed."""

    GOOD = "good", _("Solved")
    MIXED = "mixed", _("Half solved")
    BAD = "bad", _("Not solved")


class PointsReason(models.TextChoices):
    """What points are given for, once each."""

    LESSON_PASSED = "lesson_passed", _("Lesson passed")
    COURSE_COMPLETED = "course_completed", _("Course completed")


class Industry(models.TextChoices):
    """Whose customers a course is about."""

    GENERAL = "general", _("Every industry")
    RETAIL = "retail", _("E-commerce and retail")
    FOOD = "food", _("Food and delivery")
    TRAVEL = "travel", _("Travel")
    FINANCE = "finance", pgettext_lazy("industry", "Finance")
    TELECOM = "telecom", _("Telecom")
    HEALTH = "health", _("Health")
    EDUCATION = "education", _("Education")
    GAMES = "games", _("Games")
