"""How much one connection and one person may use."""

from __future__ import annotations

from core.sockets import Connections
from live.errors import TooManyConnections, TooManyFrames

CONNECTIONS = Connections(8)


class FrameRate:
    """A token bucket: `burst` frames at once, `per_second` in the long run."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second, self.burst = per_second, burst
        self.tokens, self.then = float(burst), 0.0

    def take(self, now: float) -> None:
        """Use one frame at monotonic time `now`; raises `TooManyFrames` with `detail.retry_after_seconds`."""
        self.tokens = min(self.burst, self.tokens + (now - self.then) * self.per_second)
        self.then = now
        if self.tokens < 1:
            raise TooManyFrames(detail={"retry_after_seconds": round((1 - self.tokens) / self.per_second, 2)})
        self.tokens -= 1


def enter(person: str) -> None:
    """Count one more connection of a person to this process; raises `TooManyConnections`."""
    if not CONNECTIONS.enter(person):
        raise TooManyConnections


def leave(person: str) -> None:
    """The connection is gone."""
    CONNECTIONS.leave(person)
