"""State machines: one table feeds the mover, the check constraint, the trigger and the diagram.

class ClaimState(models.TextChoices): ...
TRANSITIONS = StateTable(ClaimState, initial=[ClaimState.COMMITTED], edges={
    ClaimState.COMMITTED: [ClaimState.SERVED, ClaimState.NO_SHOW],
})

class Claim(models.Model):
    state = TRANSITIONS.field()
    class Meta:
        constraints = [TRANSITIONS.constraint("claim")]
        triggers = TRANSITIONS.triggers("claim")

move(claim, ClaimState.SERVED, at=at, actor=actor, table=TRANSITIONS)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pgtrigger
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.models import Transition


class _Actor(Protocol):
    @property
    def user_id(self) -> int | None: ...


@dataclass(frozen=True)
class StateTable:
    """Which states there are, where a row may start, and which moves are legal."""

    states: type[models.TextChoices]
    initial: Sequence[str]
    edges: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def final(self) -> frozenset[str]:
        """States with no way out."""
        return frozenset(s for s in self.states.values if not self.edges.get(s))

    def allows(self, from_state: str, to_state: str) -> bool:
        return to_state in self.edges.get(from_state, ())

    def pairs(self) -> list[tuple[str, str]]:
        """Every legal move, in table order."""
        return [(str(a), str(b)) for a, targets in self.edges.items() for b in targets]

    def field(self, **kwargs: Any) -> Any:
        """The model field: starts in the first initial state."""
        return models.CharField(
            max_length=24, choices=self.states.choices, default=str(self.initial[0]), editable=False, **kwargs
        )

    def constraint(self, name: str, column: str = "state") -> models.CheckConstraint:
        """Only known states are stored."""
        return models.CheckConstraint(
            condition=models.Q(**{f"{column}__in": self.states.values}), name=f"{name}_{column}_known"
        )

    def triggers(self, name: str, column: str = "state") -> list[pgtrigger.Trigger]:
        """The database refuses an illegal move and an insert that does not start at the start."""
        starts = ", ".join(f"'{s}'" for s in self.initial)
        return [
            pgtrigger.FSM(name=f"{name}_{column}_moves", field=column, transitions=self.pairs()),
            pgtrigger.Trigger(
                name=f"{name}_{column}_starts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NEW.{column} NOT IN ({starts}) THEN
                        RAISE EXCEPTION 'a {name} cannot start as %', NEW.{column} USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for an app's README."""
        lines = ["stateDiagram-v2"]
        lines += [f"    [*] --> {s}" for s in self.initial]
        lines += [f"    {a} --> {b}" for a, b in self.pairs()]
        lines += [f"    {s} --> [*]" for s in self.states.values if s in self.final]
        return "\n".join(lines)


class StateConflict(Conflict):
    code = "core.state_conflict"
    message = _("This is no longer possible: somebody or something was faster. Look again.")


def move(
    obj: models.Model,
    to: str,
    *,
    table: StateTable,
    at: datetime,
    actor: _Actor | None = None,
    reason: str = "",
    column: str = "state",
    changes: Mapping[str, Any] | None = None,
) -> models.Model:
    """Move `obj` to state `to`: lock its row, check the edge, save, append a transition row.

    `changes` are other fields written in the same update. The given instance is updated in place.
    Publishing what happened is the calling service's part, in the same transaction.

    Raises `StateConflict` when the row, as it is now, may not go there. Side effects: one row of
    `core_transition`. Must run inside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a state moves inside a transaction")
    model = type(obj)
    current = (
        model._base_manager.select_for_update(no_key=True, of=("self",)).values_list(column, flat=True).get(pk=obj.pk)
    )
    if not table.allows(current, to):
        raise StateConflict(detail={"from": str(current), "to": str(to)})
    values: dict[str, Any] = {column: str(to), **(changes or {})}
    model._base_manager.filter(pk=obj.pk).update(**values)
    for name, value in values.items():
        setattr(obj, name, value)
    Transition.objects.create(
        entity=model._meta.label_lower,
        entity_id=obj.pk,
        from_state=current,
        to_state=str(to),
        at=at,
        actor_id=actor.user_id if actor else None,
        reason=reason,
    )
    return obj


def move_all(
    rows: models.QuerySet[Any],
    to: str,
    *,
    table: StateTable,
    at: datetime,
    reason: str = "",
    column: str = "state",
    changes: Mapping[str, Any] | None = None,
) -> list[int]:
    """Move every row of `rows` that may go to `to`, in two statements; rows locked elsewhere are skipped.

    Returns the primary keys that moved. Meant for sweepers over due rows. Side effects as in `move`.
    """
    model = rows.model
    sources = [a for a, b in table.pairs() if b == str(to)]
    due = list(
        rows.filter(**{f"{column}__in": sources})
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .values_list("pk", column)
    )
    model._base_manager.filter(pk__in=[pk for pk, _state in due]).update(**{column: str(to), **(changes or {})})
    Transition.objects.bulk_create(
        Transition(
            entity=model._meta.label_lower, entity_id=pk, from_state=state, to_state=str(to), at=at, reason=reason
        )
        for pk, state in due
    )
    return [pk for pk, _state in due]


def history(obj: models.Model) -> models.QuerySet[Transition]:
    """The moves of one row, oldest first."""
    return Transition.objects.filter(entity=obj._meta.label_lower, entity_id=obj.pk).order_by("pk")
