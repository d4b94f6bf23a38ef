"""What every test stands on: real PostgreSQL and Redis, no network, no warnings.

The process that collects starts both servers (or takes those of `DATABASE_URL` and `REDIS_URL`);
each xdist worker gets a database and a Redis number of its own before Django's settings are read.
"""

import contextlib
import gc
import os
import tempfile
from collections.abc import Iterator

os.environ["TIDELINE_ENV"] = "test"

import django
import hypothesis
import pytest
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import translation
from redis import Redis

from marketplace import embedded, messages, testing

# At its usual pace the garbage collector takes a quarter of a run.
gc.set_threshold(50_000, 20, 50)

_servers = contextlib.ExitStack()
os.environ["TIDELINE_DATA_DIR"] = _servers.enter_context(tempfile.TemporaryDirectory(prefix="tideline-test-files-"))
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

if settings.configured:
    pytest.exit("Settings were read before the servers were up: unset DJANGO_SETTINGS_MODULE.", returncode=4)
if "PYTEST_XDIST_WORKER" not in os.environ:
    _database_url, _redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not (_database_url and _redis_url):
        _stack = _servers.enter_context(embedded.start_for_tests())
        _database_url, _redis_url = _database_url or _stack.database_url, _redis_url or _stack.redis_url
    messages.compile_all()
    os.environ["TIDELINE_TEST_URLS"] = f"{_database_url} {_redis_url} {os.getpid()}"

_database_url, _redis_url, _run = os.environ["TIDELINE_TEST_URLS"].split(" ")
testing.use_servers(database_url=_database_url, redis_url=_redis_url, worker=_worker, run=_run)
if "PYTEST_XDIST_WORKER" not in os.environ and "_stack" in globals():
    testing.drop_leftovers()
# Set here and not in pyproject.toml: pytest-django would read the settings before the servers are up.
os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
django.setup()
# Every test client builds the middleware anew, and this one walks all static files each time. Browser tests
# run the site in a process of its own, which has it.
settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("servestatic.")]

_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
TransactionTestCase._fixture_teardown = lambda self: testing.empty_written_tables() or _flush(self)  # type: ignore[attr-defined]

# A busy machine is no failure: examples have no time limit of their own.
hypothesis.settings.register_profile("tideline", deadline=None, database=None)
hypothesis.settings.register_profile("quick", max_examples=20, deadline=None, database=None)
hypothesis.settings.load_profile("tideline")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that no worker waits at the end for the last one of the other."""
    items.sort(key=lambda item: (item.get_closest_marker("e2e") is None, item.get_closest_marker("slow") is None))


def pytest_xdist_setupnodes() -> None:
    """Let each worker choose its database before it reads the settings."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    _servers.close()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """Replace pytest-django's: a copy of the migrated template instead of migrating anew."""
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        testing.worker_database(rebuild_template=request.config.getoption("--create-db")),
    ):
        yield


@pytest.fixture(scope="session")
def _redis() -> Iterator[Redis]:
    client = Redis.from_url(os.environ["REDIS_URL"])
    yield client
    client.close()


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """Every test begins in the site's language, whatever page the one before has read."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _empty_redis(_redis: Redis) -> None:
    """Every test begins with an empty Redis."""
    _redis.flushdb()


def pytest_collection_finish() -> None:
    """Spare the garbage collector everything imported so far: it stays to the end, and walking it costs."""
    gc.freeze()
