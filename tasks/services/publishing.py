"""From draft to published, and off again: the money is reserved here and goes back from here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from core import audit
from core.events import publish
from core.idempotency import run_once
from core.money import Money
from core.states import move, move_all
from ledger.errors import InsufficientFunds
from ledger.selectors import held
from ledger.services import Line, lock, post
from ledger.states import AccountKind
from tasks.errors import (
    CancelCostChanged,
    InvalidDraft,
    NotCancellable,
    NotEnoughFunds,
    PriceChanged,
)
from tasks.events import ClaimCalledOff, ClaimWaived, TaskCancelled, TaskPublished
from tasks.logic.budget import BPS, quote
from tasks.logic.rules import RULES
from tasks.models import Block, Claim, Task
from tasks.policies import require_post, require_spend
from tasks.selectors.posted import called_off_late, called_off_pay, lacking, owed_at_most
from tasks.selectors.rates import budget_terms, newest_rate_card
from tasks.services.drafts import lock_draft
from tasks.states import CLAIM, LIVE, TASK, ClaimState, TaskState


@transaction.atomic
def publish_task(
    *,
    actor: Actor,
    at: datetime,
    task: Task,
    idempotency_key: str | None = None,
    expected_budget_minor: int | None = None,
) -> Task:
    """Reserve the budget and show the task to agents; open it for claims at once or at `claims_open_at`.

    `expected_budget_minor` is the price the client agreed to: `PriceChanged` when it is another by now.
    Raises `InvalidDraft` per field, `NotDraft`, `NotEnoughFunds`, `KeyUsed`.
    Side effects: a ledger entry client funds -> task reserve, `TaskPublished`, audit entries.
    """
    require_spend(actor, task)
    body = {"task": task.public_id, "expected_budget_minor": expected_budget_minor}

    def do() -> dict[str, Any]:
        _publish(lock_draft(task=task), actor, at, expected_budget_minor)
        return {"task": task.public_id}

    run_once(actor=actor, key=idempotency_key, command="tasks.publish_task", body=body, at=at, do=do)
    task.refresh_from_db()
    return task


def _publish(task: Task, actor: Actor, at: datetime, expected_budget_minor: int | None) -> None:
    blocks = list(task.blocks.order_by("starts_at"))
    card = newest_rate_card(task.programme) or task.rate_card
    if lacks := lacking(task, blocks, at=at):
        raise InvalidDraft(fields=lacks)
    price = quote(budget_terms(card, task.expected_units_per_seat), ((b.seats, b.bonus_minor) for b in blocks))
    budget = Money(price.total_minor, card.currency)
    if expected_budget_minor is not None and expected_budget_minor != budget.minor:
        raise PriceChanged(detail={"budget_minor": budget.minor, "currency": budget.currency})
    move(
        task,
        TaskState.PUBLISHED,
        table=TASK,
        at=at,
        actor=actor,
        changes={
            "rate_card": card,
            "currency": card.currency,
            "budget_minor": budget.minor,
            "published_at": at,
            "updated_at": at,
            "starts_at": blocks[0].starts_at,
            "ends_at": blocks[-1].ends_at,
            "settles_at": blocks[-1].ends_at + RULES.settling,
            "typed": {},
        },
    )
    if task.claims_open_at is None or task.claims_open_at <= at:
        move(task, TaskState.STAFFING, table=TASK, at=at, actor=actor)
    audit.record(
        stream=f"claims.{task.public_id}",
        action="tasks.publish_task",
        subject=task.public_id,
        at=at,
        actor=actor,
        data={"budget_minor": budget.minor, "rate_card": card.public_id, "seats": price.seats, "blocks": price.blocks},
    )
    publish(TaskPublished(task_id=task.pk, at=at))
    _reserve(task, budget, actor, at)


def _reserve(task: Task, budget: Money, actor: Actor, at: datetime) -> None:
    owner = task.programme.organisation.public_id
    try:
        post(
            source=f"tasks.reserve:{task.public_id}",
            kind="task_reserve",
            lines=[
                Line(AccountKind.CLIENT_FUNDS, owner, budget),
                Line(AccountKind.TASK_RESERVE, task.public_id, -budget),
            ],
            at=at,
            actor=actor,
            memo=task.title,
        )
    except InsufficientFunds as error:
        funds = held(AccountKind.CLIENT_FUNDS, owner, budget.currency)
        raise NotEnoughFunds(
            detail={
                "budget_minor": budget.minor,
                "funds_minor": funds.minor,
                "missing_minor": (budget - funds).minor,
                "currency": budget.currency,
            }
        ) from error


@transaction.atomic
def cancel_task(
    *,
    actor: Actor,
    at: datetime,
    task: Task,
    reason: str = "",
    idempotency_key: str | None = None,
    expected_pay_minor: int | None = None,
) -> Task:
    """Call a task off: blocks that have not started are cancelled, their claims waived, their money returned.

    Claims on blocks that start within `late_cancel_hours` earn `late_cancel_share` of their floor, kept in the reserve
    for them; blocks that have started run to their end and are paid as served, which is more. `expected_pay_minor` is
    the sum the client agreed to: `CancelCostChanged` when it is another by now. Raises `NotCancellable` once every
    block is over, `KeyUsed`. A second cancel of a cancelled task changes nothing.
    Side effects: a ledger entry task reserve -> client funds, `ClaimWaived` per claim, `ClaimCalledOff` per claim that
    earns, `TaskCancelled`.
    """
    body = {"task": task.public_id, "reason": reason, "expected_pay_minor": expected_pay_minor}
    if task.state == TaskState.DRAFT:
        require_post(actor, task.programme.organisation)
    else:
        require_spend(actor, task)

    def do() -> dict[str, Any]:
        _cancel(task, actor, at, reason, expected_pay_minor)
        return {"task": task.public_id}

    run_once(actor=actor, key=idempotency_key, command="tasks.cancel_task", body=body, at=at, do=do)
    task.refresh_from_db()
    return task


def _cancel(task: Task, actor: Actor, at: datetime, reason: str, expected_pay_minor: int | None) -> None:
    locked = (
        Task.objects.select_related("programme__organisation", "rate_card")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=task.pk)
    )
    if locked.state == TaskState.CANCELLED:
        return
    if locked.state not in (TaskState.DRAFT, *LIVE):
        raise NotCancellable
    was_draft = locked.state == TaskState.DRAFT
    called_off = list(
        locked.blocks.filter(starts_at__gt=at, cancelled_at=None).select_for_update(no_key=True).order_by("pk")
    )
    Block.objects.filter(pk__in=[b.pk for b in called_off]).update(cancelled_at=at)
    claims = Claim.objects.filter(block__in=called_off, state=ClaimState.COMMITTED)
    list(claims.select_for_update(no_key=True, of=("self",)).order_by("pk"))  # Wait for all; the sweeper's mover skips.
    agents = dict(claims.values_list("pk", "agent_id"))
    blocks = dict(claims.values_list("pk", "block_id"))
    late = called_off_late(claims, at=at)
    pay_minor = called_off_pay(late)
    if expected_pay_minor is not None and expected_pay_minor != pay_minor:
        raise CancelCostChanged(detail={"pay_minor": pay_minor, "currency": locked.currency})
    share = {"called_off_bps": int(RULES.late_cancel_share * BPS)}
    paid = move_all(late, ClaimState.WAIVED, table=CLAIM, at=at, reason="task cancelled late", changes=share)
    waived = paid + move_all(claims, ClaimState.WAIVED, table=CLAIM, at=at, reason="task cancelled")
    move(
        locked,
        TaskState.CANCELLED,
        table=TASK,
        at=at,
        actor=actor,
        reason=reason,
        changes={"cancelled_at": at, "cancel_reason": reason[:2000], "updated_at": at},
    )
    audit.record(
        stream=f"claims.{locked.public_id}",
        action="tasks.cancel_task",
        subject=locked.public_id,
        at=at,
        actor=actor,
        data={
            "blocks": len(called_off),
            "claims_waived": len(waived),
            "claims_paid": len(paid),
            "pay_minor": pay_minor,
        },
    )
    for pk in waived:
        publish(ClaimWaived(claim_id=pk, block_id=blocks[pk], agent_id=agents[pk], at=at))
    for pk in paid:
        publish(ClaimCalledOff(claim_id=pk, agent_id=agents[pk], at=at))
    publish(TaskCancelled(task_id=locked.pk, at=at))
    if not was_draft:
        still_owed = return_unused(task=locked, actor=actor, at=at, why="cancel")
        if not still_owed:
            Task.objects.filter(pk=locked.pk).update(settled_at=at)
        else:
            Task.objects.filter(pk=locked.pk).update(settles_at=at + RULES.settling)


def return_unused(*, task: Task, actor: Actor, at: datetime, why: str) -> int:
    """Give back what no claim can still cost, and say how much is kept (minor units).

    Never more than is there: escalations are paid from the same reserve.
    """
    kept = owed_at_most(task)
    unused = min(left_in_reserve(task=task), Money(task.budget_minor - kept, task.currency))
    give_back(task=task, amount=unused, actor=actor, at=at, why=why)
    return kept


def left_in_reserve(*, task: Task) -> Money:
    """What is in a task's reserve, held still with the client's funds until the transaction ends: pay draws on both."""
    reserve = (AccountKind.TASK_RESERVE, task.public_id)
    funds = (AccountKind.CLIENT_FUNDS, task.programme.organisation.public_id)
    return lock(accounts=[reserve, funds], currency=task.currency)[reserve]


def give_back(*, task: Task, amount: Money, actor: Actor, at: datetime, why: str) -> None:
    if amount.minor <= 0:
        return
    post(
        source=f"tasks.return:{task.public_id}:{why}",
        kind="task_return",
        lines=[
            Line(AccountKind.TASK_RESERVE, task.public_id, amount),
            Line(AccountKind.CLIENT_FUNDS, task.programme.organisation.public_id, -amount),
        ],
        at=at,
        actor=actor,
        memo=task.title,
    )
