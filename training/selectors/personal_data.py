"""What training knows of an agent, for that agent (docs/personal-data.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from accounts.actors import Actor
from training.models import Enrolment, LessonProgress, LessonRun, PointsEntry


def personal_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """One's own enrolments down to every run, and points; four queries."""
    mine = {"agent_id": actor.agent_id or 0}
    progress = LessonProgress.objects.select_related("lesson").order_by("pk")
    runs = Prefetch("runs", queryset=LessonRun.objects.order_by("number"))
    enrolments = (
        Enrolment.objects.filter(**mine)
        .select_related("course", "version")
        .prefetch_related(Prefetch("progress", queryset=progress.prefetch_related(runs)))
        .order_by("pk")
    )
    return {
        "enrolments": [
            {
                "id": e.public_id,
                "course": e.course.slug,
                "language": e.course.language,
                "title": e.course.title,
                "version": e.version.number,
                "started_at": e.started_at,
                "completed_at": e.completed_at,
                "score": e.score,
                "superseded_at": e.superseded_at,
                "lessons": [_lesson(p) for p in e.progress.all()],
            }
            for e in enrolments
        ],
        "points": [
            {"at": p.at, "points": p.points, "reason": p.reason, "subject": p.subject}
            for p in PointsEntry.objects.filter(**mine).order_by("pk")
        ],
    }


def _lesson(row: LessonProgress) -> dict[str, Any]:
    return {
        "lesson": row.lesson.public_id,
        "title": row.lesson.title,
        "kind": row.lesson.kind,
        "state": row.state,
        "best_score": row.best_score,
        "started_at": row.started_at,
        "passed_at": row.passed_at,
        "runs": [
            {
                "id": r.public_id,
                "number": r.number,
                "steps": r.steps,
                "score": r.score,
                "has_passed": r.has_passed,
                "started_at": r.started_at,
                "finished_at": r.finished_at,
            }
            for r in row.runs.all()
        ],
    }
