"""Commitments that end through no doing of the agent's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from core import audit
from core.events import publish
from core.states import move
from tasks import eligibility
from tasks.events import ClaimWaived
from tasks.models import Block, Claim
from tasks.selectors.eligibility import AgentFacts, agent_facts, requirement_of
from tasks.services.claims import lock_claiming
from tasks.states import CLAIM, ClaimState


@transaction.atomic
def waive_uncertified(*, actor: Actor, at: datetime, agent_id: int, slug: str) -> int:
    """Take back coming blocks that only the certificate `slug`, revoked since, let the agent claim; returns how many.

    A block that has begun is worked to its end, and adherence stays as it was. Safe to repeat.
    Side effects each: the seat is free again, `ClaimWaived`, an audit entry on `claims.<block>`.
    """
    lock_claiming(agent_id=agent_id)
    coming = Claim.objects.filter(agent_id=agent_id, state=ClaimState.COMMITTED, starts_at__gt=at).order_by("block_id")
    claims = list(coming.select_related("task__programme"))
    mine = agent_facts([agent_id], at).get(agent_id) if claims else None
    lost = [claim for claim in claims if mine is not None and _rested_on(slug, claim, mine, at)]
    for claim in lost:
        block = Block.objects.select_for_update(no_key=True, of=("self",)).get(pk=claim.block_id)
        move(claim, ClaimState.WAIVED, table=CLAIM, at=at, actor=actor, reason=f"certificate {slug} revoked")
        audit.record(
            stream=f"claims.{block.public_id}",
            action="tasks.waive_claim",
            subject=claim.public_id,
            at=at,
            actor=actor,
            data={"certificate": slug},
        )
        publish(ClaimWaived(claim_id=claim.pk, block_id=block.pk, agent_id=agent_id, at=at))
    return len(lost)


def _rested_on(slug: str, claim: Claim, mine: AgentFacts, at: datetime) -> bool:
    """Not eligible without the certificate, eligible with it: adherence or a tier lost since take nothing back."""
    requirement = requirement_of(claim.task)
    now = mine.towards(claim.task.programme.organisation_id)
    before = replace(now, certificates={**now.certificates, slug: claim.ends_at})
    return not eligibility.explain(requirement, now).eligible and eligibility.explain(requirement, before).eligible
