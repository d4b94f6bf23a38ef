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
    "missing_guards",
    "postings_for",
    "trial_balance",
    "verify",
]
