"""Rows of certification for tests; the `*_certificate` and `*_skill` makers go through the services."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import factory
from factory.django import DjangoModelFactory

from accounts.actors import PLATFORM
from accounts.tests.factories import LONG_AGO
from certification import services
from certification.models import Certificate, SkillTag, Standard
from certification.states import SkillInput, TagKind

if TYPE_CHECKING:
    from accounts.models import AgentProfile


class SkillTagFactory(DjangoModelFactory):
    """A competence tag."""

    class Meta:
        model = SkillTag

    slug = factory.Sequence(lambda n: f"skill-{n}")
    kind = TagKind.COMPETENCE
    name_en = factory.Sequence(lambda n: f"Skill {n}")
    name_zh = factory.Sequence(lambda n: f"能力 {n}")


class StandardFactory(DjangoModelFactory):
    """A standard without an exam: a certifier may vouch."""

    class Meta:
        model = Standard

    slug = factory.Sequence(lambda n: f"standard-{n}")
    name_en = factory.Sequence(lambda n: f"Standard {n}")
    name_zh = factory.Sequence(lambda n: f"标准 {n}")
    criteria_en = "Answers customers well."
    criteria_zh = "能妥善答复顾客。"
    skill_tag = factory.SubFactory(SkillTagFactory)
    created_at = LONG_AGO


def give_certificate(agent: AgentProfile, standard: Standard, *, at: datetime) -> Certificate:
    """Issue `standard` to `agent` the way a certifier who vouches does."""
    return services.issue_certificate(actor=PLATFORM, at=at, agent=agent, standard=standard, reason="test")


def give_skill(agent: AgentProfile, tag: SkillTag, score: int, *, at: datetime) -> None:
    """Let `agent` have exactly `score` in `tag`, by a certification result of that value."""
    services.record_evidence(
        actor=PLATFORM,
        at=at,
        agent=agent,
        tag=tag,
        input=SkillInput.CERTIFICATION,
        value=score,
        source=f"test:{agent.pk}:{tag.pk}:{at.isoformat()}",
    )
