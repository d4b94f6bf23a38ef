"""A few numbers with their n, for an agent and for a client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Q

from accounts.actors import Actor
from accounts.states import StaffRole
from core.errors import NotFound
from live import selectors as live
from quality.logic.scores import Window
from quality.models import QaHit, QaResult, Rating, Review
from quality.selectors.windows import quality_window, satisfaction_window
from quality.states import Rule

if TYPE_CHECKING:
    from accounts.models import Programme


@dataclass(frozen=True)
class AgentQuality:
    """One agent's windows, latest reviews and what smart QA finds most often."""

    quality: Window
    satisfaction: Window
    reviews: list[Review]
    ratings: list[Rating]
    frequent: list[tuple[str, int]]


def agent_quality(*, actor: Actor, agent_id: int, at: datetime, latest: int = 20) -> AgentQuality:
    """What an agent sees of their own quality (reviewers and auditors may look too)."""
    if actor.agent_id != agent_id and not actor.is_staff(StaffRole.REVIEWER, StaffRole.AUDITOR):
        raise NotFound
    hits = (
        QaHit.objects.filter(result__agent_id=agent_id, result__at__gte=at - timedelta(days=30))
        .values("rule")
        .annotate(n=Count("result_id", distinct=True))
        .order_by("-n")[:5]
    )
    return AgentQuality(
        quality=quality_window(agent_id, at=at),
        satisfaction=satisfaction_window(agent_id, at=at),
        reviews=list(
            Review.objects.filter(agent_id=agent_id)
            .select_related("segment__conversation__programme", "sample")
            .order_by("-at", "-pk")[:latest]
        ),
        ratings=list(
            Rating.objects.filter(agent_id=agent_id)
            .select_related("segment__conversation__programme")
            .order_by("-at", "-pk")[:latest]
        ),
        frequent=[(Rule(row["rule"]).missed, row["n"]) for row in hits],
    )


@dataclass(frozen=True)
class ProgrammeQuality:
    """A client's numbers for one programme over a stretch of days, each with its n."""

    programme: Programme
    served: int
    rated: int
    satisfied: int
    qa_mean: float | None
    qa_n: int
    review_mean: float | None
    review_n: int
    distribution: list[int]
    frequent: list[tuple[str, int]]

    @property
    def csat_percent(self) -> float | None:
        """Share of ratings of 4 or 5, in per cent; None without ratings."""
        return 100 * self.satisfied / self.rated if self.rated else None

    @property
    def response_percent(self) -> float | None:
        """Share of served conversations that were rated, in per cent."""
        return 100 * self.rated / self.served if self.served else None


def programme_quality(*, actor: Actor, programme: Programme, since: datetime, until: datetime) -> ProgrammeQuality:
    """Satisfaction, smart QA and reviews of one programme in `[since, until)`; for its client and reviewers."""
    if not actor.is_client(programme.organisation_id) and not actor.is_staff(StaffRole.REVIEWER, StaffRole.AUDITOR):
        raise NotFound
    ratings = Rating.objects.filter(programme=programme, at__gte=since, at__lt=until)
    counts = {row["csat"]: row["n"] for row in ratings.values("csat").annotate(n=Count("pk"))}
    results = QaResult.objects.filter(segment__conversation__programme=programme, at__gte=since, at__lt=until)
    qa = results.aggregate(mean=Avg("score"), n=Count("pk"))
    review = Review.objects.filter(segment__conversation__programme=programme, at__gte=since, at__lt=until).aggregate(
        mean=Avg("score"), n=Count("pk")
    )
    hits = (
        QaHit.objects.filter(Q(result__in=results))
        .values("rule")
        .annotate(n=Count("result_id", distinct=True))
        .order_by("-n")[:6]
    )
    return ProgrammeQuality(
        programme=programme,
        served=live.served_count(programme_id=programme.pk, since=since, until=until),
        rated=sum(counts.values()),
        satisfied=counts.get(4, 0) + counts.get(5, 0),
        qa_mean=qa["mean"],
        qa_n=qa["n"],
        review_mean=review["mean"],
        review_n=review["n"],
        distribution=[counts.get(n, 0) for n in range(1, 6)],
        frequent=[(Rule(row["rule"]).missed, row["n"]) for row in hits],
    )
