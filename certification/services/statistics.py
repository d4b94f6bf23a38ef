"""How questions did: facility, discrimination and exposure, from marked attempts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from certification.logic.results import item_statistics
from certification.models import AttemptQuestion, Exam, ItemStatistics
from certification.states import AttemptState


@transaction.atomic
def compute_item_statistics(*, at: datetime, exam: Exam) -> int:
    """Recompute the statistics of every question the exam's decided attempts drew; return how many."""
    rows = AttemptQuestion.objects.filter(
        attempt__exam=exam, attempt__state__in=[AttemptState.PASSED, AttemptState.FAILED], points__isnull=False
    ).values_list("attempt_id", "question_id", "points", "question__points")
    earned: dict[int, float] = defaultdict(float)
    possible: dict[int, int] = defaultdict(int)
    by_question: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
    for attempt_id, question_id, points, most in rows:
        share = float(points or 0)
        earned[attempt_id] += share
        possible[attempt_id] += most
        by_question[question_id].append((attempt_id, share, most))
    for question_id, given in by_question.items():
        pairs = [
            (got / most, (earned[a] - got) / (possible[a] - most) if possible[a] > most else 0.0)
            for a, got, most in given
        ]
        stats = item_statistics(pairs)
        ItemStatistics.objects.update_or_create(
            question_id=question_id,
            defaults={
                "exposure": stats.exposure,
                "facility": stats.facility,
                "discrimination": stats.discrimination,
                "computed_at": at,
            },
        )
    return len(by_question)
