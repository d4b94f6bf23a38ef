"""Locks on things that have no row: the first attempt at an exam, all claims of one agent."""

from __future__ import annotations

from django.db import connection


def hold(name: str, *key: object) -> None:
    """Hold the lock of that name and key until the transaction ends; whoever else asks for it waits.

    Taken before any row is locked, so that the written order of row locks stays what it is.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a lock is held by a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [":".join([name, *map(str, key)])])
