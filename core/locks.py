"""Locks on things that have no row: the first attempt at an exam, all claims of one agent."""

from __future__ import annotations

from django.db import connection


def hold(name: str, *key: object, shared: bool = False) -> None:
    """Hold the lock of that name and key until the transaction ends; whoever else asks for it waits.

    `shared`: with others who share it; who wants it alone waits for all of them, and they for them.
    Taken before any row is locked, so that the written order of row locks stays what it is.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a lock is held by a transaction")
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [":".join([name, *map(str, key)])])
