"""Standards, and the certificates issued under them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certification.states import CERTIFICATE
from core.ids import PublicIdField


class Standard(models.Model):
    """What a certificate attests, in one version. The newest version of a slug is the one issued."""

    public_id = PublicIdField(prefix="std")
    slug = models.SlugField(_("short name"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    criteria_en = models.TextField(_("what it attests, in English"))
    criteria_zh = models.TextField(_("what it attests, in Chinese"))
    exam = models.ForeignKey(
        "certification.Exam", null=True, blank=True, on_delete=models.PROTECT, related_name="standards"
    )
    skill_tag = models.ForeignKey("certification.SkillTag", on_delete=models.PROTECT, related_name="standards")
    course_slug = models.SlugField(_("course that leads to it"), max_length=60, blank=True)
    """A training course, in whichever language; completing it is needed before the exam."""
    programme = models.ForeignKey(
        "accounts.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requires = models.ManyToManyField("self", symmetrical=False, related_name="required_by", blank=True)
    """Standards whose certificate is needed before the exam of this one."""
    valid_days = models.PositiveSmallIntegerField(
        _("valid for (days)"), default=365, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    renewable_days = models.PositiveSmallIntegerField(
        _("may be renewed this many days before its end"), default=60, validators=[MaxValueValidator(3650)]
    )
    is_issued_at_once = models.BooleanField(
        _("issue on passing, without a certifier's decision"),
        default=False,
        help_text=_("Only where no person needs to look: an exam without a practical part."),
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="standard_version_once"),
            models.CheckConstraint(condition=Q(valid_days__gte=1), name="standard_valid_days_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_zh if (translation.get_language() or "").startswith("zh") else self.name_en

    @property
    def criteria(self) -> str:
        return self.criteria_zh if (translation.get_language() or "").startswith("zh") else self.criteria_en


class Certificate(models.Model):
    """An agent's proof. Anybody who has its public id may verify it.

    It holds at a moment when its state is `valid` and the moment lies in `[issued_at, valid_until)`;
    the sweeper's `expired` only makes visible what the clock already decided.
    """

    public_id = PublicIdField(prefix="crt")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="certificates")
    slug = models.SlugField(max_length=60)
    """The standard's, kept here so that one valid certificate per slug can be a constraint."""
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(
        "certification.Attempt", null=True, on_delete=models.PROTECT, related_name="certificates"
    )
    state = CERTIFICATE.field()
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    issued_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    renewed_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="renews")

    class Meta:
        constraints = [
            CERTIFICATE.constraint("certificate"),
            models.UniqueConstraint(fields=["agent", "slug"], condition=Q(state="valid"), name="certificate_one_valid"),
            models.UniqueConstraint(fields=["attempt", "standard"], name="certificate_once_per_attempt"),
            models.CheckConstraint(condition=Q(issued_at__lt=F("valid_until")), name="certificate_ends_later"),
            models.CheckConstraint(
                condition=~Q(state="revoked") | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="certificate_revoked_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until"], condition=Q(state="valid"), name="certificate_to_expire"),
            models.Index(fields=["-issued_at"], name="certificate_newest"),
        ]
        triggers = CERTIFICATE.triggers("certificate")

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"

    @property
    def evidence_source(self) -> str:
        """The name under which it is the source of skill evidence."""
        return f"certificate:{self.public_id}"
