"""What a customer said of one segment."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from quality.states import UncontrollableReason


class Rating(models.Model):
    """One customer's satisfaction with one segment, given once.

    A rating marked uncontrollable counts for the client, not against the agent.
    """

    public_id = PublicIdField(prefix="rtg")
    segment = models.OneToOneField("live.Segment", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("tasks.Claim", null=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    csat = models.PositiveSmallIntegerField(_("satisfaction"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.TextField(_("comment"), blank=True, max_length=1000)
    at = models.DateTimeField()
    uncontrollable_reason = models.CharField(max_length=10, choices=UncontrollableReason.choices, blank=True)
    marked_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(csat__range=(1, 5)), name="rating_csat_1_to_5"),
            models.CheckConstraint(
                condition=models.Q(uncontrollable_reason="") | models.Q(marked_at__isnull=False),
                name="rating_mark_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agent", "-at"], name="rating_controllable", condition=models.Q(uncontrollable_reason="")
            ),
            models.Index(fields=["programme", "-at"], name="rating_of_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.csat}/5"
