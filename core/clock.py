"""The one clock, and half-open periods. Read at the doors only; services are handed `at=`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

BLOCK = timedelta(minutes=30)


def now() -> datetime:
    """Return the present moment in UTC.

    Outside production the moment can be moved ahead by the seconds written in `CLOCK_OFFSET_FILE`,
    so that a demonstration or a browser test need not wait for a block to end.
    """
    at = timezone.now()
    if settings.CLOCK_OFFSET_FILE:
        with contextlib.suppress(FileNotFoundError):
            at += timedelta(seconds=float(Path(settings.CLOCK_OFFSET_FILE).read_text()))
    return at


@dataclass(frozen=True)
class Period:
    """A half-open stretch of time `[starts_at, ends_at)`, both aware and in UTC."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("periods are made of aware datetimes")
        if self.ends_at < self.starts_at:
            raise ValueError("a period cannot end before it starts")

    def __contains__(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def overlaps(self, other: Period) -> bool:
        """True when the two share a moment; touching ends do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def overlap_seconds(self, other: Period) -> int:
        """Whole seconds shared with `other` (0 when apart)."""
        shared = min(self.ends_at, other.ends_at) - max(self.starts_at, other.starts_at)
        return max(0, int(shared.total_seconds()))

    @property
    def seconds(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds())


def floor_to_block(at: datetime) -> datetime:
    """The start, in UTC, of the 30-minute block that holds `at` (blocks start on the half hour in UTC)."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 30, second=0, microsecond=0)


def block_starts(period: Period) -> Iterator[datetime]:
    """Starts of the whole blocks inside `period`, which itself starts on a block boundary."""
    start = period.starts_at
    while start + BLOCK <= period.ends_at:
        yield start
        start += BLOCK
