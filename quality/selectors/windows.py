"""Rolling windows of reviews and ratings, for pay and tiers; set-based, one query for any number of agents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models import Window as SqlWindow
from django.db.models.functions import RowNumber

from quality.logic import scores
from quality.logic.scores import WINDOW_SIZE, Window
from quality.models import Rating, Review
from quality.states import Trigger


def quality_windows(agent_ids: Iterable[int], *, at: datetime) -> dict[int, Window]:
    """The last 50 review scores of each agent up to `at`, weighted by 1/p; every id has an entry.

    Ends for abuse are not among them: a person looks at each, but how somebody who was abused worked says nothing.
    """
    ids = list(agent_ids)
    rows = (
        _counted(at)
        .filter(agent_id__in=ids)
        .annotate(nth=SqlWindow(RowNumber(), partition_by=F("agent_id"), order_by=[F("at").desc(), F("pk").desc()]))
        .filter(nth__lte=WINDOW_SIZE)
        .values_list("agent_id", "score", "sample__probability")
    )
    samples: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
    for agent_id, score, probability in rows:
        samples[agent_id].append((score, Fraction(probability)))
    return {agent_id: scores.weighted_window(samples[agent_id]) for agent_id in ids}


def _counted(at: datetime) -> QuerySet[Review]:
    """The reviews up to `at` that pay and tiers may go by."""
    return Review.objects.filter(at__lte=at).exclude(sample__trigger=Trigger.ABUSE)


def satisfaction_windows(agent_ids: Iterable[int], *, at: datetime) -> dict[int, Window]:
    """The last 50 controllable ratings of each agent up to `at`; every id has an entry."""
    ids = list(agent_ids)
    rows = (
        Rating.objects.filter(agent_id__in=ids, at__lte=at, uncontrollable_reason="")
        .annotate(nth=SqlWindow(RowNumber(), partition_by=F("agent_id"), order_by=[F("at").desc(), F("pk").desc()]))
        .filter(nth__lte=WINDOW_SIZE)
        .values_list("agent_id", "csat")
    )
    ratings: dict[int, list[int]] = defaultdict(list)
    for agent_id, csat in rows:
        ratings[agent_id].append(csat)
    return {agent_id: scores.satisfaction_window(ratings[agent_id]) for agent_id in ids}


def quality_window(agent_id: int, *, at: datetime) -> Window:
    """One agent's window of reviews; see `quality_windows`."""
    return quality_windows([agent_id], at=at)[agent_id]


def satisfaction_window(agent_id: int, *, at: datetime) -> Window:
    """One agent's window of ratings; see `satisfaction_windows`."""
    return satisfaction_windows([agent_id], at=at)[agent_id]


def rated_counts(agent_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """How many ratings each agent has ever had."""
    rows = Rating.objects.filter(agent_id__in=list(agent_ids), at__lte=at).values("agent_id").annotate(n=Count("pk"))
    return {row["agent_id"]: row["n"] for row in rows}


def platform_means(*, at: datetime) -> tuple[Fraction, Fraction]:
    """The platform's own satisfied share and mean review score: what small samples are shrunk towards.

    Before anything was judged: 0.85 and 80, the middle of Silver.
    """
    ratings = Rating.objects.filter(at__lte=at, uncontrollable_reason="").aggregate(
        n=Count("pk"), satisfied=Count("pk", filter=Q(csat__gte=4))
    )
    mean = _counted(at).aggregate(mean=Avg("score"))["mean"]
    satisfaction = Fraction(ratings["satisfied"], ratings["n"]) if ratings["n"] else Fraction(85, 100)
    return satisfaction, Fraction(mean).limit_denominator(10_000) if mean is not None else Fraction(80)
