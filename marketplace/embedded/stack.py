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
    """Addresses of two running servers, and the servers when they are this process's own."""

    places: Places
    database_url: str
    redis_url: str
    servers: tuple[Postgres | EmbeddedRedis, ...] = ()


@contextmanager
def serve(places: Places, *, durable: bool) -> Iterator[Stack]:
    """Run both servers while the block runs; the caller holds `places.lock()`.

    Raises `Refused` when they cannot be started. Servers that are not `durable` may lose everything
    in a power cut and are faster for it.
    """
    places.prepare()
    postgres, redis = Postgres(places, durable=durable), EmbeddedRedis(places, durable=durable)
    with contextlib.ExitStack() as ends:
        ends.callback(postgres.stop)
        postgres.start()
        postgres.ensure_database("tideline")
        ends.callback(redis.stop)
        redis.start()
        yield Stack(places, places.database_url("tideline"), places.redis_url, (postgres, redis))


@contextmanager
def start_for_tests() -> Iterator[Stack]:
    """Run servers that forget everything in a power cut, beside any other test run of this checkout."""
    for number in count(1):
        places = places_of("test" if number == 1 else f"test-{number}")
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(places.lock())
            except InUse:
                if number == 20:
                    raise
                continue
            yield held.enter_context(serve(places, durable=False))
            return


def running(purpose: str) -> Stack | None:
    """Return the addresses of servers some other process runs for `purpose`, or None."""
    places = places_of(purpose)
    if places.holder() is not None and places.postgres_socket.exists() and places.redis_socket.exists():
        return Stack(places, places.database_url("tideline"), places.redis_url)
    return None
