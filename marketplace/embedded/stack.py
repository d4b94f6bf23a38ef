"""Both servers together: started, found running, stopped."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from .errors import InUse
from .places import Places, places_of
from .postgres import Postgres
from .redis import EmbeddedRedis


@dataclass(frozen=True)
class Stack:
    """Addresses of two running servers."""

    places: Places
    database_url: str
    redis_url: str


@contextmanager
def start(purpose: str, *, durable: bool) -> Iterator[Stack]:
    """Run both servers while the block runs. Raise `InUse` or `Refused` when they cannot be started."""
    places = places_of(purpose)
    places.prepare()
    with places.lock(), contextlib.ExitStack() as ends:
        for server in (Postgres(places, durable=durable), EmbeddedRedis(places, durable=durable)):
            ends.callback(server.stop)
            server.start()
            if isinstance(server, Postgres):
                server.ensure_database("tideline")
        yield Stack(places, places.database_url("tideline"), places.redis_url)


@contextmanager
def start_for_tests() -> Iterator[Stack]:
    """Run servers that forget everything in a power cut, beside any other test run of this checkout."""
    for number in count(1):
        try:
            with start("test" if number == 1 else f"test-{number}", durable=False) as stack:
                yield stack
                return
        except InUse:
            if number == 20:
                raise


def running(purpose: str) -> Stack | None:
    """Return the addresses of servers some other process runs for `purpose`, or None."""
    places = places_of(purpose)
    if places.postgres_socket.exists() and places.redis_socket.exists() and places.is_locked():
        return Stack(places, places.database_url("tideline"), places.redis_url)
    return None
