"""The words requirements are written in: which names exist, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM
from accounts.states import AgreementKind, Region, ServiceLanguage
from certification.selectors import standards_for, tags
from certification.states import Tier
from core.text import listed
from tasks.eligibility import OPERATORS, SUBJECTS, Operator, Predicate, Vocabulary


@dataclass(frozen=True)
class Words:
    """What each name is called in the reader's language: `{kind: {name: label}}`."""

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, kind: str, name: str) -> str:
        return self.labels.get(kind, {}).get(name, name)

    def vocabulary(self) -> Vocabulary:
        """The names a requirement may use."""
        return Vocabulary({kind: frozenset(names) for kind, names in self.labels.items()})

    def describe(self, predicate: Predicate) -> str:
        """One predicate as a person reads it: “Skill “Retail” is at least 60”."""
        subject = str(SUBJECTS[predicate.kind].label)
        if predicate.name:
            subject = _("%(kind)s “%(name)s”") % {
                "kind": subject,
                "name": self.label(predicate.kind, predicate.name),
            }
        if predicate.op in (Operator.EXISTS, Operator.MISSING):
            return _("%(subject)s %(op)s") % {"subject": subject, "op": OPERATORS[predicate.op]}
        values = predicate.value if isinstance(predicate.value, tuple) else (predicate.value,)
        value = listed(self.value(predicate, v) for v in values)
        return _("%(subject)s %(op)s %(value)s") % {"subject": subject, "op": OPERATORS[predicate.op], "value": value}

    def value(self, predicate: Predicate, value: object) -> str:
        """A value as a person reads it."""
        if value is None:
            return ""
        if predicate.kind == "adherence":
            return f"{value}%"
        return self.label(predicate.kind, str(value))


def words() -> Words:
    """Every name a requirement may use, labelled in the active language; two queries."""
    chinese = (translation.get_language() or "").startswith("zh")
    return Words(
        {
            "skill": {tag.slug: tag.name_zh if chinese else tag.name_en for tag in tags()},
            "certificate": {standard.slug: standard.name for standard in standards_for(PLATFORM)},
            "tier": {str(tier.value): str(tier.label) for tier in Tier},
            "language": {value: str(label) for value, label in ServiceLanguage.choices},
            "region": {value: str(label) for value, label in Region.choices},
            "consent": {value: str(label) for value, label in AgreementKind.choices},
        }
    )


def vocabulary() -> Vocabulary:
    """The names that exist, to check a requirement against."""
    return words().vocabulary()
