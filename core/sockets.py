"""The sockets' door: who may open one and how many, how long it lives, and how an error is told to the other end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.errors import DomainError, Invalid
from core.realtime import session_mark

UNAUTHENTICATED, REFUSED, SILENT, TOO_MANY, RECYCLED = 4401, 4403, 4408, 4409, 4410
"""Close codes; docs/protocol.md says what each asks of the client."""
LONGEST_SECONDS = 20 * 3600
"""No connection grows older: the channel layer forgets its groups after 24 hours."""


def error_frame(error: DomainError, *, ref: str | None = None) -> dict[str, Any]:
    """`{"type": "error", "code", "message"}`, with `fields` where there are any and `ref` naming the frame refused."""
    frame: dict[str, Any] = {"type": "error", "code": error.code, "message": str(error.message)}
    if error.detail:
        frame["detail"] = error.detail
    if isinstance(error, Invalid) and error.fields:
        frame["fields"] = {name: [str(t) for t in texts] for name, texts in error.fields.items()}
    if ref is not None:
        frame["ref"] = ref
    return frame


def is_from_own_page(scope: Mapping[str, Any]) -> bool:
    """True when the page that opens the socket is served from the host it connects to.

    Browsers send cookies with a socket opened by any page and say in `Origin` which one it was.
    """
    headers = dict(scope["headers"])
    try:
        origin = urlsplit(headers.get(b"origin", b"").decode("latin-1")).netloc
    except ValueError:  # such as `http://[`
        return False
    return bool(origin) and origin == headers.get(b"host", b"").decode("latin-1")


def is_ended(scope: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """True when the event of `core.realtime.end_session` names the session this socket was opened in."""
    mark = session_mark(getattr(scope.get("session"), "session_key", None))
    return bool(mark) and event.get("ended") == mark


def lifetime_seconds() -> float:
    """How long a new connection may live: each its own time, so that not all come back at once."""
    return LONGEST_SECONDS * random.uniform(0.6, 1)  # noqa: S311


class Connections:
    """How many sockets of one kind each person has open in this process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: Counter[str] = Counter()

    def enter(self, person: str) -> bool:
        """Count one more; False, and nothing counted, when the person has as many as they may."""
        if self._open[person] >= self.most:
            return False
        self._open[person] += 1
        return True

    def leave(self, person: str) -> None:
        """One is gone."""
        self._open[person] -= 1
        if self._open[person] <= 0:
            del self._open[person]
