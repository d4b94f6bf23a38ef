"""Time passing over earnings: late conversations counted, reviews opened, earnings accepted at their deadline.

Swept by jobs; every row in a transaction of its own. Rows somebody else holds, and rows that cannot be booked just
now, are left for the next sweep and hold up no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import Actor
from core import audit, realtime
from core.errors import DomainError
from core.events import publish
from core.money import Money
from core.states import move
from ledger.states import AccountKind
from pay.events import EarningFinal
from pay.models import Earning
from pay.services import booking
from pay.services.pricing import reprice
from pay.states import EARNING, OPEN, EarningKind, EarningState, PriceReason
from tasks.selectors import claims_that_cost
from tasks.services import settle_task
from tasks.states import TaskState

if TYPE_CHECKING:
    from tasks.models import Task

logger = logging.getLogger(__name__)


def open_reviews(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Count late conversations of earnings whose time for that is over and put them in review; returns how many."""
    due = Earning.objects.filter(state=EarningState.ACCRUED, review_opens_at__lte=at)
    return _sweep(due, limit, lambda earning: _open_review(earning, actor, at))


def accept_due(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Make earnings final whose deadline has passed: from now on they are owed and cannot fall; returns how many.

    An earning nobody touched is accepted; an adjusted or appealed one becomes final as it stands, and an appeal won
    later adds to it. Side effects each: ledger entry from accrued to payable, audit, event `EarningFinal`.
    """
    open_reviews(actor=actor, at=at, limit=limit)
    due = Earning.objects.filter(state__in=OPEN, accept_at__lte=at).exclude(state=EarningState.ACCRUED)
    tasks: dict[int, Task] = {}

    def accept(earning: Earning) -> None:
        _accept(earning, actor, at)
        tasks[earning.task_id] = earning.task

    done = _sweep(due, limit, accept)
    for task in tasks.values():
        try:
            _close_if_over(task, actor, at)
        except DomainError:
            logger.exception("the rest of %s could not be given back; its own sweeper will", task.public_id)
    return done


def _close_if_over(task: Task, actor: Actor, at: datetime) -> None:
    """A task whose every claim is paid for and final gives the rest of its reserve back without waiting longer."""
    if task.state in (TaskState.SETTLING, TaskState.CANCELLED):
        final = Earning.objects.filter(task=task).exclude(state__in=OPEN).count()
        if final == claims_that_cost(task):
            settle_task(actor=actor, at=at, task=task)


def _sweep(due: QuerySet[Earning], limit: int, handle: Callable[[Earning], None]) -> int:
    done = last = 0
    while done < limit:
        with transaction.atomic():
            earning = (
                due.filter(pk__gt=last)
                .select_for_update(skip_locked=True, no_key=True, of=("self",))
                .select_related("agent", "organisation", "task")
                .order_by("pk")
                .first()
            )
            if earning is None:
                break
            last = earning.pk
            try:
                with transaction.atomic():
                    handle(earning)
            except DomainError:
                logger.exception("%s could not be moved on", earning.public_id)
            else:
                done += 1
    return done


def _open_review(earning: Earning, actor: Actor, at: datetime) -> None:
    reprice(actor=actor, at=at, earning=earning, reason=PriceReason.UNITS)
    move(earning, EarningState.IN_REVIEW, table=EARNING, at=at, actor=actor)
    realtime.nudge(f"earnings.{earning.agent.public_id}", version=earning.pk)


def _accept(earning: Earning, actor: Actor, at: datetime) -> None:
    agent = earning.agent.public_id
    if earning.state == EarningState.IN_REVIEW:
        move(earning, EarningState.ACCEPTED, table=EARNING, at=at, actor=actor, reason="deadline")
    move(earning, EarningState.FINAL, table=EARNING, at=at, actor=actor, changes={"final_at": at})
    if earning.amount_minor:
        booking.move(
            source=f"pay.accept:{earning.public_id}",
            kind="accept_called_off" if earning.kind == EarningKind.CALLED_OFF else "accept",
            debit=(AccountKind.AGENT_ACCRUED, agent),
            credit=(AccountKind.AGENT_PAYABLE, agent),
            amount=Money(earning.amount_minor, earning.currency),
            at=at,
            actor=actor,
            memo=earning.public_id,
        )
    audit.record(
        stream=f"money.{agent}",
        action="pay.accept_earning",
        subject=earning.public_id,
        at=at,
        actor=actor,
        data={"amount_minor": earning.amount_minor, "version": earning.version},
    )
    publish(EarningFinal(earning_id=earning.pk, agent_id=earning.agent_id, at=at))
    realtime.nudge(f"earnings.{agent}", version=earning.pk)
