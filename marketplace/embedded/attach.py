"""Addresses for `manage.py`: the servers of a running `make run`, or the same started for one command."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import InUse
from .places import places_of
from .stack import running, serve

WITHOUT_SERVERS = {"", "help", "version", "check", "collectstatic", "messages", "makemigrations", "spectacular"}


@contextmanager
def use_servers_of_this_checkout(command: str) -> Iterator[None]:
    """Set `DATABASE_URL` and `REDIS_URL` where the environment does not, in development only."""
    given = "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ
    development = os.environ.get("TIDELINE_ENV", "development") == "development"
    if given or not development or command in WITHOUT_SERVERS or command.startswith("-"):
        yield
        return
    places = places_of("run")
    with contextlib.ExitStack() as held:
        stack = running("run")
        if stack is None:
            try:
                held.enter_context(places.lock())
            except InUse:  # starting this very moment
                stack = running("run")
            stack = stack or held.enter_context(serve(places, durable=True))
        os.environ.setdefault("DATABASE_URL", stack.database_url)
        os.environ.setdefault("REDIS_URL", stack.redis_url)
        yield
