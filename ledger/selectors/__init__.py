"""Reading the books, and proving them."""

from ledger.checks import Break
from ledger.selectors.books import (
    AccountSum,
    accounts_for,
    balance,
    entries_for,
    entry_by_public_id,
    entry_by_source,
    held,
    held_by,
    held_by_owner,
    moved_by_memo,
    postings_for,
    trial_balance,
)
from ledger.selectors.verification import missing_guards, verify

__all__ = [
    "AccountSum",
    "Break",
    "accounts_for",
    "balance",
    "entries_for",
    "entry_by_public_id",
    "entry_by_source",
    "held",
    "held_by",
    "held_by_owner",
    "missing_guards",
    "moved_by_memo",
    "postings_for",
    "trial_balance",
    "verify",
]
