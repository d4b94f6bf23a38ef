"""The predicate language that says who may take which work.

A requirement is JSON: groups of predicates, AND inside a group, OR between groups.

    {"any": [{"all": [
        {"subject": "certificate.retail-service", "op": "exists"},
        {"subject": "skill.retail", "op": "gte", "value": 60}
    ]}]}

`parse` reads it (mistakes come back per place), `explain` answers it for one agent's facts with every
predicate, met or not, the agent's own value, and what would fix it.
"""

from tasks.eligibility.evaluation import Explanation, Facts, Fix, FixKind, PredicateResult, explain, meets
from tasks.eligibility.language import (
    ANYBODY,
    OPERATORS,
    SUBJECTS,
    Group,
    Operator,
    Predicate,
    Requirement,
    SubjectKind,
    Vocabulary,
    parse,
    to_json,
)

__all__ = [
    "ANYBODY",
    "OPERATORS",
    "SUBJECTS",
    "Explanation",
    "Facts",
    "Fix",
    "FixKind",
    "Group",
    "Operator",
    "Predicate",
    "PredicateResult",
    "Requirement",
    "SubjectKind",
    "Vocabulary",
    "explain",
    "meets",
    "parse",
    "to_json",
]
