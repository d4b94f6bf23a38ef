"""Further checks of the books that upper apps bring: `ledger.checks.register(fn)` in their `apps.ready`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """One place where the books do not hold: which rule, on what, and how."""

    rule: str
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject}: {self.what}"


Check = Callable[[], Iterator[Break]]
_checks: list[Check] = []


def register(check: Check) -> Check:
    """Have `verify_books` run `check` too; usable as a decorator. Registering twice is once."""
    if check not in _checks:
        _checks.append(check)
    return check


def registered() -> list[Check]:
    """The checks of upper apps, in the order they were registered."""
    return list(_checks)
