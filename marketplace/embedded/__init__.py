"""PostgreSQL and Redis from wheels, for a machine that has neither.

`make run`, `make test` and `manage.py` use these servers when `DATABASE_URL` and `REDIS_URL` name
no others. They listen on unix sockets in a folder closed to everybody else, live only as long as
the process that started them, and never widen anybody's folders (see
`docs/decisions/0002-embedded-servers.md`).
"""

from .attach import use_servers_of_this_checkout
from .errors import InUse, Refused
from .places import Places, places_of
from .stack import Stack, running, serve, start_for_tests

__all__ = [
    "InUse",
    "Places",
    "Refused",
    "Stack",
    "places_of",
    "running",
    "serve",
    "start_for_tests",
    "use_servers_of_this_checkout",
]
