"""What time does to tasks and claims. One sweeper, set by set; rows somebody is working on wait for the next turn."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, IntegerField, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, Extract, Floor, Greatest, Least

from accounts.actors import PLATFORM, Actor
from core.errors import DomainError
from core.events import publish
from core.states import move, move_all
from tasks.events import AgentCheckedOut, ClaimMissed, ClaimServed, TaskSettled
from tasks.logic.commitment import SERVED_FROM_MINUTES
from tasks.models import Claim, Task
from tasks.services.publishing import give_back, left_in_reserve, return_unused
from tasks.states import CLAIM, TASK, ClaimState, TaskState

BATCH = 500
logger = logging.getLogger(__name__)


def advance_due(*, at: datetime, actor: Actor = PLATFORM) -> int:
    """Move every task and claim whose time has come; return how many rows moved. Safe to run twice at once.

    published -> staffing when claims open; staffing -> running at the first block; a committed claim -> served,
    partial or no_show when its block ends; running -> settling when every claim is decided (what no claim can
    cost goes back to the client); settling -> closed, and a cancelled task settled, when the time for judging is
    over (the rest goes back).
    Side effects: `AgentCheckedOut`, `ClaimServed`, `ClaimMissed`, `TaskSettled`, ledger entries.
    """
    moved = _open_for_claims(at) + _start(at)
    while ended := _end_claims(at):
        moved += ended
    return moved + _each(_to_settle(at), _settle, at, actor) + _each(_to_close(at), _close, at, actor)


@transaction.atomic
def _open_for_claims(at: datetime) -> int:
    due = Task.objects.filter(Q(claims_open_at=None) | Q(claims_open_at__lte=at), state=TaskState.PUBLISHED)
    return len(move_all(due, TaskState.STAFFING, table=TASK, at=at))


@transaction.atomic
def _start(at: datetime) -> int:
    due = Task.objects.filter(state=TaskState.STAFFING, starts_at__lte=at)
    return len(move_all(due, TaskState.RUNNING, table=TASK, at=at))


# -- Claims whose block is over ------------------------------------------------------------------

_OUT = Least(Coalesce(F("checked_out_at"), F("ends_at")), F("ends_at"))
MINUTES = Greatest(
    Cast(Floor(Extract(_OUT - Greatest(F("checked_in_at"), F("starts_at")), "epoch") / 60), IntegerField()), 0
)
"""`tasks.logic.commitment.minutes_served` in SQL, for claims with a check-in."""


@transaction.atomic
def _end_claims(at: datetime) -> int:
    due = (
        Claim.objects.filter(state=ClaimState.COMMITTED, ends_at__lte=at)
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
    )
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    rows = Claim.objects.filter(pk__in=ids)
    staying = list(
        rows.filter(checked_in_at__isnull=False, checked_out_at=None).values_list(
            "pk", "agent_id", "task__programme_id"
        )
    )
    missed = move_all(rows.filter(checked_in_at=None), ClaimState.NO_SHOW, table=CLAIM, at=at)
    worked = rows.filter(checked_in_at__isnull=False)
    out = {"checked_out_at": _OUT, "minutes_served": MINUTES}
    whole = worked.annotate(minutes=MINUTES).filter(minutes__gte=SERVED_FROM_MINUTES)
    served = move_all(whole, ClaimState.SERVED, table=CLAIM, at=at, changes=out)
    served += move_all(worked, ClaimState.PARTIAL, table=CLAIM, at=at, changes=out)
    agents = dict(rows.values_list("pk", "agent_id"))
    for claim_id, agent_id, programme_id in staying:
        publish(AgentCheckedOut(claim_id=claim_id, agent_id=agent_id, programme_id=programme_id, at=at))
    for claim_id in served:
        publish(ClaimServed(claim_id=claim_id, agent_id=agents[claim_id], at=at))
    for claim_id in missed:
        publish(ClaimMissed(claim_id=claim_id, agent_id=agents[claim_id], at=at))
    return len(ids)


# -- Tasks that are over -------------------------------------------------------------------------


def _undecided() -> Exists:
    return Exists(Claim.objects.filter(task=OuterRef("pk"), state=ClaimState.COMMITTED))


def _to_settle(at: datetime) -> list[int]:
    due = Task.objects.filter(~_undecided(), state=TaskState.RUNNING, ends_at__lte=at)
    return list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _to_close(at: datetime) -> list[int]:
    over = Q(state=TaskState.SETTLING) | Q(state=TaskState.CANCELLED, settled_at=None, published_at__isnull=False)
    due = Task.objects.filter(over, ~_undecided(), settles_at__lte=at)
    return list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _each(ids: list[int], act: Callable[[Task, datetime, Actor], bool], at: datetime, actor: Actor) -> int:
    """One transaction per task, so that one that cannot be booked holds up no other and is tried next time."""
    count = 0
    for pk in ids:
        try:
            with transaction.atomic():
                task = (
                    Task.objects.select_related("programme__organisation", "rate_card")
                    .select_for_update(skip_locked=True, no_key=True, of=("self",))
                    .filter(pk=pk)
                    .first()
                )
                count += task is not None and act(task, at, actor)
        except DomainError:
            logger.exception("task %d could not be moved on", pk)
    return count


def _settle(task: Task, at: datetime, actor: Actor) -> bool:
    if task.state != TaskState.RUNNING:
        return False
    move(task, TaskState.SETTLING, table=TASK, at=at, actor=actor)
    return_unused(task=task, actor=actor, at=at, why="unused")
    return True


def _close(task: Task, at: datetime, actor: Actor) -> bool:
    if task.settled_at is not None or task.state not in (TaskState.SETTLING, TaskState.CANCELLED):
        return False
    if task.state == TaskState.SETTLING:
        move(task, TaskState.CLOSED, table=TASK, at=at, actor=actor, changes={"settled_at": at})
    else:
        Task.objects.filter(pk=task.pk).update(settled_at=at)
    give_back(task=task, amount=left_in_reserve(task=task), actor=actor, at=at, why="rest")
    publish(TaskSettled(task_id=task.pk, at=at))
    return True


@transaction.atomic
def settle_task(*, actor: Actor, at: datetime, task: Task) -> bool:
    """Close a settling (or cancelled) task before its time because every earning on it is final; True when it moved.

    For pay, which asks `claims_that_cost` whether that is all of them. Not while a claim is still being worked.
    Side effects: what is left of the reserve goes back, `TaskSettled`.
    """
    locked = (
        Task.objects.select_related("programme__organisation", "rate_card")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=task.pk)
    )
    if Claim.objects.filter(task=locked, state=ClaimState.COMMITTED).exists():
        return False
    return _close(locked, at, actor)
