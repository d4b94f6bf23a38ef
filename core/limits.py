"""How often something may be done: counts shared by all processes, in Redis, kept by hand while Redis is away."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from threading import Lock

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5
"""How long a process counts by itself before it asks Redis again."""


@dataclass(frozen=True)
class Rate:
    """So many times in each period of so many seconds."""

    times: int
    seconds: int


def seconds_to_wait(name: str, rate: Rate, *, at: datetime) -> int:
    """Count one try under `name`; 0 when it is within the rate, else the seconds until the next period.

    Periods begin at whole multiples of their length. While Redis does not answer, this process counts in its own
    memory (a warning says so): the limit then holds for each process instead of all together.
    """
    period, passed = divmod(at.timestamp(), rate.seconds)
    key = f"limit.{name}.{rate.seconds}.{int(period)}"
    count = _shared.count(key, rate.seconds)
    return 0 if count <= rate.times else ceil(rate.seconds - passed)


class _Counts:
    """Counts in Redis, else in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._own: Counter[str] = Counter()
        self._away_until = 0.0

    def count(self, key: str, seconds: int) -> int:
        if time.monotonic() >= self._away_until:
            try:
                cache.add(key, 0, timeout=2 * seconds)
                return cache.incr(key)
            except ValueError:  # Redis was emptied in between
                return 1
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + RETRY_AFTER_SECONDS
                logger.warning("Redis does not answer; rate limits are counted by each process: %s", error)
        with self._lock:
            if len(self._own) > 10_000:
                self._own.clear()
            self._own[key] += 1
            return self._own[key]


_shared = _Counts()
