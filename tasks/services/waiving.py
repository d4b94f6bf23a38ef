"""Commitments that end through no doing of the agent's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from core import audit
from core.events import publish
from core.states import move
from tasks.events import ClaimWaived
from tasks.models import Block, Claim
from tasks.selectors.eligibility import lost_without_fault
from tasks.services.claims import lock_claiming
from tasks.states import CLAIM, ClaimState


@transaction.atomic
def waive_uncertified(*, actor: Actor, at: datetime, agent_id: int, slug: str) -> int:
    """Take back coming blocks that only a certificate revoked since the claim let the agent have; returns how many.

    `slug` names the certificate whose loss is looked into. A block that has begun is worked to its end, and adherence
    stays as it was. Safe to repeat. Side effects each: the seat is free again, `ClaimWaived`, an audit entry on
    `claims.<block>`.
    """
    lock_claiming(agent_id=agent_id)
    return sum(_waive(claim, slug, actor, at) for claim in _lost(at, agent_id=agent_id, starts_at__gt=at))


@transaction.atomic
def waive_claim(*, actor: Actor, at: datetime, claim: Claim) -> bool:
    """Take back one claim its agent may not check in to, if only a revoked certificate is why. Returns whether it was.

    Side effects as in `waive_uncertified`.
    """
    lock_claiming(agent_id=claim.agent_id)
    return sum(_waive(lost, "", actor, at) for lost in _lost(at, pk=claim.pk, checked_in_at=None)) > 0


def _lost(at: datetime, **which: object) -> list[Claim]:
    """One agent's commitments that only a revoked certificate stands against."""
    coming = Claim.objects.filter(state=ClaimState.COMMITTED, **which).order_by("block_id")
    return lost_without_fault(list(coming.select_related("task__programme", "agent")), at)


def _waive(claim: Claim, slug: str, actor: Actor, at: datetime) -> bool:
    block = Block.objects.select_for_update(no_key=True, of=("self",)).get(pk=claim.block_id)
    reason = f"certificate {slug} revoked" if slug else "a certificate was revoked"
    move(claim, ClaimState.WAIVED, table=CLAIM, at=at, actor=actor, reason=reason)
    audit.record(
        stream=f"claims.{block.public_id}",
        action="tasks.waive_claim",
        subject=claim.public_id,
        at=at,
        actor=actor,
        data={"certificate": slug},
    )
    publish(ClaimWaived(claim_id=claim.pk, block_id=block.pk, agent_id=claim.agent_id, at=at))
    return True
