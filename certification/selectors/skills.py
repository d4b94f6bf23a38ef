"""Reads of skills, tiers and credentials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.actors import Actor
from certification.logic.credentials import Credentials
from certification.models import (
    AgentSkill,
    AgentTier,
    Certificate,
    EvidenceWithdrawal,
    SkillEvidence,
    SkillScore,
    SkillTag,
    TierChange,
)
from certification.states import CertificateState, Tier
from core.errors import NotFound

if TYPE_CHECKING:
    from accounts.models import AgentProfile


def credentials(agent_ids: Iterable[int], at: datetime) -> dict[int, Credentials]:
    """What each of these agents can show at `at`, in three queries however many they are.

    For decisions inside the platform (eligibility, routing); an agent without anything is in the
    answer with empty credentials.
    """
    ids = list(agent_ids)
    skills: dict[int, dict[str, int]] = defaultdict(dict)
    for agent_id, slug, score in AgentSkill.objects.filter(agent_id__in=ids).values_list(
        "agent_id", "tag__slug", "score"
    ):
        skills[agent_id][slug] = score
    held: dict[int, dict[str, datetime]] = defaultdict(dict)
    rows = Certificate.objects.filter(
        agent_id__in=ids, state=CertificateState.VALID, issued_at__lte=at, valid_until__gt=at
    )
    for agent_id, slug, until in rows.values_list("agent_id", "slug", "valid_until"):
        held[agent_id][slug] = until
    tiers = dict(AgentTier.objects.filter(agent_id__in=ids).values_list("agent_id", "tier"))
    return {
        i: Credentials(skills=skills[i], certificates=held[i], tier=Tier(tiers[i]) if i in tiers else None) for i in ids
    }


@dataclass(frozen=True)
class Revocation:
    """What one revoked certificate had brought: the slug while it would still be valid, and skill scores before."""

    at: datetime
    certificates: dict[str, datetime]
    skills: dict[str, int]


def revocations(agent_id: int, *, since: datetime, at: datetime) -> list[Revocation]:
    """Certificates of one agent revoked from `since` on, with what each took away; three queries at most.

    For decisions inside the platform: what was lost this way was lost through no act of the agent's.
    """
    rows = list(Certificate.objects.filter(agent_id=agent_id, revoked_at__gte=since))
    if not rows:
        return []
    withdrawn = EvidenceWithdrawal.objects.filter(evidence__source__in=[row.evidence_source for row in rows])
    by_source = {w.evidence.source: w for w in withdrawn.select_related("evidence__tag")}
    points = SkillScore.objects.filter(agent_id=agent_id, tag__in={w.evidence.tag_id for w in by_source.values()})
    history: dict[int, list[SkillScore]] = defaultdict(list)
    for point in points.order_by("pk"):
        history[point.tag_id].append(point)
    found = []
    for row in rows:
        skills = {}
        if (lost := by_source.get(row.evidence_source)) is not None:
            # Of the points this evidence made the last is its withdrawal; the one before it is what was lost.
            mine = history[lost.evidence.tag_id]
            drop = max((n for n, point in enumerate(mine) if point.evidence_id == lost.evidence_id), default=0)
            if drop:
                skills[lost.evidence.tag.slug] = mine[drop - 1].score
        held = {row.slug: row.valid_until} if row.valid_until > at else {}
        found.append(Revocation(row.revoked_at or at, held, skills))
    return found


def tags() -> QuerySet[SkillTag]:
    """Every skill tag, by kind and slug; they are public words."""
    return SkillTag.objects.order_by("kind", "slug")


def tag_by_slug(slug: str) -> SkillTag:
    """The tag of that slug; `NotFound` when there is none."""
    tag = SkillTag.objects.filter(slug=slug).first()
    if tag is None:
        raise NotFound
    return tag


def tier_of(agent_id: int) -> AgentTier | None:
    """The tier row of one agent, None before a first certificate."""
    return AgentTier.objects.filter(agent_id=agent_id).first()


@dataclass(frozen=True)
class SkillView:
    """One skill as its owner sees it: the score, what it is made of, its history and the evidence."""

    skill: AgentSkill
    history: list[SkillScore]
    evidence: list[SkillEvidence]

    @property
    def points(self) -> list[tuple[str, int]]:
        """`(ISO time, score)` for a chart."""
        return [(p.at.isoformat(), p.score) for p in self.history]


def skill_wallet(actor: Actor, agent: AgentProfile, *, newest: int = 60) -> list[SkillView]:
    """The skills of `agent`, best first, each with its newest history and evidence, in three queries.

    For the agent and platform staff; anybody else: `NotFound`.
    """
    if actor.agent_id != agent.pk and not actor.is_staff():
        raise NotFound
    skills = list(AgentSkill.objects.filter(agent=agent).select_related("tag").order_by("-score", "tag__slug"))
    evidence: dict[int, list[SkillEvidence]] = defaultdict(list)
    for row in (
        SkillEvidence.objects.filter(agent=agent).select_related("withdrawal").order_by("-at", "-pk")[: newest * 10]
    ):
        if len(evidence[row.tag_id]) < newest:
            evidence[row.tag_id].append(row)
    history: dict[int, list[SkillScore]] = defaultdict(list)
    for point in SkillScore.objects.filter(agent=agent).order_by("-at", "-pk")[: newest * 10]:
        if len(history[point.tag_id]) < newest:
            history[point.tag_id].append(point)
    return [SkillView(s, history[s.tag_id][::-1], evidence[s.tag_id]) for s in skills]


def tier_history(actor: Actor, agent: AgentProfile) -> QuerySet[TierChange]:
    """Moves between tiers, newest first; for the agent and platform staff."""
    if actor.agent_id != agent.pk and not actor.is_staff():
        raise NotFound
    return TierChange.objects.filter(agent=agent).order_by("-at", "-pk")
