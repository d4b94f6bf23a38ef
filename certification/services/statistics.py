"""How questions did: facility, discrimination and exposure, from marked attempts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from certification.logic.results import item_statistics
from certification.models import Attempt, AttemptQuestion, Exam, ItemStatistics
from certification.states import AttemptState

_DECIDED = (AttemptState.PASSED, AttemptState.FAILED)


@transaction.atomic
def compute_item_statistics(*, at: datetime, exam: Exam) -> int:
    """Recompute the statistics of every question the exam's decided attempts drew; return how many."""
    rows = AttemptQuestion.objects.filter(
        attempt__exam=exam, attempt__state__in=_DECIDED, points__isnull=False
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


def compute_due_statistics(*, at: datetime) -> int:
    """Recompute for every exam that has decided attempts newer than its questions' statistics; return how many."""
    done = 0
    finished = Attempt.objects.filter(state__in=_DECIDED).values_list("exam_id").annotate(last=Max("finished_at"))
    for exam_id, last in finished:
        drawn = AttemptQuestion.objects.filter(attempt__exam_id=exam_id).values("question_id")
        computed = ItemStatistics.objects.filter(question__in=drawn).aggregate(last=Max("computed_at"))["last"]
        if computed is None or (last is not None and computed <= last):
            compute_item_statistics(at=at, exam=Exam.objects.get(pk=exam_id))
            done += 1
    return done
