"""One look at the database: everything read inside sees the same moment, whatever others write meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read the database as it is at the first query inside; nothing can be written here.

    For proofs that compare rows of several queries. The transaction is REPEATABLE READ, READ ONLY: it takes no row
    locks, waits for nobody and cannot fail because of what others do. It has to be a transaction of its own: inside
    an open one rows would be compared that were read at different moments, so that raises `RuntimeError`. Only the
    transaction that a test is wrapped in is let through (nobody else sees what it wrote, and it sees nothing of
    theirs); PostgreSQL refuses to choose the isolation of a subtransaction, so there only writing is refused.
    """
    with transaction.atomic(durable=True):
        alone = len(connection.atomic_blocks) == 1
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION {'ISOLATION LEVEL REPEATABLE READ, ' if alone else ''}READ ONLY")
        yield
