"""The form that builds a requirement: rows of predicates in groups, added and removed without leaving the page.

Rows travel as plain fields `g<group>p<row>-subject`, `-op`, `-value`, so that it works without scripts, keeps
whatever was typed, and shows each mistake at its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tasks import eligibility
from tasks.eligibility import OPERATORS, SUBJECTS, Operator, Requirement
from tasks.eligibility.language import MAX_GROUPS, MAX_PREDICATES
from tasks.errors import InvalidRequirement
from tasks.selectors.requirements import Words

Choice = tuple[str, str]
_DEFAULTS = {"skill": "60", "adherence": "90", "consent": "1"}


@dataclass
class Row:
    """One predicate as typed."""

    subject: str = ""
    op: str = "gte"
    values: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.subject.partition(".")[0]

    def as_json(self) -> dict[str, Any]:
        """The predicate as the language writes it; numbers that are not numbers stay text and are refused there."""
        data: dict[str, Any] = {"subject": self.subject, "op": self.op}
        if self.op in (Operator.EXISTS, Operator.MISSING):
            return data
        read = [_number(v) if self.is_number else v for v in self.values if v != ""]
        data["value"] = read if self.op in (Operator.IN, Operator.NOT_IN) else (read[0] if read else "")
        return data

    @property
    def is_number(self) -> bool:
        kind = SUBJECTS.get(self.kind)
        return kind is not None and kind.number is not None

    @property
    def takes_value(self) -> bool:
        return self.op not in (Operator.EXISTS, Operator.MISSING)

    @property
    def takes_many(self) -> bool:
        return self.op in (Operator.IN, Operator.NOT_IN)

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def text(self) -> str:
        """Several numbers as one line."""
        return ", ".join(self.values)

    def limits(self) -> tuple[int, int]:
        """Smallest and largest number the subject takes."""
        kind = SUBJECTS.get(self.kind)
        return kind.number if kind and kind.number else (0, 100)

    def settle(self) -> None:
        """After another subject was chosen: an operator that goes with it, and a value to begin with."""
        kind = SUBJECTS.get(self.kind)
        if kind is None:
            return
        if self.op not in [str(op) for op in kind.operators]:
            self.op = str(next(op for op in (Operator.GTE, Operator.EXISTS, Operator.EQ) if op in kind.operators))
        if self.takes_value and not any(self.values):
            self.values = [_DEFAULTS.get(self.kind, "")]


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 8 else text


class RequirementBuilder:
    """Groups of rows; read them from a requirement or from what was posted."""

    def __init__(self, groups: list[list[Row]], words: Words):
        self.groups = groups
        self.words = words
        self.errors: list[str] = []

    @classmethod
    def of(cls, requirement: Mapping[str, Any], words: Words) -> RequirementBuilder:
        """The rows of a stored requirement."""
        groups = [
            [Row(p["subject"], p["op"], _texts(p.get("value"))) for p in group.get("all", [])]
            for group in requirement.get("any", [])
        ]
        return cls(groups, words)

    @classmethod
    def posted(cls, data: QueryDict, words: Words) -> RequirementBuilder:
        """The rows as typed, after the button that was pressed: add a condition or a group, or remove one."""
        groups = []
        for g in range(MAX_GROUPS):
            rows = []
            for p in range(MAX_PREDICATES):
                name = f"g{g}p{p}"
                if f"{name}-subject" not in data:
                    continue
                values: list[Any] = data.getlist(f"{name}-value")
                row = Row(
                    str(data[f"{name}-subject"])[:80],
                    str(data.get(f"{name}-op", ""))[:10],
                    [v[:80] for v in values[:40]],
                )
                if row.is_number and row.takes_many and len(row.values) == 1:
                    row.values = [part.strip() for part in row.values[0].replace("，", ",").split(",")]
                row.settle()
                rows.append(row)
            if rows:
                groups.append(rows)
        builder = cls(groups, words)
        builder._press(data.get("press", ""))
        return builder

    def _press(self, button: str) -> None:
        verb, _dash, place = button.partition("-")
        numbers = [int(n) for n in place.split("-") if n.isdigit()]
        if verb == "group" and len(self.groups) < MAX_GROUPS:
            self.groups.append([Row("tier", "gte", ["bronze"])])
        elif verb == "row" and len(numbers) == 1 and numbers[0] < len(self.groups):
            if len(self.groups[numbers[0]]) < MAX_PREDICATES:
                self.groups[numbers[0]].append(Row("language", "eq", ["zh-hans"]))
        elif verb == "drop" and len(numbers) == 2 and numbers[0] < len(self.groups):
            group = self.groups[numbers[0]]
            if numbers[1] < len(group):
                del group[numbers[1]]
            self.groups = [rows for rows in self.groups if rows]

    def as_json(self) -> dict[str, Any]:
        """What was typed, in the language's shape."""
        if not self.groups:
            return {}
        return {"any": [{"all": [row.as_json() for row in rows]} for rows in self.groups]}

    def requirement(self) -> Requirement | None:
        """The requirement, or None with a message at each row that is wrong."""
        try:
            return eligibility.parse(self.as_json(), vocabulary=self.words.vocabulary())
        except InvalidRequirement as refused:
            for place, texts in refused.fields.items():
                row = self._row_at(place)
                (row.errors if row else self.errors).extend(str(t) for t in texts)
            return None

    def _row_at(self, place: str) -> Row | None:
        numbers = [int(part) for part in place.split(".") if part.isdigit()]
        try:
            return self.groups[numbers[0]][numbers[1]]
        except IndexError:
            return None

    @property
    def can_add_group(self) -> bool:
        return len(self.groups) < MAX_GROUPS

    def subject_choices(self) -> list[tuple[str, list[Choice]]]:
        """Subjects in groups of one kind, for a select."""
        labels = self.words.labels
        found: list[tuple[str, list[Choice]]] = []
        plain: list[Choice] = []
        for kind, about in SUBJECTS.items():
            if about.named:
                options = [(f"{kind}.{name}", label) for name, label in labels.get(kind, {}).items()]
                if options:
                    found.append((str(about.label), options))
            else:
                plain.append((kind, str(about.label)))
        return [(_("The agent"), plain), *found]

    def operator_choices(self, row: Row) -> list[Choice]:
        """Operators that go with the row's subject."""
        kind = SUBJECTS.get(row.kind)
        return [(str(op), str(label)) for op, label in OPERATORS.items() if kind is None or op in kind.operators]

    def value_choices(self, row: Row) -> list[Choice]:
        """Words the row's subject takes; empty for numbers."""
        return [] if row.is_number else list(self.words.labels.get(row.kind, {}).items())

    def rows(self) -> list[list[dict[str, Any]]]:
        """Everything a template draws, by group."""
        return [
            [
                {
                    "row": row,
                    "name": f"g{g}p{p}",
                    "drop": f"drop-{g}-{p}",
                    "operators": self.operator_choices(row),
                    "choices": self.value_choices(row),
                    "limits": row.limits(),
                }
                for p, row in enumerate(rows)
            ]
            for g, rows in enumerate(self.groups)
        ]


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, Sequence) and not isinstance(value, str) else [str(value)]
