"""Texts agents insert while they write: a programme's, and an agent's own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import ServiceLanguage
from core.ids import PublicIdField


class Phrase(models.Model):
    """One text behind a shortcut, of a programme or of one agent. Archived ones stay and free their shortcut."""

    public_id = PublicIdField(prefix="phr")
    programme = models.ForeignKey("accounts.Programme", null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(_("language"), max_length=8, choices=ServiceLanguage.choices)
    shortcut = models.CharField(_("shortcut"), max_length=24)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(programme=None, agent__isnull=False) | Q(programme__isnull=False, agent=None),
                name="phrase_of_one_owner",
            ),
            models.UniqueConstraint(
                fields=["programme", "language", "shortcut"],
                condition=Q(archived_at=None, programme__isnull=False),
                name="phrase_shortcut_once_a_programme",
            ),
            models.UniqueConstraint(
                fields=["agent", "language", "shortcut"],
                condition=Q(archived_at=None, agent__isnull=False),
                name="phrase_shortcut_once_an_agent",
            ),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut} ({self.language})"
