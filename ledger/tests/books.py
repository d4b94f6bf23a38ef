"""Small ways to move money in tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import PLATFORM
from core.money import Money
from ledger.models import Entry
from ledger.services import Line, post
from ledger.states import AccountKind

AT = datetime(2026, 11, 11, 8, 0, tzinfo=UTC)
ORG = "org_00000000000000000000000001"
TASK = "tsk_00000000000000000000000001"
AGENT = "agt_00000000000000000000000001"


def move(source: str, debit: tuple[AccountKind, str], credit: tuple[AccountKind, str], minor: int) -> Entry:
    """Post `minor` CNY from the debited to the credited account."""
    return post(
        source=source,
        kind="test",
        lines=[Line(*debit, Money(minor, "CNY")), Line(*credit, Money(-minor, "CNY"))],
        at=AT,
        actor=PLATFORM,
    )


def deposit(minor: int, *, source: str = "deposit:1", owner: str = ORG) -> Entry:
    """Bring `minor` CNY into the client's funds."""
    return move(source, (AccountKind.BANK, ""), (AccountKind.CLIENT_FUNDS, owner), minor)


def reserve(minor: int, *, source: str = "reserve:1", owner: str = ORG, task: str = TASK) -> Entry:
    """Move `minor` CNY from the client's funds to a task's reserve."""
    return move(source, (AccountKind.CLIENT_FUNDS, owner), (AccountKind.TASK_RESERVE, task), minor)


def check_deferred() -> None:
    """Run the triggers that wait for the commit now, then let later ones wait again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused_at_commit(match: str) -> Iterator[None]:
    """Expect the database to refuse what the block wrote when it would commit."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic():  # noqa: PT012
        yield
        check_deferred()


def sql(statement: str, *values: object) -> None:
    """Run one statement behind the services' back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
