"""What apps above decide by when they choose people for work: languages, region and agreements, for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from accounts.models import AgentProfile, Consent, LegalText
from core.errors import NotFound


@dataclass(frozen=True)
class WorkProfile:
    """What eligibility asks of one agent. `client_ndas` maps organisation ids to the version agreed to."""

    agent_id: int
    user_id: int
    languages: tuple[str, ...]
    region: str
    time_zone: str
    consents: Mapping[str, int] = field(default_factory=dict)
    client_ndas: Mapping[int, int] = field(default_factory=dict)


def work_profiles(agent_ids: Iterable[int] | None = None) -> dict[int, WorkProfile]:
    """The profiles of these agents, or with None of everybody who may work, in two queries.

    A consent counts while the version agreed to is the one in force.
    For decisions inside the platform; nothing of it is shown to anybody but the agent.
    """
    agents = AgentProfile.objects.order_by("pk")
    if agent_ids is None:
        agents = agents.filter(onboarded_at__isnull=False, suspended_at=None)
        signed = Consent.objects.filter(user__agent__onboarded_at__isnull=False)
    else:
        agents = agents.filter(pk__in=list(agent_ids))
        signed = Consent.objects.filter(user__agent__in=agents)
    newer = LegalText.objects.annotate(owner=Coalesce("organisation_id", 0)).filter(
        kind=OuterRef("text__kind"), owner=OuterRef("owner"), version__gt=OuterRef("text__version")
    )
    signed = signed.annotate(owner=Coalesce("text__organisation_id", 0)).filter(~Exists(newer))
    consents: dict[int, dict[str, int]] = {}
    ndas: dict[int, dict[int, int]] = {}
    versions = signed.order_by().values_list("user_id", "text__kind", "text__organisation_id")
    for user_id, kind, organisation_id, version in versions.annotate(version=Max("text__version")):
        if organisation_id is None:
            consents.setdefault(user_id, {})[kind] = version
        else:
            ndas.setdefault(user_id, {})[organisation_id] = version
    rows = agents.values_list("pk", "user_id", "languages", "region", "user__time_zone")
    return {
        pk: WorkProfile(pk, user, tuple(languages), region, zone, consents.get(user, {}), ndas.get(user, {}))
        for pk, user, languages, region, zone in rows
    }


def own_agent(actor: Actor) -> AgentProfile:
    """The agent behind an actor, with the person at hand; `NotFound` for somebody who is none."""
    agent = AgentProfile.objects.select_related("user").filter(pk=actor.agent_id or 0).first()
    if agent is None:
        raise NotFound
    return agent
