"""Money coming in from a client: announced to a bank, or transferred and recorded by finance."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from pay.states import DEPOSIT, TRANSFER, DepositState


class Deposit(models.Model):
    """A client's payment; booked once the bank confirms it, or, recorded by finance, once enough people say so."""

    public_id = PublicIdField(prefix="dep")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    state = DEPOSIT.field()
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(max_length=3)
    idempotency_key = models.CharField(max_length=80)
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=60)
    """What the bank calls it."""
    note = models.CharField(_("note"), max_length=200, blank=True)
    approvals_needed = models.PositiveSmallIntegerField(default=0)
    """People of finance who have to say that the money is there, whoever recorded it included; none: the bank says."""
    approved_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    """The second of them."""
    started_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    entry = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            DEPOSIT.constraint("deposit"),
            models.UniqueConstraint(fields=["organisation", "idempotency_key"], name="deposit_key_once"),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=~Q(provider=TRANSFER, state=DepositState.CANCELLED),
                name="deposit_reference_once",
            ),
            models.CheckConstraint(
                condition=~Q(provider=TRANSFER) | Q(approvals_needed__gte=1, started_by__isnull=False),
                name="transfer_recorded_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=DepositState.RECEIVED)
                | Q(approvals_needed__lt=2)
                | Q(approved_by__isnull=False) & ~Q(approved_by=F("started_by")),
                name="large_transfer_needs_two_people",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=1), name="deposit_positive"),
            models.CheckConstraint(condition=~Q(state="received") | ~Q(entry=""), name="deposit_received_is_booked"),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="deposit_of_organisation")]
        triggers = [
            *DEPOSIT.triggers("deposit"),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="terms_fixed",
                fields=[
                    "public_id",
                    "organisation",
                    "amount_minor",
                    "currency",
                    "provider",
                    "reference",
                    "approvals_needed",
                    "started_by",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
