"""What the database refuses, in words: the name of a constraint leads to the domain error a person understands.

Two who do the same at once both find nothing in the way; the constraint lets one through. Apps say in their
`errors.py` what the other is told (`refuse`). Every door asks `domain_error` when an error reaches it, so no
such error ends in a 500; a service that goes on after a refusal, or adds facts to it, asks earlier (`translated`).
It also answers for a database that is away and for what no column takes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError, Invalid, Unavailable

logger = logging.getLogger(__name__)
_TAKEN = frozenset({"23505", "23P01"})
"""SQLSTATE of a unique and of an exclusion constraint: somebody else was there first."""
_refusals: dict[str, Callable[[], DomainError]] = {}


class CannotBeStored(Invalid):
    """A value no column takes: a NUL in a text, a number or a date out of bounds."""

    message = _("This holds a sign or a number that cannot be stored.")


class Taken(Conflict):
    """The answer for a constraint nobody has given words to."""

    code = "core.taken"
    message = _("Somebody or something was there first. Look again and decide.")


def refuse(refusals: Mapping[str, Callable[[], DomainError]]) -> None:
    """Say which error a violated constraint means, by the name it has in the database."""
    for constraint, error in refusals.items():
        if _refusals.setdefault(constraint, error) is not error:
            raise ValueError(f"constraint {constraint} has two meanings")


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused, or "" when the database gave none."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "")


def refusal_of(error: IntegrityError) -> DomainError | None:
    """What to tell the person; None when the error is a mistake of ours (a missing value, a dangling key).

    A unique or exclusion constraint without words of its own is answered with `Taken`, and logged as an error.
    """
    constraint = constraint_of(error)
    if constraint in _refusals:
        return _refusals[constraint]()
    if getattr(error.__cause__, "sqlstate", None) in _TAKEN:
        logger.error("the database refused by %s, which nobody has given words to", constraint, exc_info=error)
        return Taken()
    return None


def domain_error(error: Exception) -> DomainError | None:
    """The error as a domain error, where it is one or the database's refusal means one; None for a mistake of ours.

    A database that is away or gives up (a deadlock, a lock not had in time) is `Unavailable`, and logged. What the
    database cannot read came from outside, past every form: `CannotBeStored`.
    """
    if isinstance(error, IntegrityError):
        return refusal_of(error)
    if isinstance(error, OperationalError):
        logger.error("the database did not answer", exc_info=error)
        return Unavailable()
    if isinstance(error, DataError):
        logger.warning("the database could not read a value", exc_info=error)
        return CannotBeStored()
    return error if isinstance(error, DomainError) else None


@contextmanager
def translated() -> Iterator[None]:
    """Run a statement whose refusal is a domain error; the transaction around it may go on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def registered() -> frozenset[str]:
    """Every constraint that has words; for the test that looks for names that no longer exist."""
    return frozenset(_refusals)
