"""Reading and writing requirements: subjects, operators, and what may stand beside which."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Text
from tasks.errors import InvalidRequirement

MAX_GROUPS = 8
MAX_PREDICATES = 12
MAX_VALUES = 40
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

Value = int | str | tuple[int | str, ...] | None


class Operator(StrEnum):
    """How a fact is compared with the value asked for."""

    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    EQ = "eq"
    NE = "ne"
    EXISTS = "exists"
    MISSING = "missing"
    IN = "in"
    NOT_IN = "not_in"


OPERATORS: Mapping[Operator, Text] = {
    Operator.LT: _("is below"),
    Operator.LTE: _("is at most"),
    Operator.GT: _("is above"),
    Operator.GTE: _("is at least"),
    Operator.EQ: _("is"),
    Operator.NE: _("is not"),
    Operator.EXISTS: _("is held"),
    Operator.MISSING: _("is not held"),
    Operator.IN: _("is one of"),
    Operator.NOT_IN: _("is none of"),
}
_VALUELESS = frozenset({Operator.EXISTS, Operator.MISSING})
_LISTED = frozenset({Operator.IN, Operator.NOT_IN})
_ORDERED = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
_PLAIN = frozenset({Operator.EQ, Operator.NE})


@dataclass(frozen=True)
class SubjectKind:
    """One family of facts: its label, whether a name follows the dot, its operators, and its values.

    `number` gives the range of whole numbers it takes; None means words.
    """

    label: Text
    named: bool
    operators: frozenset[Operator]
    number: tuple[int, int] | None = None
    multiple: bool = False


_ALL = frozenset(Operator)
SUBJECTS: Mapping[str, SubjectKind] = {
    "skill": SubjectKind(_("Skill"), named=True, operators=_ALL, number=(0, 100)),
    "certificate": SubjectKind(_("Certificate"), named=True, operators=_VALUELESS),
    "tier": SubjectKind(_("Tier"), named=False, operators=_ALL),
    "language": SubjectKind(_("Language"), named=False, operators=_PLAIN | _LISTED, multiple=True),
    "region": SubjectKind(_("Region"), named=False, operators=_PLAIN | _LISTED | _VALUELESS),
    "adherence": SubjectKind(_("Adherence"), named=False, operators=_ORDERED | _PLAIN, number=(0, 100)),
    "consent": SubjectKind(_("Agreement"), named=True, operators=_ALL, number=(1, 10_000)),
}
TIERS = ("certification", "bronze", "silver", "gold", "platinum")
"""Lowest first; the names of `certification.states.Tier`."""


@dataclass(frozen=True)
class Predicate:
    """One condition: a subject such as `skill.retail`, an operator, and the value it asks for."""

    subject: str
    op: Operator
    value: Value = None

    @property
    def kind(self) -> str:
        return self.subject.partition(".")[0]

    @property
    def name(self) -> str:
        """What follows the dot (`retail`); empty for subjects without one."""
        return self.subject.partition(".")[2]


Group = tuple[Predicate, ...]


@dataclass(frozen=True)
class Requirement:
    """Groups of predicates; one group met whole is enough. No groups: anybody."""

    groups: tuple[Group, ...] = ()

    def predicates(self) -> tuple[Predicate, ...]:
        return tuple(p for group in self.groups for p in group)

    def subjects(self) -> frozenset[str]:
        return frozenset(p.subject for p in self.predicates())

    def names(self, kind: str) -> frozenset[str]:
        """Names asked for under one kind, e.g. every skill slug."""
        return frozenset(p.name for p in self.predicates() if p.kind == kind)


ANYBODY = Requirement()


@dataclass(frozen=True)
class Vocabulary:
    """Names that exist, by kind; a kind that is not listed takes any well-formed name."""

    names: Mapping[str, Collection[str]] = field(default_factory=dict)

    def knows(self, kind: str, name: str) -> bool:
        return kind not in self.names or name in self.names[kind]


def parse(data: Any, *, vocabulary: Vocabulary | None = None, at_field: str = "requirement") -> Requirement:
    """Read a requirement from JSON; `{}` and `{"any": []}` ask for nothing.

    Raises `InvalidRequirement` with one message per place, keyed `requirement.any.0.all.1.value`.
    """
    errors: dict[str, Text] = {}
    requirement = _read(data, vocabulary or Vocabulary(), at_field, errors)
    if errors:
        raise InvalidRequirement(fields=errors)
    return requirement


def _read(data: Any, vocabulary: Vocabulary, place: str, errors: dict[str, Text]) -> Requirement:
    if not isinstance(data, dict) or set(data) - {"any"}:
        errors[place] = _("Expected an object with one key, “any”: a list of groups.")
        return ANYBODY
    groups = data.get("any", [])
    if not isinstance(groups, list):
        errors[f"{place}.any"] = _("Expected a list of groups.")
        return ANYBODY
    if len(groups) > MAX_GROUPS:
        errors[f"{place}.any"] = _("At most %(n)d groups.") % {"n": MAX_GROUPS}
        return ANYBODY
    read = [_read_group(group, vocabulary, f"{place}.any.{n}", errors) for n, group in enumerate(groups)]
    return Requirement(tuple(read))


def _read_group(data: Any, vocabulary: Vocabulary, place: str, errors: dict[str, Text]) -> Group:
    if not isinstance(data, dict) or set(data) != {"all"} or not isinstance(data["all"], list):
        errors[place] = _("Expected an object with one key, “all”: a list of conditions.")
        return ()
    rows = data["all"]
    if not rows:
        errors[f"{place}.all"] = _("A group needs at least one condition; an empty one would let anybody in.")
    if len(rows) > MAX_PREDICATES:
        errors[f"{place}.all"] = _("At most %(n)d conditions in a group.") % {"n": MAX_PREDICATES}
        return ()
    read = [_read_predicate(row, vocabulary, f"{place}.all.{n}", errors) for n, row in enumerate(rows)]
    return tuple(p for p in read if p is not None)


def _read_predicate(data: Any, vocabulary: Vocabulary, place: str, errors: dict[str, Text]) -> Predicate | None:
    if not isinstance(data, dict) or not {"subject", "op"} <= set(data) or set(data) - {"subject", "op", "value"}:
        errors[place] = _("Expected “subject”, “op” and, where the operator takes one, “value”.")
        return None
    subject = data["subject"]
    if not isinstance(subject, str) or subject.partition(".")[0] not in SUBJECTS:
        errors[f"{place}.subject"] = _("Unknown subject. Known: %(known)s.") % {"known": ", ".join(SUBJECTS)}
        return None
    kind_name, _dot, name = subject.partition(".")
    kind = SUBJECTS[kind_name]
    if kind.named and not _SLUG.fullmatch(name.replace("_", "-")):
        errors[f"{place}.subject"] = _("Choose which one.") if not name else _("This is not a name.")
        return None
    if not kind.named and "." in subject:
        errors[f"{place}.subject"] = _("“%(kind)s” takes no name after a dot.") % {"kind": kind_name}
        return None
    if kind.named and not vocabulary.knows(kind_name, name):
        errors[f"{place}.subject"] = _("There is no “%(name)s”.") % {"name": name}
        return None
    if data["op"] not in [str(op) for op in kind.operators]:
        errors[f"{place}.op"] = _("This comparison does not go with this subject.")
        return None
    op = Operator(data["op"])
    before = len(errors)
    value = _read_value(kind_name, kind, op, data.get("value"), vocabulary, f"{place}.value", errors)
    return Predicate(subject, op, value) if len(errors) == before else None


def _read_value(
    kind_name: str,
    kind: SubjectKind,
    op: Operator,
    value: Any,
    vocabulary: Vocabulary,
    place: str,
    errors: dict[str, Text],
) -> Value:
    if op in _VALUELESS:
        if value not in (None, ""):
            errors[place] = _("This comparison takes no value.")
        return None
    if op in _LISTED:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
            errors[place] = _("Choose at least one value.")
            return None
        read = [_read_one(kind_name, kind, v, vocabulary, place, errors) for v in value]
        return tuple(v for v in read if v is not None)
    if isinstance(value, list):
        errors[place] = _("This comparison takes one value.")
        return None
    return _read_one(kind_name, kind, value, vocabulary, place, errors)


def _read_one(
    kind_name: str, kind: SubjectKind, value: Any, vocabulary: Vocabulary, place: str, errors: dict[str, Text]
) -> int | str | None:
    if value in (None, ""):
        errors[place] = _("Enter a value.")
    elif kind.number is not None:
        low, high = kind.number
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            errors[place] = _("Enter a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
        else:
            return value
    elif not isinstance(value, str) or len(value) > 60:
        errors[place] = _("Enter a word.")
    elif kind_name == "tier" and value not in TIERS:
        errors[place] = _("There is no tier “%(name)s”.") % {"name": value}
    elif kind_name == "language" and not vocabulary.knows("language", value):
        errors[place] = _("There is no language “%(name)s”.") % {"name": value}
    else:
        return value
    return None


def to_json(requirement: Requirement) -> dict[str, Any]:
    """Write a requirement as JSON; `parse(to_json(r)) == r`."""
    if not requirement.groups:
        return {}
    return {"any": [{"all": [_predicate_json(p) for p in group]} for group in requirement.groups]}


def _predicate_json(predicate: Predicate) -> dict[str, Any]:
    data: dict[str, Any] = {"subject": predicate.subject, "op": str(predicate.op)}
    if predicate.value is not None:
        data["value"] = list(predicate.value) if isinstance(predicate.value, tuple) else predicate.value
    return data
