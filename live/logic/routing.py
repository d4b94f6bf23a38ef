"""Who is asked next. Hard predicates first, then a policy orders those who are left.

The only active policy is `longest_idle`: fewest offers of this conversation in this wait, then the
agent who has been without a new conversation the longest; equals are ordered by a seeded draw, so a
stored decision can be replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from live.logic.rules import Rules

POLICY = "longest_idle"
POLICY_VERSION = 1


@dataclass(frozen=True)
class Candidate:
    """What routing knows of one agent with a checked-in claim on the programme."""

    agent_id: int
    claim_id: int
    languages: tuple[str, ...]
    is_onboarded: bool
    is_suspended: bool
    is_eligible: bool
    """Meets what the claimed task asks, at this moment."""
    is_available: bool
    last_seen_at: datetime | None
    idle_since: datetime | None
    load: int
    times_offered: int = 0
    """Offers of this conversation to this agent in this wait."""
    declined_at: datetime | None = None
    is_expert: bool = True
    """False while the conversation waits for an expert and the agent is none."""
    handed_it_on: bool = False
    """They handed this very conversation on, and it must not come back to them now."""


@dataclass(frozen=True)
class Ranked:
    """One eligible agent, and how they compare: rank 1 is asked first."""

    agent_id: int
    claim_id: int
    rank: int
    idle_seconds: int
    load: int
    times_offered: int


@dataclass(frozen=True)
class Choice:
    """A decision: the eligible in order, and for each of the others the predicate that refused them."""

    eligible: tuple[Ranked, ...]
    refused: dict[int, str]
    seed: int
    policy: str = POLICY
    policy_version: int = POLICY_VERSION


def refused_by(candidate: Candidate, *, language: str, at: datetime, rules: Rules, capacity: int) -> str:
    """The first hard predicate the agent does not meet, or "" when all are met."""
    if absent := _absent(candidate, language=language, at=at, rules=rules):
        return absent
    if candidate.handed_it_on:
        return "handed_it_on"
    if not candidate.is_expert:
        return "not_expert"
    if candidate.load >= capacity:
        return "capacity"
    rest = timedelta(seconds=rules.decline_rest_seconds)
    if candidate.declined_at is not None and at - candidate.declined_at < rest:
        return "declined"
    return ""


def after_escalation(
    candidates: Mapping[int, Candidate],
    *,
    experts: Set[int],
    handed_on_by: Set[int],
    is_relaxed: bool,
    language: str,
    at: datetime,
    rules: Rules,
) -> dict[int, Candidate]:
    """The candidates for a conversation that was handed on.

    Until `is_relaxed` only `experts` are asked, and none of those who handed it on; from then on anybody, and those
    who handed it on only when nobody else is there.
    """
    others = any(
        pk not in handed_on_by and not _absent(c, language=language, at=at, rules=rules) for pk, c in candidates.items()
    )
    return {
        pk: replace(
            c, is_expert=is_relaxed or pk in experts, handed_it_on=pk in handed_on_by and (others or not is_relaxed)
        )
        for pk, c in candidates.items()
    }


def _absent(candidate: Candidate, *, language: str, at: datetime, rules: Rules) -> str:
    """Why the agent could not serve a customer of `language` even with every place free, or ""."""
    if candidate.is_suspended:
        return "suspended"
    if not candidate.is_onboarded:
        return "not_onboarded"
    if not candidate.is_eligible:
        return "not_eligible"
    if language not in candidate.languages:
        return "language"
    if not candidate.is_available:
        return "not_available"
    if candidate.last_seen_at is None or at - candidate.last_seen_at > timedelta(seconds=rules.agent_gone_seconds):
        return "not_connected"
    return ""


def choose(
    candidates: Iterable[Candidate], *, language: str, at: datetime, rules: Rules, capacity: int, seed: int
) -> Choice:
    """Order the eligible agents for one conversation in `language`."""
    refused: dict[int, str] = {}
    eligible: list[Candidate] = []
    for candidate in candidates:
        why_not = refused_by(candidate, language=language, at=at, rules=rules, capacity=capacity)
        if why_not:
            refused[candidate.agent_id] = why_not
        else:
            eligible.append(candidate)
    eligible.sort(key=lambda c: (c.times_offered, c.idle_since or at, _draw(seed, c.agent_id)))
    ranked = tuple(
        Ranked(
            agent_id=c.agent_id,
            claim_id=c.claim_id,
            rank=rank,
            idle_seconds=max(0, int((at - (c.idle_since or at)).total_seconds())),
            load=c.load,
            times_offered=c.times_offered,
        )
        for rank, c in enumerate(eligible, start=1)
    )
    return Choice(ranked, refused, seed)


def _draw(seed: int, agent_id: int) -> bytes:
    return sha256(f"{seed}:{agent_id}".encode()).digest()
