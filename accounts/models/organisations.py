"""Client organisations, who acts for them, and the programmes they run."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.states import ClientRole, Scope
from core.ids import PublicIdField


class Organisation(models.Model):
    """A client: the organisation that posts work. Agents see `alias` until they may know `name`."""

    public_id = PublicIdField(prefix="org")
    name = models.CharField(_("name"), max_length=120)
    alias = models.CharField(
        _("alias"), max_length=120, help_text=_("What agents see before they are certified for you.")
    )
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    hides_name = models.BooleanField(
        _("hide our name until an agent is certified and has signed our NDA"), default=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one organisation."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=ClientRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=ClientRole.values), name="membership_role_known"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="organisation_keeps_an_owner",
                when=pgtrigger.After,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__role="owner"),
                func="""
                    PERFORM 1 FROM accounts_organisation WHERE id = OLD.organisation_id FOR NO KEY UPDATE;
                    IF FOUND AND NOT EXISTS (
                        SELECT 1 FROM accounts_membership WHERE organisation_id = OLD.organisation_id AND role = 'owner'
                    ) THEN
                        RAISE EXCEPTION 'organisation % would have no owner', OLD.organisation_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_keeps_an_owner';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.organisation}"


class Invitation(models.Model):
    """An e-mailed offer of a role in an organisation; the token is stored hashed and works once."""

    public_id = PublicIdField(prefix="inv")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=12, choices=ClientRole.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=models.Q(role__in=ClientRole.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None), name="invitation_ends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"


class ApiKey(models.Model):
    """A client's key to the API: only its hash is stored, `prefix` is shown to tell keys apart."""

    public_id = PublicIdField(prefix="key")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30), verbose_name=_("scopes"))
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values) & ~models.Q(scopes=[]),
                name="api_key_scopes_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Programme(models.Model):
    """One brand or line of business of a client: what it sells, in which languages it is served."""

    public_id = PublicIdField(prefix="prg")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    name = models.CharField(_("name"), max_length=120)
    industry = models.CharField(_("industry"), max_length=40)
    languages = ArrayField(models.CharField(max_length=8), verbose_name=_("languages"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    greeting = models.TextField(_("greeting"), blank=True)
    guide = models.TextField(_("guide"), blank=True)
    """What agents who serve it read beside each conversation, in Markdown."""
    colour = models.CharField(_("colour"), max_length=7, default="#0f766e")
    site_key = PublicIdField(prefix="wdg")
    """Public key the widget's script tag carries; it names the programme and opens nothing else."""
    allowed_origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    """Origins (`https://shop.example`) whose pages may embed the widget."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="programme_name_once")]

    def __str__(self) -> str:
        return self.name
