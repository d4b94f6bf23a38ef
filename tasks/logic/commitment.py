"""Releases, minutes, adherence and commit budget. Pure; times are aware datetimes, minutes whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Period
from tasks.logic.rules import RULES, Rules
from tasks.states import ClaimState


def is_free_release(*, committed_at: datetime, starts_at: datetime, at: datetime, rules: Rules = RULES) -> bool:
    """True when giving a block back leaves no mark.

    Free in the first five minutes after claiming, and more than 48 hours before the start.
    """
    return at - committed_at < rules.free_release_after_claim or starts_at - at > rules.free_release_before_start


def free_release_until(*, committed_at: datetime, starts_at: datetime, rules: Rules = RULES) -> datetime:
    """The moment from which on a release is late."""
    return max(committed_at + rules.free_release_after_claim, starts_at - rules.free_release_before_start)


def check_in_opens_at(starts_at: datetime, rules: Rules = RULES) -> datetime:
    """When the door opens; it closes at the end of the block."""
    return starts_at - rules.check_in_opens


def minutes_served(*, block: Period, checked_in_at: datetime | None, checked_out_at: datetime | None) -> int:
    """Whole minutes at work inside the block: from check-in to check-out (or the end), clamped to the block.

    Started minutes do not count; time before the start or after the end does not either. 0 without check-in.
    """
    if checked_in_at is None:
        return 0
    begin = max(checked_in_at, block.starts_at)
    end = min(checked_out_at or block.ends_at, block.ends_at)
    return max(0, int((end - begin) // timedelta(minutes=1)))


def outcome(*, block: Period, checked_in_at: datetime | None, minutes: int, rules: Rules = RULES) -> ClaimState:
    """What a committed claim becomes when its block is over: served from 90% of the minutes on, else in part.

    Without a check-in it is a no-show; with one, however late, it is not.
    """
    if checked_in_at is None:
        return ClaimState.NO_SHOW
    whole = block.seconds // 60
    return ClaimState.SERVED if minutes >= whole * rules.served_share else ClaimState.PARTIAL


SERVED_FROM_MINUTES = -(-30 * RULES.served_share.numerator // RULES.served_share.denominator)
"""Whole minutes of a half hour from which it counts as served."""


@dataclass(frozen=True)
class Adherence:
    """Minutes served of minutes committed in the last 30 days."""

    minutes_served: int = 0
    minutes_committed: int = 0

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down (no rounding up); None when nothing was committed."""
        return self.minutes_served * 100 // self.minutes_committed if self.minutes_committed else None

    @property
    def for_eligibility(self) -> int:
        """As predicates see it: who has committed nothing has missed nothing."""
        return 100 if self.percent is None else self.percent


def commit_budget(adherence: Adherence, rules: Rules = RULES) -> int:
    """How many coming blocks an agent may hold at once; grows with adherence. Hot blocks do not use it up."""
    percent = adherence.percent
    if percent is None:
        return rules.newcomer_commit_budget
    return next(blocks for least, blocks in rules.commit_budget if percent >= least)


def is_hot(*, starts_at: datetime, seats: int, seats_taken: int, at: datetime, rules: Rules = RULES) -> bool:
    """True for an understaffed block: soon to start and under half full."""
    return at < starts_at <= at + rules.hot_within and seats_taken < seats * rules.hot_share
