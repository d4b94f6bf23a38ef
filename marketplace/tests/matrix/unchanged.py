"""Whether anything changed: cheap enough to be asked after every request.

PostgreSQL counts the rows a transaction writes; only where that count moved are the tables' contents compared with
what they were, so that a write which was taken back is not mistaken for a change.
"""

from __future__ import annotations

from copy import copy

from django.core import mail
from django.db import connection

NOT_CONTENT = {"django_session"}
"""A toast waits in the session; that is not a change of the world."""

_WRITTEN = """
SELECT relname, rows FROM (
    SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid) AS rows
    FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace OFFSET 0
) counted WHERE rows > 0
"""
"""`pg_stat_xact_user_tables` says the same, and groups all indexes first."""


class Watch:
    """Remembers the contents of all tables inside one open transaction."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            self.tables = sorted({name for (name,) in cursor.fetchall()} - NOT_CONTENT)
        self.contents = self._contents(self.tables)
        self.written = self._written()

    def changed(self) -> list[str]:
        """Tables whose contents are not what they were, and `mail` when some was sent."""
        written = self._written()
        touched = [name for name, count in written.items() if count != self.written.get(name, 0)]
        self.written = written
        now = self._contents(sorted(set(touched) - NOT_CONTENT))
        found = [name for name, content in now.items() if content != self.contents[name]]
        return found + (["mail"] if mail.outbox else [])

    def from_now_on(self) -> Watch:
        """A watch that takes what has changed so far for granted."""
        later = copy(self)
        later.contents = {**self.contents, **self._contents([name for name in self.changed() if name != "mail"])}
        later.written = self.written
        return later

    @staticmethod
    def _written() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(_WRITTEN)
            return dict(cursor.fetchall())

    @staticmethod
    def _contents(tables: list[str]) -> dict[str, tuple[int, str]]:
        found = {}
        with connection.cursor() as cursor:
            for name in tables:
                quoted = connection.ops.quote_name(name)
                cursor.execute(
                    f"SELECT count(*), coalesce(md5(string_agg(row, '' ORDER BY row)), '') "  # noqa: S608
                    f"FROM (SELECT md5(t::text) AS row FROM {quoted} t) rows"
                )
                found[name] = cursor.fetchone()
        return found
