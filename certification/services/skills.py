"""Writes to skills and tiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from certification.events import SkillChanged, TierChanged
from certification.logic import skills as logic
from certification.models import (
    AgentSkill,
    AgentTier,
    EvidenceWithdrawal,
    SkillEvidence,
    SkillScore,
    SkillTag,
    TierChange,
)
from certification.policies import require_platform, require_standards_author
from certification.states import SkillInput, Tier
from core import audit, refusals
from core.errors import Conflict, Invalid
from core.events import publish

if TYPE_CHECKING:
    from accounts.models import AgentProfile


@transaction.atomic
def create_tag(*, actor: Actor, at: datetime, slug: str, kind: str, name_en: str, name_zh: str) -> SkillTag:
    """Make a skill tag. Trainers and certifiers; audited."""
    require_standards_author(actor)
    with refusals.translated():
        tag = SkillTag.objects.create(slug=slug, kind=kind, name_en=name_en, name_zh=name_zh)
    audit.record(
        stream="certification",
        action="certification.create_tag",
        subject=tag.public_id,
        at=at,
        actor=actor,
        data={"slug": slug},
    )
    return tag


@transaction.atomic
def record_evidence(
    *,
    actor: Actor,
    at: datetime,
    agent: AgentProfile,
    tag: SkillTag,
    input: SkillInput,
    value: int,
    source: str,
    note: str = "",
) -> AgentSkill:
    """Add one result (`value` 0-100) to an agent's skill and score it anew.

    `source` is `<kind>:<public id>` of what the result came from; the same source counts once, and
    giving it again with the same value changes nothing (with another value: `Conflict`
    `certification.evidence_exists`). Only the platform's handlers call this. Audited in the stream
    `certification.skills.<agent>`. Event: `SkillChanged` when the score moved.
    """
    require_platform(actor)
    if not 0 <= value <= 100:
        raise Invalid(fields={"value": _("A result lies between 0 and 100.")})
    skill = _locked_skill(agent, tag, at)
    known = SkillEvidence.objects.filter(agent=agent, tag=tag, input=input, source=source).first()
    if known is not None:
        if known.value != value:
            raise Conflict(code="certification.evidence_exists")
        return skill
    evidence = SkillEvidence.objects.create(
        agent=agent, tag=tag, input=input, value=value, weight=logic.WEIGHTS[input], source=source, note=note, at=at
    )
    audit.record(
        stream=f"certification.skills.{agent.public_id}",
        action="certification.record_evidence",
        subject=agent.public_id,
        at=at,
        actor=actor,
        data={"tag": tag.slug, "input": str(input), "value": value, "source": source},
    )
    skill.last_evidence_at = max(skill.last_evidence_at, at)
    _rescore(skill, at=at, evidence=evidence)
    return skill


@transaction.atomic
def withdraw_evidence(*, actor: Actor, at: datetime, source: str, reason: str) -> int:
    """What came from `source` (`certificate:<public id>`) counts no longer; returns how many results that were.

    The rows stay, marked, and so does the history of the score, which gets one more point. Only the platform's
    handlers call this; again is the same as once. Audited in the stream `certification.skills.<agent>`. Event:
    `SkillChanged` when the score moved.
    """
    require_platform(actor)
    rows = list(SkillEvidence.objects.filter(source=source).select_related("agent", "tag").order_by("tag_id"))
    count = 0
    for evidence in rows:
        skill = _locked_skill(evidence.agent, evidence.tag, at)
        if EvidenceWithdrawal.objects.filter(evidence=evidence).exists():
            continue
        EvidenceWithdrawal.objects.create(evidence=evidence, reason=reason, at=at)
        audit.record(
            stream=f"certification.skills.{evidence.agent.public_id}",
            action="certification.withdraw_evidence",
            subject=evidence.agent.public_id,
            at=at,
            actor=actor,
            data={"tag": evidence.tag.slug, "source": source, "evidence": evidence.public_id},
        )
        newest = _standing(skill).aggregate(at=Max("at"))["at"]
        skill.last_evidence_at = newest or skill.last_evidence_at
        _rescore(skill, at=at, evidence=evidence)
        count += 1
    return count


def _standing(skill: AgentSkill) -> QuerySet[SkillEvidence]:
    """The evidence of a skill that was not withdrawn."""
    return SkillEvidence.objects.filter(agent_id=skill.agent_id, tag_id=skill.tag_id, withdrawal=None)


def _locked_skill(agent: AgentProfile, tag: SkillTag, at: datetime) -> AgentSkill:
    AgentSkill.objects.bulk_create(
        [AgentSkill(agent=agent, tag=tag, score=0, last_evidence_at=at, computed_at=at)], ignore_conflicts=True
    )
    return AgentSkill.objects.select_for_update(no_key=True, of=("self",)).get(agent=agent, tag=tag)


def _rescore(skill: AgentSkill, *, at: datetime, evidence: SkillEvidence | None) -> None:
    """Score `skill` from its evidence as of `at`; keep a point of history and tell when it moved."""
    rows: list[tuple[str, int]] = []
    for kind in SkillInput:
        newest = _standing(skill).filter(input=kind)
        limit = logic.WINDOW if kind in logic.ROLLING else 1
        rows += newest.order_by("-at", "-pk").values_list("input", "value")[:limit]
    result = logic.skill_score(logic.by_input(rows), idle_days=(at - skill.last_evidence_at).days)
    moved = result.score != skill.score or evidence is not None
    changed = result.score != skill.score
    skill.score, skill.inputs, skill.computed_at = result.score, result.as_json(), at
    skill.save(update_fields=["score", "inputs", "last_evidence_at", "computed_at"])
    if moved:
        SkillScore.objects.create(
            agent_id=skill.agent_id, tag_id=skill.tag_id, score=skill.score, evidence=evidence, at=at
        )
    if changed:
        publish(SkillChanged(agent_id=skill.agent_id, tag_id=skill.tag_id, score=skill.score, at=at))


def decay_skills(*, at: datetime, limit: int = 500) -> int:
    """Score anew what has been idle for more than 90 days and was not looked at for a week; return how many."""
    due = list(
        AgentSkill.objects.filter(
            last_evidence_at__lt=at - timedelta(days=logic.IDLE_DAYS),
            computed_at__lte=at - timedelta(days=logic.DAYS_PER_POINT),
            score__gt=0,
        )
        .order_by("computed_at")
        .values_list("pk", flat=True)[:limit]
    )
    for pk in due:
        with transaction.atomic():
            skill = AgentSkill.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk=pk)
            if (row := skill.first()) is not None:
                _rescore(row, at=at, evidence=None)
    return len(due)


@transaction.atomic
def record_tier(*, actor: Actor, at: datetime, agent: AgentProfile, tier: Tier, inputs: Mapping[str, Any]) -> AgentTier:
    """Set an agent's tier with the numbers it rests on (JSON-safe); only the platform's jobs call this.

    Unchanged tier: the numbers are refreshed and nothing else happens. Changed: a row of history, an
    audit entry and the event `TierChanged`.
    """
    require_platform(actor)
    current = AgentTier.objects.select_for_update(no_key=True, of=("self",)).filter(agent=agent).first()
    if current is None:
        AgentTier.objects.bulk_create(
            [AgentTier(agent=agent, tier=Tier.CERTIFICATION, since=at, computed_at=at)], ignore_conflicts=True
        )
        current = AgentTier.objects.select_for_update(no_key=True, of=("self",)).get(agent=agent)
        before = ""
    else:
        before = current.tier
    current.inputs, current.computed_at = dict(inputs), at
    if before == tier:
        current.save(update_fields=["inputs", "computed_at"])
        return current
    current.tier, current.since = tier, at
    current.save(update_fields=["tier", "since", "inputs", "computed_at"])
    TierChange.objects.create(agent=agent, from_tier=before, to_tier=tier, inputs=dict(inputs), at=at)
    audit.record(
        stream=f"certification.skills.{agent.public_id}",
        action="certification.record_tier",
        subject=agent.public_id,
        at=at,
        actor=actor,
        data={"from": before, "to": str(tier)},
    )
    publish(TierChanged(agent_id=agent.pk, tier=str(tier), at=at))
    return current
