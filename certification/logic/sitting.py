"""When an exam may be begun, and what the clock makes of an attempt. Half-open: the deadline itself is too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from certification.states import LIVE_ATTEMPT, AttemptState, ExamState, Overdue


@dataclass(frozen=True)
class Terms:
    """The part of a blueprint that says who may begin when."""

    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    attempts_allowed: int | None
    retry_delay_seconds: int | None


@dataclass(frozen=True)
class Sat:
    """One earlier attempt."""

    state: str
    finished_at: datetime | None


@dataclass(frozen=True)
class Availability:
    """Whether a new attempt may begin now, and if not why (an error code's last part) and when it may.

    `attempts_left` is None when nothing limits them.
    """

    may_begin: bool
    why: str
    attempts_left: int | None
    retry_at: datetime | None = None


def availability(terms: Terms, sat: Sequence[Sat], *, at: datetime, renewal_opens_at: datetime | None) -> Availability:
    """Judge from earlier attempts in their order; voided ones do not count.

    After a pass nothing may begin before `renewal_opens_at` (None: nothing to renew); then attempts
    count anew. No retry delay means one attempt ever.
    """
    counted = [s for s in sat if s.state != AttemptState.VOIDED]
    if any(s.state in LIVE_ATTEMPT for s in counted):
        return Availability(False, "in_progress", None)
    last_pass = max((n for n, s in enumerate(counted) if s.state == AttemptState.PASSED), default=-1)
    if last_pass >= 0 and (renewal_opens_at is None or at < renewal_opens_at):
        return Availability(False, "already_passed", None, renewal_opens_at)
    counted = counted[last_pass + 1 :]
    allowed = 1 if terms.retry_delay_seconds is None else terms.attempts_allowed
    left = None if allowed is None else max(0, allowed - len(counted))
    if left == 0:
        return Availability(False, "no_attempts_left", 0)
    if counted and terms.retry_delay_seconds is not None and counted[-1].finished_at is not None:
        retry_at = counted[-1].finished_at + timedelta(seconds=terms.retry_delay_seconds)
        if at < retry_at:
            return Availability(False, "retry_too_early", left, retry_at)
    if not is_open(terms, at):
        return Availability(False, "exam_closed", left, terms.opens_at if _opens_later(terms, at) else None)
    return Availability(True, "", left)


def is_open(terms: Terms, at: datetime) -> bool:
    """Open in `[opens_at, closes_at)`."""
    begun = terms.opens_at is None or terms.opens_at <= at
    return terms.state == ExamState.OPEN and begun and (terms.closes_at is None or at < terms.closes_at)


def _opens_later(terms: Terms, at: datetime) -> bool:
    return terms.state == ExamState.OPEN and terms.opens_at is not None and at < terms.opens_at


def deadline(at: datetime, *, limit_seconds: int, extra_seconds: int, closes_at: datetime | None) -> datetime:
    """The end of an attempt that begins at `at`: the limit plus extra time, cut at the closing time plus extra time."""
    end = at + timedelta(seconds=limit_seconds + extra_seconds)
    return end if closes_at is None else min(end, closes_at + timedelta(seconds=extra_seconds))


def overdue_at(end: datetime, overdue: str, grace_seconds: int) -> datetime:
    """When an attempt nobody submits is closed for them."""
    return end + timedelta(seconds=grace_seconds) if overdue == Overdue.GRACE else end


def takes_submit(at: datetime, *, end: datetime, overdue: str, grace_seconds: int) -> bool:
    """True when a submission by hand counts at `at`. Late ones count under autosubmit: the clock would do the same."""
    return (
        at < end
        or overdue == Overdue.AUTOSUBMIT
        or (overdue == Overdue.GRACE and at < overdue_at(end, overdue, grace_seconds))
    )
