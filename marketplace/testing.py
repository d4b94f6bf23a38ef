"""Databases and Redis of one test run; used by the root `conftest.py` only.

The migrated database is made once per state of the migrations and kept as a template; every worker
of every run gets a copy of it in a fraction of a second.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

TEMPLATE = "tideline_test_template_"
WORKER = "tideline_test_db_"
KEPT = ("django_migrations", "django_content_type", "auth_permission")
"""Tables no test empties: what migrating fills."""


def use_servers(*, database_url: str, redis_url: str, worker: str, run: str) -> None:
    """Point the environment at this worker's own database and Redis number, before settings are read."""
    os.environ["TIDELINE_TEST_SERVER"] = database_url
    os.environ["DATABASE_URL"] = _with_name(database_url, f"{WORKER}{run}_{worker}")
    number = int(worker.removeprefix("gw")) if worker.startswith("gw") else 0
    os.environ["REDIS_URL"] = _redis_number(redis_url, number)


def _with_name(url: str, name: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")


def _redis_number(url: str, number: int) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    first = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{first + number}"))


@contextmanager
def worker_database(*, rebuild_template: bool) -> Iterator[None]:
    """Create the database named by the settings as a copy of the migrated template; drop it at the end."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    started = time.perf_counter()
    with _server() as server:
        template = _ensure_template(server, rebuild=rebuild_template)
        _drop(server, name)
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    if os.environ.get("TIDELINE_TEST_TIMING"):
        print(f"\ntest database ready after {time.perf_counter() - started:.2f} s")  # noqa: T201
    yield
    connection.close()
    with _server() as server:
        _drop(server, name)


@contextmanager
def _server() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(os.environ["TIDELINE_TEST_SERVER"], autocommit=True) as server:
        yield server


def _drop(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ensure_template(server: psycopg.Connection[tuple[object, ...]], *, rebuild: bool) -> str:
    """Return the name of the migrated database; the first worker to need it makes it, the others wait."""
    template = TEMPLATE + _fingerprint()
    server.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
    try:
        if rebuild:
            _drop(server, template)
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            _migrate_new(server, template)
    finally:
        server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [TEMPLATE])
    return template


def _migrate_new(server: psycopg.Connection[tuple[object, ...]], template: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    unfinished = f"{template}_unfinished"
    _drop(server, unfinished)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = unfinished
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    server.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(template))
    )


def empty_written_tables() -> bool:
    """Delete what a test has committed; False where this role may not, and Django's own flush has to.

    Truncating each of over a hundred tables takes a second, deleting from the few that hold rows a hundredth.
    Triggers and foreign keys are off meanwhile, in this transaction alone.
    """
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() AND tablename <> ALL(%s) "
            "ORDER BY tablename",
            [list(KEPT)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")  # waits for writers under way
        holds_rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)  # noqa: S608
        cursor.execute(holds_rows)
        written = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(";".join(f"DELETE FROM {name}" for name in written) or "SELECT 1")  # noqa: S608
    return True


def _fingerprint() -> str:
    """Return a hash over every migration of every installed app, ours and others'."""
    from django.apps import apps

    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{path.name}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def drop_leftovers() -> None:
    """Drop worker databases of killed runs and templates of other migrations; only on a server of our own."""
    with _server() as server:
        rows = server.execute(
            "SELECT datname, starts_with(datname, %s) FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid",
            [TEMPLATE, "tideline_test_"],
        ).fetchall()
        templates = [str(name) for name, is_template in rows if is_template]  # oldest first
        for name in [str(name) for name, is_template in rows if not is_template] + templates[:-4]:
            _drop(server, name)
