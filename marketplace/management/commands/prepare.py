"""`manage.py prepare`: bring translations and database up to date; on the first start build the demo world.

A comment on the database says how far the first start came. It is set before the first table is
made, so a demo world that was cut short is recognised, thrown away and built anew; a database that
held tables of its own when we first met it is migrated and otherwise left alone.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg import sql

from core import clock
from marketplace.checks import servers_fit
from marketplace.demo.shop import follow_shop
from marketplace.messages import compile_all

BUILDING = "tideline: building the demo world"
BUILT = "tideline: demo world complete"


class Command(BaseCommand):
    """Raises `CommandError` when a server does not answer or is too old."""

    help = "Migrate; on an empty database also build the demo world (TIDELINE_SEED=0: do not)."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        if misfits := servers_fit(databases=["default"]):
            raise CommandError("\n".join(f"{misfit.msg} {misfit.hint} ({misfit.id})" for misfit in misfits))
        seeds = "seed_demo" in get_commands() and os.environ.get("TIDELINE_SEED", "1") == "1"
        if _mark() == BUILDING:
            self.stdout.write("The demo world was cut short last time; building it anew.")
            _start_over()
        if seeds and _is_empty():
            _set_mark(BUILDING)
        compile_all()
        self.stdout.write("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        if seeds and _mark() == BUILDING:
            call_command("seed_demo", stdout=self.stdout)
            _set_mark(BUILT)
        if _mark() == BUILT:
            follow_shop(at=clock.now())


def _mark() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _set_mark(text: str) -> None:
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text)))


def _is_empty() -> bool:
    return not connection.introspection.table_names()


def _start_over() -> None:
    """Drop what the unfinished first start made: nothing else was in the database when it began."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    for folder in ("audit", "media", "mail"):
        shutil.rmtree(Path(settings.DATA_DIR) / folder, ignore_errors=True)
    if os.environ.get("TIDELINE_EMBEDDED"):
        cache.clear()
