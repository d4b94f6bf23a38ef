"""Files sent in a conversation."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core.ids import PublicIdField
from live.models.conversations import Conversation
from live.states import Author


def place_of(instance: models.Model, filename: str) -> str:
    """Where a file is kept: by month, under a name of ours; what its sender called it is not in the path."""
    return f"live/{instance.created_at:%Y/%m}/{filename}"  # type: ignore[attr-defined]


class Attachment(models.Model):
    """One uploaded file, as it is kept: its kind found from its content, pictures encoded anew.

    It is sent by the message that names it (`Message.attachment`); one that no message ever named is swept away.
    """

    public_id = PublicIdField(prefix="att")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="attachments")
    author = models.CharField(max_length=8, choices=[(a.value, a.label) for a in (Author.CUSTOMER, Author.AGENT)])
    agent = models.ForeignKey("accounts.AgentProfile", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=40)
    file = models.FileField(upload_to=place_of, max_length=120)
    small = models.FileField(upload_to=place_of, max_length=120, blank=True)
    """The picture at the size a conversation shows it; empty for what is no picture."""
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(author="agent", agent__isnull=False) | Q(author="customer", agent=None),
                name="attachment_agent_named",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="attachment_holds_something"),
        ]
        indexes = [models.Index(fields=["created_at"], name="attachment_by_age")]
        triggers = [pgtrigger.Protect(name="attachment_stays_as_it_is", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.media_type})"

    @property
    def is_picture(self) -> bool:
        return bool(self.small)
