"""What the platform knows of an agent: profile, identity, consent."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.states import IDENTITY, AgreementKind, DocumentKind, DocumentSide
from core.ids import PublicIdField


class AgentProfile(models.Model):
    """The agent side of a person; every app refers to an agent by this row.

    `onboarded_at` is set once identity and agreements are in place; nothing else opens before.
    """

    public_id = PublicIdField(prefix="agt")
    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="agent")
    nickname = models.CharField(
        _("service name"), max_length=40, help_text=_("What customers see. Not your legal name.")
    )
    languages = ArrayField(models.CharField(max_length=8), default=list, verbose_name=_("languages"))
    region = models.CharField(_("region"), max_length=60, blank=True)
    availability = models.JSONField(_("usual hours"), default=dict, blank=True)
    """`{"mon": [["19:00", "23:00"]], …}` in the person's time zone."""
    profile_completed_at = models.DateTimeField(null=True)
    equipment_checked_at = models.DateTimeField(null=True)
    equipment = models.JSONField(default=dict, blank=True)
    """What the last check found: `{"browser", "round_trip_ms", "microphone"}`."""
    onboarded_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(onboarded_at=None) | models.Q(profile_completed_at__isnull=False),
                name="onboarded_has_profile",
            ),
            models.CheckConstraint(
                condition=models.Q(suspended_at=None, suspended_reason="")
                | (models.Q(suspended_at__isnull=False) & ~models.Q(suspended_reason="")),
                name="suspension_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname


class IdentityCheck(models.Model):
    """One agent's identity check: documents in, a certifier's decision out."""

    public_id = PublicIdField(prefix="idc")
    agent = models.OneToOneField(AgentProfile, on_delete=models.PROTECT, related_name="identity_check")
    state = IDENTITY.field()
    legal_name = models.CharField(_("legal name"), max_length=120, blank=True)
    document_kind = models.CharField(_("kind of document"), max_length=20, blank=True, choices=DocumentKind.choices)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            IDENTITY.constraint("identity_check"),
            models.CheckConstraint(
                condition=~models.Q(state="rejected") | ~models.Q(reason=""), name="identity_rejection_has_reason"
            ),
        ]
        triggers = IDENTITY.triggers("identity_check")

    def __str__(self) -> str:
        return f"{self.agent}: {self.state}"


class IdentityDocument(models.Model):
    """One uploaded picture; stored under a random name, served only through a policy."""

    public_id = PublicIdField(prefix="doc")
    check_of = models.ForeignKey(IdentityCheck, on_delete=models.CASCADE, related_name="documents")
    side = models.CharField(max_length=10, choices=DocumentSide.choices)
    file = models.FileField(upload_to="identity/%Y/%m/")
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_of", "side"], name="identity_document_side_once"),
            models.CheckConstraint(
                condition=models.Q(side__in=DocumentSide.values), name="identity_document_side_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} ({self.media_type})"


class LegalText(models.Model):
    """One published version of an agreement in one language. Never changes once published."""

    public_id = PublicIdField(prefix="txt")
    kind = models.CharField(max_length=12, choices=AgreementKind.choices)
    organisation = models.ForeignKey("accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=160)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "version", "language"],
                nulls_distinct=False,
                name="legal_text_version_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="client_nda", organisation__isnull=False)
                | models.Q(kind__in=["agreement", "nda"], organisation=None),
                name="legal_text_of_client_or_platform",
            ),
        ]
        triggers = [pgtrigger.Protect(name="published_for_good", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.title} v{self.version} ({self.language})"


class Consent(models.Model):
    """A person agreed to exactly this text at this moment. Append-only."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    ip_address = models.GenericIPAddressField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="consent_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user}: {self.text}"
