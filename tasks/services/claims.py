"""Claiming a seat and giving it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.actors import Actor
from accounts.policies import require_standing
from accounts.services import hold_standing
from core import audit, locks, refusals
from core.errors import NotFound
from core.events import publish
from core.idempotency import run_once
from core.states import StateConflict, move
from tasks.errors import (
    AlreadyStarted,
    BlockCalledOff,
    BlockFull,
    BlockStarted,
    CommitBudgetSpent,
    DailyCap,
    NotCommitted,
    NotEligible,
    NotOpen,
    Overlap,
    PersonCap,
)
from tasks.events import BlockClaimed, ClaimReleased
from tasks.logic.commitment import commit_budget, is_free_release, is_hot
from tasks.logic.rules import RULES
from tasks.models import Block, Claim
from tasks.policies import require_claim, require_own_claim
from tasks.selectors.commitment import Holding, adherence, blocks_on_day, holdings
from tasks.selectors.eligibility import tier_and_explanation
from tasks.states import CLAIM, CLAIMABLE, ClaimState, Visibility

if TYPE_CHECKING:
    from accounts.models import AgentProfile

_NO_TIER = "certification"
_NEEDED = (
    *("public_id", "starts_at", "ends_at", "seats", "seats_taken", "cancelled_at"),
    *(f"task__{name}" for name in ("public_id", "title", "state", "visibility", "requirement", "max_blocks_per_agent")),
    *("task__programme__organisation_id", "task__rate_card__public_id"),
)
"""What a claim reads of block, task, programme and rate card, in the statement that locks the block."""


@transaction.atomic
def claim_block(
    *, actor: Actor, at: datetime, block: Block, agent: AgentProfile, idempotency_key: str | None = None
) -> Claim:
    """Commit `agent` to one seat of `block`, under the task's rate card and the agent's tier of this moment.

    Refusals, in the order they are looked for: `NotAnAgent`, `Suspended`, `NotOnboarded`, `NotFound` (for somebody
    else, or a hidden task one is not eligible for), `NotOpen`, `BlockCalledOff`, `BlockStarted`, `NotEligible`
    (detail: the explanation), `Overlap`, `BlockFull`, `PersonCap`, `DailyCap`, `CommitBudgetSpent`. Overlap and seats
    are held by constraints under any concurrency, the caps by a lock per agent, the right to work by `hold_standing`.
    Side effects: `BlockClaimed`, an audit entry on `claims.<block>`.
    """
    require_claim(actor, agent.pk)
    made: list[Claim] = []

    def do() -> dict[str, Any]:
        made.append(_claim(block.pk, agent, actor, at))
        return {"claim": made[0].public_id}

    outcome = run_once(
        actor=actor,
        key=idempotency_key,
        command="tasks.claim_block",
        body={"block": block.public_id, "agent": agent.public_id},
        at=at,
        do=do,
    )
    return made[0] if made else Claim.objects.select_related("task").get(public_id=outcome.result["claim"])


def lock_claiming(*, agent_id: int) -> None:
    """One agent's claims one at a time, so that caps count what is there; before the block's lock, never after."""
    locks.hold("tasks.claim", agent_id)


def _claim(block_id: int, agent: AgentProfile, actor: Actor, at: datetime) -> Claim:
    hold_standing(agent_id=agent.pk, shared=True)
    lock_claiming(agent_id=agent.pk)
    agent.refresh_from_db(fields=["onboarded_at", "suspended_at"])
    require_standing(agent)
    block = (
        Block.objects.select_for_update(no_key=True, of=("self",))
        .select_related("task__programme", "task__rate_card")
        .only(*_NEEDED)
        .get(pk=block_id)
    )
    task = block.task
    tier, explanation = tier_and_explanation(agent, task, at)
    if not explanation.eligible and task.visibility == Visibility.HIDDEN:
        raise NotFound
    if task.state not in CLAIMABLE:
        raise NotOpen
    if block.cancelled_at is not None:
        raise BlockCalledOff
    if block.starts_at <= at:
        raise BlockStarted
    if not explanation.eligible:
        raise NotEligible(detail=explanation.as_json())
    hot = is_hot(starts_at=block.starts_at, seats=block.seats, seats_taken=block.seats_taken, at=at)
    mine = holdings(agent.pk, at, task_id=task.pk)
    _refuse_beyond_limits(block, agent, mine, hot, at)
    with refusals.translated():
        claim = Claim.objects.create(
            block=block,
            task=task,
            agent=agent,
            starts_at=block.starts_at,
            ends_at=block.ends_at,
            rate_card=task.rate_card,
            tier=tier or _NO_TIER,
            hot=hot,
            committed_at=at,
        )
    audit.record(
        stream=f"claims.{block.public_id}",
        action="tasks.claim_block",
        subject=claim.public_id,
        at=at,
        actor=actor,
        data={"agent": agent.public_id, "block": block.public_id, "tier": claim.tier},
    )
    publish(BlockClaimed(claim_id=claim.pk, block_id=block.pk, agent_id=agent.pk, at=at))
    return claim


def _refuse_beyond_limits(block: Block, agent: AgentProfile, mine: list[Holding], hot: bool, at: datetime) -> None:
    """Full blocks and personal caps; a free seat at a taken time is left to the overlap constraint."""
    if block.seats_left <= 0:
        clash = any(h.starts_at < block.ends_at and block.starts_at < h.ends_at for h in mine)
        raise Overlap if clash else BlockFull(detail={"seats": block.seats})
    cap = block.task.max_blocks_per_agent
    if cap is not None and sum(h.task_id == block.task_id for h in mine) >= cap:
        raise PersonCap(detail={"cap": cap})
    if blocks_on_day(mine, block.starts_at, agent.user.time_zone) >= RULES.daily_blocks:
        raise DailyCap(detail={"cap": RULES.daily_blocks})
    if hot:
        return
    coming = sum(h.state == ClaimState.COMMITTED and h.starts_at > at and not h.hot for h in mine)
    if coming == 0:
        return
    budget = commit_budget(adherence([agent.pk], at)[agent.pk])
    if coming >= budget:
        raise CommitBudgetSpent(detail={"held": coming, "budget": budget})


@transaction.atomic
def release_claim(*, actor: Actor, at: datetime, claim: Claim) -> Claim:
    """Give a block back before it starts. Free in the first 5 minutes and more than 48 hours ahead, late otherwise.

    A late release counts as committed and not served. Raises `NotFound` for somebody else's claim,
    `NotCommitted` when it is over already, `AlreadyStarted` from the start on.
    Side effects: the seat is free again, `ClaimReleased`, an audit entry on `claims.<block>`.
    """
    require_own_claim(actor, claim)
    block = Block.objects.select_for_update(no_key=True, of=("self",)).get(pk=claim.block_id)
    claim.refresh_from_db(fields=["state"])
    if claim.state != ClaimState.COMMITTED:
        raise NotCommitted(detail={"state": str(claim.state)})
    if at >= claim.starts_at:
        raise AlreadyStarted
    free = is_free_release(committed_at=claim.committed_at, starts_at=claim.starts_at, at=at)
    target = ClaimState.RELEASED_FREE if free else ClaimState.RELEASED_LATE
    try:
        move(claim, target, table=CLAIM, at=at, actor=actor, changes={"released_at": at})
    except StateConflict as error:
        raise NotCommitted from error
    audit.record(
        stream=f"claims.{block.public_id}",
        action="tasks.release_claim",
        subject=claim.public_id,
        at=at,
        actor=actor,
        data={"late": not free},
    )
    publish(ClaimReleased(claim_id=claim.pk, block_id=claim.block_id, agent_id=claim.agent_id, late=not free, at=at))
    return claim
