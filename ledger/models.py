"""Accounts, entries and postings. The database itself keeps the books whole; see the README's table."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core.ids import PublicIdField
from ledger.states import DEBIT_NORMAL, MAX_MINOR, OWNED, AccountKind

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
_OWNED = sorted(str(kind) for kind in OWNED)
_OWNED_CREDIT = sorted(str(kind) for kind in OWNED - DEBIT_NORMAL)
_OWNED_DEBIT = sorted(str(kind) for kind in OWNED & DEBIT_NORMAL)

_CHECK_ENTRY = """
    IF (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = {entry})
       <> (SELECT e.line_count FROM ledger_entry e WHERE e.id = {entry}) THEN
        RAISE EXCEPTION 'entry % does not have the number of lines it was made with', {entry}
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_line_count';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
               WHERE p.entry_id = {entry} GROUP BY a.currency HAVING sum(p.amount_minor) <> 0) THEN
        RAISE EXCEPTION 'entry % does not balance', {entry}
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
"""


class Account(models.Model):
    """One account. Owners' carry `balance_minor`, kept by a trigger on postings; the platform's own carry none."""

    kind = models.CharField(max_length=24, choices=AccountKind.choices)
    owner = models.CharField(max_length=30, blank=True)
    """Public id of whom it belongs to; empty for the platform's own accounts."""
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner", "currency"], name="account_once"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind_known"),
            models.CheckConstraint(
                condition=(Q(kind__in=_OWNED) & ~Q(owner="") & Q(balance_minor__isnull=False))
                | (~Q(kind__in=_OWNED) & Q(owner="") & Q(balance_minor__isnull=True)),
                name="account_owner_has_balance",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=_OWNED_CREDIT) | Q(balance_minor__lte=0), name="account_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=_OWNED_DEBIT) | Q(balance_minor__gte=0), name="account_debt_not_negative"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="identity_fixed", fields=["kind", "owner", "currency"]),
            pgtrigger.Trigger(
                name="balance_follows_postings",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF TG_OP = 'INSERT' THEN
                        IF coalesce(NEW.balance_minor, 0) <> 0 THEN
                            RAISE EXCEPTION 'an account starts at zero' USING ERRCODE = 'check_violation';
                        END IF;
                    ELSIF NEW.balance_minor IS DISTINCT FROM OLD.balance_minor AND pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION 'a balance moves only by postings' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.kind, self.owner, self.currency]))


class Entry(models.Model):
    """One balanced movement of money. Append-only; a mistake is corrected by an entry that reverses it."""

    public_id = PublicIdField(prefix="ent")
    source = models.CharField(max_length=160)
    """What caused it, once: the idempotency key of the books (`pay.accrue:ern_…:1`)."""
    kind = models.CharField(max_length=40)
    """What happened, for people and reports: `deposit`, `reserve`, `accrue`, `fee`, …"""
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    memo = models.CharField(max_length=200, blank=True)
    line_count = models.PositiveSmallIntegerField()
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], name="entry_source_once"),
            models.UniqueConstraint(fields=["reverses"], name="entry_reversed_once"),
            models.CheckConstraint(condition=Q(line_count__gte=2), name="entry_has_lines"),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="entry_by_kind"),
            models.Index(fields=["-at", "-id"], name="entry_by_time"),
        ]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="has_its_lines",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_CHECK_ENTRY.format(entry="NEW.id"),
            ),
            pgtrigger.Trigger(
                name="reversal_mirrors",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.reverses_id IS NOT NULL"),
                func="""
                    IF EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry_id IN (NEW.id, NEW.reverses_id)
                               GROUP BY p.account_id HAVING sum(p.amount_minor) <> 0) THEN
                        RAISE EXCEPTION 'entry % does not mirror the entry it reverses', NEW.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Posting(models.Model):
    """One line of an entry on one account. Append-only."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    amount_minor = models.BigIntegerField()
    """Minor units of the account's currency; debit positive, credit negative."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="posting_account_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=-MAX_MINOR) & Q(amount_minor__lte=MAX_MINOR) & ~Q(amount_minor=0),
                name="posting_amount_sane",
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="posting_of_account")]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="keeps_balance",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE ledger_account SET balance_minor = balance_minor + NEW.amount_minor
                    WHERE id = NEW.account_id AND balance_minor IS NOT NULL;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="entry_balances",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_CHECK_ENTRY.format(entry="NEW.entry_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount_minor}"

    @property
    def credit_minor(self) -> int:
        """The amount as a credit is written: without its sign."""
        return -self.amount_minor
