"""Kinds, inputs, tiers, and the states of attempts, practical parts and certificates."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import StateTable


class TagKind(models.TextChoices):
    """What a skill tag names."""

    INDUSTRY = "industry", _("Industry")
    PRODUCT = "product", _("Product")
    CHANNEL = "channel", _("Channel")
    LANGUAGE = "language", _("Language")
    COMPETENCE = "competence", _("Competence")


class SkillInput(models.TextChoices):
    """The four things a skill score grows from."""

    TRAINING = "training", _("Training result")
    CERTIFICATION = "certification", _("Certification")
    SATISFACTION = "satisfaction", _("Customer satisfaction")
    PERFORMANCE = "performance", _("Skill performance")


class Tier(models.TextChoices):
    """How far an agent has come; in rising order."""

    CERTIFICATION = "certification", _("Certification")
    BRONZE = "bronze", _("Bronze")
    SILVER = "silver", _("Silver")
    GOLD = "gold", _("Gold")
    PLATINUM = "platinum", _("Platinum")

    @property
    def rank(self) -> int:
        """0 for the lowest; a higher tier has a higher rank."""
        return list(Tier).index(self)


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    TRUE_FALSE = "true_false", _("True or false")
    NUMERIC = "numeric", _("Number")
    SHORT = "short", _("Short text")
    ORDERING = "ordering", _("Put in order")
    MATCHING = "matching", _("Match pairs")
    FREE = "free", _("Free text")


class Overdue(models.TextChoices):
    """What becomes of an attempt nobody submitted in time."""

    AUTOSUBMIT = "autosubmit", _("Saved answers are submitted at the deadline")
    GRACE = "grace", _("It may still be submitted for a while, without new answers")
    ABANDON = "abandon", _("It expires and is not marked")


class ExamState(models.TextChoices):
    """Whether a blueprint may be sat."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("exam", "Open")
    RETIRED = "retired", _("Retired")


EXAM = StateTable(
    ExamState,
    initial=[ExamState.DRAFT],
    edges={
        ExamState.DRAFT: [ExamState.OPEN],
        ExamState.OPEN: [ExamState.RETIRED],
        ExamState.RETIRED: [ExamState.OPEN],
    },
)


class AttemptState(models.TextChoices):
    """Where one sitting of one exam stands."""

    READY = "ready", _("Ready to begin")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    MARKING = "marking", _("Being marked")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
    EXPIRED = "expired", _("Time ran out")
    VOIDED = "voided", _("Voided")


ATTEMPT = StateTable(
    AttemptState,
    initial=[AttemptState.READY],
    edges={
        AttemptState.READY: [AttemptState.IN_PROGRESS, AttemptState.EXPIRED, AttemptState.VOIDED],
        AttemptState.IN_PROGRESS: [AttemptState.SUBMITTED, AttemptState.EXPIRED, AttemptState.VOIDED],
        AttemptState.SUBMITTED: [AttemptState.MARKING, AttemptState.VOIDED],
        AttemptState.MARKING: [AttemptState.PASSED, AttemptState.FAILED, AttemptState.VOIDED],
    },
)
"""Passed, failed, expired and voided never go back; another sitting is another attempt."""

LIVE_ATTEMPT = (AttemptState.READY, AttemptState.IN_PROGRESS, AttemptState.SUBMITTED, AttemptState.MARKING)


class PracticalState(models.TextChoices):
    """Where the simulated conversation of an attempt stands."""

    READY = "ready", _("Ready to begin")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Waiting for a certifier")
    SECOND_MARKING = "second_marking", _("Waiting for a second certifier")
    MARKED = "marked", _("Marked")
    EXPIRED = "expired", _("Not handed in")
    VOIDED = "voided", _("Voided")


PRACTICAL = StateTable(
    PracticalState,
    initial=[PracticalState.READY],
    edges={
        PracticalState.READY: [PracticalState.IN_PROGRESS, PracticalState.EXPIRED, PracticalState.VOIDED],
        PracticalState.IN_PROGRESS: [PracticalState.SUBMITTED, PracticalState.EXPIRED, PracticalState.VOIDED],
        PracticalState.SUBMITTED: [PracticalState.SECOND_MARKING, PracticalState.MARKED, PracticalState.VOIDED],
        PracticalState.SECOND_MARKING: [PracticalState.MARKED, PracticalState.VOIDED],
    },
)


class SignalKind(models.TextChoices):
    """What was noticed during an attempt. A signal flags; it never fails anyone by itself."""

    FOCUS_LOST = "focus_lost", _("Left the page")
    PASTE = "paste", _("Pasted text")
    COPY = "copy", _("Copied text")
    SECOND_SESSION = "second_session", _("Opened on a second device")
    IMPOSSIBLE_SPEED = "impossible_speed", _("Answered faster than it can be read")


class CertificateState(models.TextChoices):
    """Whether a certificate holds."""

    VALID = "valid", _("Valid")
    RENEWED = "renewed", _("Replaced by a newer one")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


CERTIFICATE = StateTable(
    CertificateState,
    initial=[CertificateState.VALID],
    edges={
        CertificateState.VALID: [CertificateState.RENEWED, CertificateState.EXPIRED, CertificateState.REVOKED],
        CertificateState.RENEWED: [CertificateState.REVOKED],
        CertificateState.EXPIRED: [CertificateState.REVOKED],
    },
)
