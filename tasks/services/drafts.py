"""Drafts: what a client is still writing. Nothing here moves money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.clock import BLOCK
from core.errors import Invalid, Text
from core.idempotency import run_once
from tasks import eligibility
from tasks.errors import DraftChanged, InvalidRequirement, NotDraft
from tasks.logic.plan import PlannedBlock, problems
from tasks.models import Block, Task
from tasks.policies import require_post
from tasks.selectors.rates import newest_rate_card
from tasks.selectors.requirements import vocabulary
from tasks.states import TaskState, Visibility

if TYPE_CHECKING:
    from accounts.models import Programme

EDITABLE = frozenset(
    {
        "title",
        "brief",
        "language",
        "requirement",
        "visibility",
        "expected_units_per_seat",
        "max_blocks_per_agent",
        "claims_open_at",
    }
)
MAX_TYPED = 400


@transaction.atomic
def create_task(
    *,
    actor: Actor,
    at: datetime,
    programme: Programme,
    title: str,
    blocks: Sequence[PlannedBlock] = (),
    idempotency_key: str | None = None,
    **terms: Any,
) -> Task:
    """Start a draft for a programme; `terms` are fields of `EDITABLE`, `blocks` its half hours.

    Raises `Invalid` per field (and when the programme has no rate card yet), `KeyUsed`. Moves no money.
    """
    require_post(actor, programme.organisation)
    body = {"programme": programme.public_id, "title": title, "blocks": [_plain(b) for b in blocks], **terms}

    def do() -> dict[str, Any]:
        card = newest_rate_card(programme)
        if card is None:
            raise Invalid(fields={"programme": _("This programme has no rate card yet. Publish one first.")})
        terms.setdefault("language", programme.languages[0] if programme.languages else "en")
        values = _checked({"title": title, **terms}, programme)
        _check_blocks(blocks)
        task = Task.objects.create(
            programme=programme,
            rate_card=card,
            currency=card.currency,
            created_by_id=actor.user_id,
            created_at=at,
            updated_at=at,
            **values,
        )
        _write_blocks(task, blocks)
        return {"task": task.public_id}

    outcome = run_once(actor=actor, key=idempotency_key, command="tasks.create_task", body=body, at=at, do=do)
    return Task.objects.select_related("programme__organisation", "rate_card").get(public_id=outcome.result["task"])


@transaction.atomic
def update_draft(
    *,
    actor: Actor,
    at: datetime,
    task: Task,
    blocks: Sequence[PlannedBlock] | None = None,
    seen_at: datetime | None = None,
    **terms: Any,
) -> Task:
    """Change a draft: the given fields of `EDITABLE`, and with `blocks` its whole plan.

    `seen_at` is the draft's `updated_at` as the editor saw it: `DraftChanged` when somebody saved since.
    Raises `Invalid` per field, `NotDraft` after publishing. The newest rate card applies.
    """
    require_post(actor, task.programme.organisation)
    task = lock_draft(task=task)
    if seen_at is not None and task.updated_at != seen_at:
        raise DraftChanged
    values = _checked(terms, task.programme)
    for name, value in values.items():
        setattr(task, name, value)
    card = newest_rate_card(task.programme)
    if card is not None:
        task.rate_card = card
    task.updated_at = at
    task.typed = {}
    task.save(update_fields=[*values, "rate_card", "updated_at", "typed"])
    if blocks is not None:
        _check_blocks(blocks)
        task.blocks.all().delete()
        _write_blocks(task, blocks)
    return task


@transaction.atomic
def add_blocks(
    *,
    actor: Actor,
    at: datetime,
    task: Task,
    blocks: Sequence[PlannedBlock],
    seats: Mapping[datetime, int] | None = None,
) -> Task:
    """Add blocks to a draft; a block at a time already planned takes the new seats and bonus.

    `seats` are those edited besides, saved along with them: what is not among them stays as it is stored, 0 takes out.
    Raises `Invalid` per block, `NotDraft`.
    """
    require_post(actor, task.programme.organisation)
    task = lock_draft(task=task)
    _check_blocks(blocks)
    planned = {b.starts_at: PlannedBlock(b.starts_at, b.seats, b.bonus_minor) for b in task.blocks.all()}
    for start, n in (seats or {}).items():
        kept = planned.pop(start, None)
        if n:
            planned[start] = PlannedBlock(start, n, kept.bonus_minor if kept else 0)
    planned |= {b.starts_at: b for b in blocks}
    _check_blocks(list(planned.values()))
    task.blocks.all().delete()
    _write_blocks(task, planned.values())
    task.updated_at = at
    task.save(update_fields=["updated_at"])
    return task


@transaction.atomic
def keep_typed(*, actor: Actor, at: datetime, task: Task, step: str, typed: Mapping[str, Sequence[str]]) -> Task:
    """Keep a draft's form as it was typed, right or wrong, so that a closed window loses nothing.

    Not a change of the draft: `updated_at` stays. Raises `NotDraft`; text past the field's length is cut, and NUL,
    which PostgreSQL does not take, is left out.
    """
    require_post(actor, task.programme.organisation)
    task = lock_draft(task=task)
    kept = {
        name[:80].replace("\0", ""): [value[:20_000].replace("\0", "") for value in values]
        for name, values in list(typed.items())[:MAX_TYPED]
    }
    task.typed = {**task.typed, step[:20]: kept}
    task.save(update_fields=["typed"])
    return task


def lock_draft(*, task: Task) -> Task:
    """The draft's row, locked; `NotDraft` when it is not one any more."""
    rows = Task.objects.select_related("programme__organisation", "rate_card")
    locked = rows.select_for_update(no_key=True, of=("self",)).get(pk=task.pk)
    if locked.state != TaskState.DRAFT:
        raise NotDraft
    return locked


def _plain(block: PlannedBlock) -> list[Any]:
    return [block.starts_at.isoformat(), block.seats, block.bonus_minor]


def _checked(terms: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """The given fields, cleaned; raises `Invalid` with a message for each that is not acceptable."""
    errors: dict[str, Text | list[Text]] = {}
    if unknown := set(terms) - EDITABLE:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    values = dict(terms)
    if "title" in values:
        values["title"] = " ".join(str(values["title"]).split())
        if not 3 <= len(values["title"]) <= 120:
            errors["title"] = _("Give it a title of 3 to 120 characters.")
    if len(values.get("brief", "")) > 10_000:
        errors["brief"] = _("At most 10,000 characters.")
    if "language" in values and values["language"] not in programme.languages:
        errors["language"] = _("This programme is not served in that language.")
    if "visibility" in values and values["visibility"] not in Visibility.values:
        errors["visibility"] = _("Choose who sees the task.")
    units = values.get("expected_units_per_seat", 0)
    if isinstance(units, bool) or not isinstance(units, int) or not 0 <= units <= 500:
        errors["expected_units_per_seat"] = _("Enter a whole number from 0 to 500.")
    cap = values.get("max_blocks_per_agent")
    if cap is not None and (isinstance(cap, bool) or not isinstance(cap, int) or not 1 <= cap <= 2000):
        errors["max_blocks_per_agent"] = _("Enter a whole number from 1 to 2,000, or leave it empty.")
    if "requirement" in values:
        try:
            values["requirement"] = eligibility.to_json(
                eligibility.parse(values["requirement"], vocabulary=vocabulary())
            )
        except InvalidRequirement as invalid:
            errors |= invalid.fields
    if errors:
        raise Invalid(fields=errors)
    return values


def _check_blocks(blocks: Sequence[PlannedBlock]) -> None:
    found = problems(blocks)
    if found:
        raise Invalid(fields=dict(found))


def _write_blocks(task: Task, blocks: Iterable[PlannedBlock]) -> None:
    Block.objects.bulk_create(
        Block(
            task=task,
            starts_at=block.starts_at,
            ends_at=block.starts_at + BLOCK,
            seats=block.seats,
            bonus_minor=block.bonus_minor,
        )
        for block in sorted(blocks)
    )
