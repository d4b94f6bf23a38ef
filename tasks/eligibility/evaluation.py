"""Answering a requirement for one agent, with the reason for every predicate and what would fix it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tasks.eligibility.language import TIERS, Operator, Predicate, Requirement, Value

AgentValue = int | str | tuple[str, ...] | None


@dataclass(frozen=True)
class Facts:
    """What predicates may ask about one agent, as of one moment.

    `certificates` maps a standard's slug to the end of its validity and holds valid ones only;
    `consents` maps a kind of agreement to the version agreed to; `adherence` is a whole percentage,
    rounded down, and 100 where nothing has been committed yet (nothing was missed).
    """

    skills: Mapping[str, int] = field(default_factory=dict)
    certificates: Mapping[str, datetime | date | None] = field(default_factory=dict)
    tier: str | None = None
    languages: tuple[str, ...] = ()
    region: str = ""
    adherence: int = 100
    consents: Mapping[str, int] = field(default_factory=dict)

    def value_of(self, predicate: Predicate) -> AgentValue:
        """The agent's own value under a predicate's subject; None when there is none."""
        match predicate.kind:
            case "skill":
                return self.skills.get(predicate.name)
            case "certificate":
                if predicate.name not in self.certificates:
                    return None
                until = self.certificates[predicate.name]
                return until.isoformat() if until is not None else "valid"
            case "tier":
                return self.tier
            case "language":
                return self.languages
            case "region":
                return self.region or None
            case "adherence":
                return self.adherence
            case "consent":
                return self.consents.get(predicate.name)
            case unknown:
                raise NotImplementedError(f"no fact answers the subject {unknown}")


class FixKind(StrEnum):
    """What would meet an unmet predicate."""

    COURSE = "course"
    EXAM = "exam"
    PROFILE = "profile"
    CONSENT = "consent"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Fix:
    """The next step: what sort, the public id it leads to (or an empty string), and its title."""

    kind: FixKind
    ref: str = ""
    title: str = ""


@dataclass(frozen=True)
class PredicateResult:
    """One predicate, whether the agent meets it, the agent's value, and for an unmet one the fix."""

    predicate: Predicate
    met: bool
    agent_value: AgentValue
    fix: Fix | None = None


@dataclass(frozen=True)
class Explanation:
    """The whole answer; `groups` mirrors the requirement."""

    eligible: bool
    groups: tuple[tuple[PredicateResult, ...], ...] = ()

    @property
    def nearest(self) -> tuple[PredicateResult, ...]:
        """The group with the fewest unmet predicates: the shortest way in (the first of equals)."""
        if not self.groups:
            return ()
        return min(self.groups, key=lambda group: sum(not r.met for r in group))

    @property
    def missing(self) -> tuple[PredicateResult, ...]:
        """Unmet predicates of the nearest group; empty when eligible."""
        return () if self.eligible else tuple(r for r in self.nearest if not r.met)

    def as_json(self) -> dict[str, Any]:
        """For the API and for the detail of a refusal."""
        return {"eligible": self.eligible, "groups": [[_result_json(r) for r in group] for group in self.groups]}


def _result_json(result: PredicateResult) -> dict[str, Any]:
    p = result.predicate
    fix = result.fix
    return {
        "subject": p.subject,
        "op": str(p.op),
        "value": list(p.value) if isinstance(p.value, tuple) else p.value,
        "met": result.met,
        "agent_value": list(result.agent_value) if isinstance(result.agent_value, tuple) else result.agent_value,
        "fix": {"kind": str(fix.kind), "ref": fix.ref, "title": fix.title} if fix else None,
    }


def meets(predicate: Predicate, facts: Facts) -> bool:
    """True when `facts` satisfy one predicate.

    A fact that is not there meets `missing`, `ne` and `not_in`, and nothing else. Tiers compare by rank.
    An agent speaks several languages: `eq` and `in` ask whether one of them matches, `ne` and `not_in` that none does.
    """
    have = facts.value_of(predicate)
    if predicate.op is Operator.EXISTS:
        return have is not None
    if predicate.op is Operator.MISSING:
        return have is None
    if have is None:
        return predicate.op in (Operator.NE, Operator.NOT_IN)
    asked = predicate.value
    if isinstance(have, tuple):
        wanted = set(asked) if isinstance(asked, tuple) else {asked}
        found = bool(wanted.intersection(have))
        return found if predicate.op in (Operator.EQ, Operator.IN) else not found
    if predicate.op is Operator.IN:
        return isinstance(asked, tuple) and have in asked
    if predicate.op is Operator.NOT_IN:
        return isinstance(asked, tuple) and have not in asked
    return _compare(predicate.op, _rank(predicate, have), _rank(predicate, asked))


def _rank(predicate: Predicate, value: Value | AgentValue) -> Any:
    return TIERS.index(value) if predicate.kind == "tier" and isinstance(value, str) and value in TIERS else value


def _compare(op: Operator, have: Any, asked: Any) -> bool:
    match op:
        case Operator.LT:
            return bool(have < asked)
        case Operator.LTE:
            return bool(have <= asked)
        case Operator.GT:
            return bool(have > asked)
        case Operator.GTE:
            return bool(have >= asked)
        case Operator.EQ:
            return bool(have == asked)
        case _:
            return bool(have != asked)


def explain(
    requirement: Requirement, facts: Facts, *, fixes: Callable[[Predicate], Fix | None] | None = None
) -> Explanation:
    """Answer `requirement` for one agent; `fixes` names the way out for an unmet predicate."""
    groups = []
    for group in requirement.groups:
        results = []
        for predicate in group:
            met = meets(predicate, facts)
            fix = fixes(predicate) if fixes and not met else None
            results.append(PredicateResult(predicate, met, facts.value_of(predicate), fix))
        groups.append(tuple(results))
    eligible = not groups or any(all(r.met for r in group) for group in groups)
    return Explanation(eligible, tuple(groups))
