"""Proving the books: every invariant is computed again from the postings, whatever the database promised.

Each check is one set-based query that yields nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, models

from core import audit
from core.snapshot import one_snapshot
from ledger.checks import Break, registered
from ledger.models import Account, Entry, Posting
from ledger.states import DEBIT_NORMAL, OWNED, AccountKind

_QUERIES: dict[str, tuple[str, str]] = {
    "entry balances": (
        "{0} is off by {2} {1}",
        """SELECT e.public_id, a.currency, sum(p.amount_minor) FROM ledger_posting p
           JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id
           GROUP BY e.id, a.currency HAVING sum(p.amount_minor) <> 0 ORDER BY e.id""",
    ),
    "entry has its lines": (
        "{0} was made with {1} lines and has {2}",
        """SELECT e.public_id, e.line_count, count(p.id) FROM ledger_entry e
           LEFT JOIN ledger_posting p ON p.entry_id = e.id
           GROUP BY e.id HAVING count(p.id) <> e.line_count OR count(p.id) < 2 ORDER BY e.id""",
    ),
    "amount": (
        "{0} holds a line of {1}",
        """SELECT e.public_id, p.amount_minor FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
           WHERE p.amount_minor = 0 OR abs(p.amount_minor) > 1000000000000000 ORDER BY p.id""",
    ),
    "one line per account": (
        "{0} has {2} lines on {1}",
        """SELECT e.public_id, a.kind || ' ' || a.owner, count(*) FROM ledger_posting p
           JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id
           GROUP BY e.id, a.id HAVING count(*) > 1 ORDER BY e.id""",
    ),
    "balance equals postings": (
        "{0} says {1}, its postings say {2}",
        """SELECT a.kind || ' ' || a.owner || ' ' || a.currency, a.balance_minor, coalesce(sum(p.amount_minor), 0)
           FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id
           WHERE a.balance_minor IS NOT NULL
           GROUP BY a.id HAVING a.balance_minor <> coalesce(sum(p.amount_minor), 0) ORDER BY a.id""",
    ),
    "source once": (
        "{0} was booked {1} times",
        "SELECT source, count(*) FROM ledger_entry GROUP BY source HAVING count(*) > 1 ORDER BY source",
    ),
    "account once": (
        "{0} has {1} accounts",
        """SELECT kind || ' ' || owner || ' ' || currency, count(*) FROM ledger_account
           GROUP BY kind, owner, currency HAVING count(*) > 1 ORDER BY 1""",
    ),
    "reversed once": (
        "{0} was reversed {1} times",
        """SELECT e.public_id, count(*) FROM ledger_entry r JOIN ledger_entry e ON e.id = r.reverses_id
           GROUP BY e.id HAVING count(*) > 1 ORDER BY e.id""",
    ),
    "reversal mirrors": (
        "{0} does not undo {1} on {2}",
        """SELECT r.public_id, e.public_id, a.kind || ' ' || a.owner
           FROM ledger_entry r JOIN ledger_entry e ON e.id = r.reverses_id
           JOIN ledger_posting p ON p.entry_id IN (r.id, e.id) JOIN ledger_account a ON a.id = p.account_id
           GROUP BY r.id, e.id, a.id HAVING sum(p.amount_minor) <> 0 ORDER BY r.id""",
    ),
    "all accounts sum to zero": (
        "{0} is off by {1}",
        """SELECT a.currency, sum(p.amount_minor) FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
           GROUP BY a.currency HAVING sum(p.amount_minor) <> 0 ORDER BY 1""",
    ),
}


def verify() -> list[Break]:
    """Every place where the books do not hold (none: all is whole), upper apps' checks included.

    All of it is read in one snapshot, so money that moves meanwhile is no break. Not inside an open transaction.
    """
    with one_snapshot():
        return list(_verify())


def _verify() -> Iterator[Break]:
    for rule, (text, sql) in _QUERIES.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for row in cursor.fetchall():
                yield Break(rule, str(row[0]), text.format(*row))
    yield from _accounts_have_their_shape()
    yield from _entries_match_the_audit_log()
    yield from _guards_stand()
    for check in registered():
        yield from check()


def _accounts_have_their_shape() -> Iterator[Break]:
    for account in Account.objects.order_by("pk").iterator():
        kind = AccountKind(account.kind) if account.kind in AccountKind.values else None
        if kind is None:
            yield Break("account kind", str(account), "is of no known kind")
        elif (kind in OWNED) != bool(account.owner) or (kind in OWNED) != (account.balance_minor is not None):
            yield Break("account shape", str(account), "owner accounts and only they have an owner and a balance")
        elif account.balance_minor and (account.balance_minor > 0) != (kind in DEBIT_NORMAL):
            yield Break("account not overdrawn", str(account), f"stands at {account.balance_minor}")


def _entries_match_the_audit_log() -> Iterator[Break]:
    """The audit chain holds each entry's lines: it tells of rows changed or removed behind the guards."""
    lines: dict[str, list[list[object]]] = {}
    rows = Posting.objects.order_by("entry_id").values_list(
        "entry__public_id", "account__kind", "account__owner", "account__currency", "amount_minor"
    )
    for public_id, *line in rows.iterator(chunk_size=5000):
        lines.setdefault(public_id, []).append(line)
    sources = dict(Entry.objects.values_list("public_id", "source"))
    for record in audit.entries_of("ledger.post"):
        source = sources.pop(record.subject, None)
        if source is None:
            yield Break("append-only", record.subject, "is in the audit log and not in the books")
        elif source != record.data["source"] or sorted(lines.get(record.subject, [])) != record.data["lines"]:
            yield Break("append-only", record.subject, "differs from what the audit log says was booked")
    for public_id in sources:
        yield Break("append-only", public_id, "is in the books and not in the audit log")


def _guards_stand() -> Iterator[Break]:
    """Triggers and constraints that keep the books are in place and enabled."""
    yield from missing_guards(Account, Entry, Posting)


_GUARDS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE tgrelid = ANY(%(tables)s::text[]::regclass[]) AND tgenabled <> 'D'
UNION ALL SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE conrelid = ANY(%(tables)s::text[]::regclass[]) AND contype <> 't'
UNION ALL SELECT indrelid::regclass::text, relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = ANY(%(tables)s::text[]::regclass[])
"""


def missing_guards(*tables: type[models.Model]) -> Iterator[Break]:
    """Every declared trigger or constraint of `tables` that the database no longer has or has switched off."""
    with connection.cursor() as cursor:
        cursor.execute(_GUARDS, {"tables": [table._meta.db_table for table in tables]})
        standing = {tuple(row) for row in cursor.fetchall()}
    for table in tables:
        name = table._meta.db_table
        for trigger in getattr(table._meta, "triggers", []):
            if (name, trigger.get_pgid(table)) not in standing:
                yield Break("guard", name, f"trigger {trigger.name} is missing or disabled")
        for constraint in table._meta.constraints:
            if (name, constraint.name) not in standing:
                yield Break("guard", name, f"constraint {constraint.name} is missing")
