"""Money leaving the platform towards an agent."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from pay.states import PAYOUT, PayoutState


class PayoutAccount(models.Model):
    """Where an agent wants the money: the newest row counts. Append-only, so a payout keeps the account it went to.

    The one change is to be erased: holder, bank and number blank, all three, for good.
    """

    public_id = PublicIdField(prefix="pac")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(_("name on the account"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    number = models.CharField(_("account number"), max_length=34)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "-id"], name="payout_account_of_agent")]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="only_erased",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NOT (NEW.holder = '' AND NEW.bank = '' AND NEW.number = '' AND NEW.id = OLD.id"
                    " AND NEW.public_id = OLD.public_id AND NEW.agent_id = OLD.agent_id"
                    " AND NEW.created_at = OLD.created_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.masked}"

    @property
    def masked(self) -> str:
        """The number with all but its last four digits hidden."""
        return f"•••• {self.number[-4:]}"


class PayoutRun(models.Model):
    """One press of "pay everybody", or the weekly one. Its key makes the second press the same run."""

    public_id = PublicIdField(prefix="prn")
    idempotency_key = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    skipped = models.PositiveIntegerField(default=0)
    """Agents with money owed and no account to send it to."""

    class Meta:
        triggers = [pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.public_id


class PayoutBatch(models.Model):
    """Payouts handed to a bank together, as one file or one call. Append-only; the file is written again from it."""

    public_id = PublicIdField(prefix="pbt")
    provider = models.CharField(max_length=20)
    at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        verbose_name_plural = "payout batches"

    def __str__(self) -> str:
        return self.public_id


class Payout(models.Model):
    """One payment to one agent. `amount_minor` leaves the platform; with `tax_minor` it makes up its lines."""

    public_id = PublicIdField(prefix="pyt")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(PayoutRun, null=True, on_delete=models.PROTECT, related_name="payouts")
    idempotency_key = models.CharField(max_length=80)
    state = PAYOUT.field()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    tax_inputs = models.JSONField(default=dict)
    approvals_needed = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(PayoutBatch, null=True, on_delete=models.PROTECT, related_name="payouts")
    provider = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    """The bank's name for it, once sent."""
    failure = models.CharField(max_length=200, blank=True)
    entry = models.CharField(max_length=30)
    """Public id of the ledger entry that took the money from what is owed."""

    class Meta:
        constraints = [
            PAYOUT.constraint("payout"),
            models.UniqueConstraint(fields=["agent", "idempotency_key"], name="payout_key_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=1, tax_minor__gte=0), name="payout_pays_something"),
            models.CheckConstraint(
                condition=~Q(state=PayoutState.FAILED) | ~Q(failure=""), name="payout_failure_has_reason"
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="payout_reference_once"
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-id"], name="payout_of_agent"),
            models.Index(fields=["state", "-id"], name="payout_by_state"),
        ]
        triggers = [
            *PAYOUT.triggers("payout"),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="terms_fixed",
                fields=[
                    "public_id",
                    "agent",
                    "account",
                    "currency",
                    "amount_minor",
                    "tax_minor",
                    "approvals_needed",
                    "entry",
                ],
            ),
            pgtrigger.Trigger(
                name="needs_approvals",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("NEW.state = 'approved' AND OLD.state <> 'approved'"),
                func="""
                    IF (SELECT count(DISTINCT a.user_id) FROM pay_payoutapproval a WHERE a.payout_id = NEW.id)
                       < NEW.approvals_needed THEN
                        RAISE EXCEPTION 'payout % needs % people to approve it', NEW.id, NEW.approvals_needed
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_needs_approvals';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def gross_minor(self) -> int:
        """What its lines add up to."""
        return self.amount_minor + self.tax_minor


class PayoutLine(models.Model):
    """How much of which earning is in a payout. Append-only."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    earning = models.ForeignKey("pay.Earning", on_delete=models.PROTECT, related_name="payout_lines")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "earning"], name="payout_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=1), name="payout_line_pays_something"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.amount_minor}"


class PayoutApproval(models.Model):
    """One person of finance said yes. Append-only; one per person and payout."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="approvals")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payout", "user"], name="payout_approval_once_each")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.user_id}"
