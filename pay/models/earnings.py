"""What one worked block earned, and every price it ever had."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.ids import PublicIdField
from pay.states import EARNING, OPEN, OWED, EarningKind, PriceReason

_NOT_FALLING = ", ".join(f"'{state}'" for state in OWED)


class Earning(models.Model):
    """The pay of one claim, worked or called off late.

    Amounts are minor units of `currency`; the current ones, each with its `EarningPrice`.
    """

    public_id = PublicIdField(prefix="ern")
    claim = models.OneToOneField("tasks.Claim", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("tasks.Task", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=EarningKind.choices, default=EarningKind.WORKED)
    state = EARNING.field()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    settled_minor = models.BigIntegerField(default=0)
    """How much of it is in payouts that have not failed; the rest, once final, is owed."""
    version = models.PositiveIntegerField(default=1)
    worked_at = models.DateTimeField()
    """Start of the block (the one that would have been, when it was called off)."""
    priced_at = models.DateTimeField()
    review_opens_at = models.DateTimeField()
    accept_at = models.DateTimeField()
    """When it is accepted by itself."""
    final_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            EARNING.constraint("earning"),
            models.CheckConstraint(condition=Q(kind__in=EarningKind.values), name="earning_kind_known"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0, fee_minor__gte=0), name="earning_not_negative"),
            models.CheckConstraint(
                condition=Q(settled_minor__gte=0, settled_minor__lte=F("amount_minor")),
                name="earning_not_paid_twice",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OWED) | Q(settled_minor=0), name="earning_paid_only_when_final"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN) | Q(final_at__isnull=False), name="earning_final_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-worked_at", "-id"], name="earning_of_agent"),
            models.Index(fields=["organisation", "-worked_at"], name="earning_of_organisation"),
            models.Index(fields=["task"], name="earning_of_task"),
            models.Index(fields=["accept_at"], name="earning_due", condition=Q(state__in=OPEN)),
            models.Index(
                fields=["agent"],
                name="earning_owed",
                condition=Q(state__in=OWED, settled_minor__lt=F("amount_minor")),
            ),
        ]
        triggers = [
            *EARNING.triggers("earning"),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="terms_fixed",
                fields=[
                    "public_id",
                    "kind",
                    "claim",
                    "agent",
                    "organisation",
                    "programme",
                    "task",
                    "currency",
                    "worked_at",
                ],
            ),
            pgtrigger.Trigger(
                name="final_never_falls",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.state IN ({_NOT_FALLING}) AND NEW.amount_minor < OLD.amount_minor"),
                func="""
                    RAISE EXCEPTION 'what is owed never falls' USING ERRCODE = 'check_violation',
                        CONSTRAINT = 'earning_final_never_falls';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def owed_minor(self) -> int:
        """Final and in no payout yet."""
        return self.amount_minor - self.settled_minor if self.state in OWED else 0

    @property
    def is_open(self) -> bool:
        """Still re-priced in both directions."""
        return self.state in OPEN


class EarningPrice(models.Model):
    """One price of an earning with everything it was made of. Append-only."""

    earning = models.ForeignKey(Earning, on_delete=models.PROTECT, related_name="prices")
    version = models.PositiveIntegerField()
    inputs = models.JSONField()
    """`pay.logic.price.Inputs.to_json()`: minutes, units, rate card version, tier, Q, S, samples, rounding."""
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=PriceReason.choices)
    note = models.CharField(max_length=200, blank=True)
    """What led to it, e.g. the public id of a review."""
    entry = models.CharField(max_length=30, blank=True)
    """Public id of the ledger entry that booked the earning; empty when nothing had to be booked."""
    fee_entry = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["earning", "version"], name="earning_price_version_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, fee_minor__gte=0), name="earning_price_not_negative"
            ),
            models.CheckConstraint(condition=Q(reason__in=PriceReason.values), name="earning_price_reason_known"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.earning_id} v{self.version}"
