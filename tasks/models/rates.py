"""What a programme pays, in versions that never change."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField


class RateCard(models.Model):
    """One version of a programme's prices. Amounts are in minor units of `currency`."""

    public_id = PublicIdField(prefix="rtc")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    floor_rate_minor = models.PositiveIntegerField(_("floor per hour"))
    unit_price_minor = models.JSONField(_("price per conversation"))
    """`{tier: minor units}`, with every tier of `certification.states.Tier`."""
    block_bonus_minor = models.PositiveIntegerField(_("bonus per block"), default=0)
    escalation_minor = models.PositiveIntegerField(_("pay per justified escalation"), default=0)
    fee_bps = models.PositiveIntegerField(_("platform fee"))
    """Platform fee on top of what agents earn, in hundredths of a percent."""
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="rate_card_version_once"),
            models.CheckConstraint(condition=models.Q(fee_bps__lte=10_000), name="rate_card_fee_at_most_all"),
        ]
        triggers = [pgtrigger.Protect(name="published_for_good", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.programme} v{self.version}"

    @property
    def top_unit_price_minor(self) -> int:
        """The dearest unit: what a budget has to be ready for."""
        return max(self.unit_price_minor.values())
