"""How agents learn: an enrolment in one version, progress per lesson, runs step by step, points."""

import pgtrigger
from django.db import models

from core.ids import PublicIdField
from training.states import PROGRESS, PointsReason


class Enrolment(models.Model):
    """An agent takes one version of a course; it never moves to another, a newer enrolment takes its place."""

    public_id = PublicIdField(prefix="enr")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("training.Course", on_delete=models.PROTECT, related_name="enrolments")
    version = models.ForeignKey("training.CourseVersion", on_delete=models.PROTECT, related_name="enrolments")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    """0-100, fixed when the last lesson is passed."""
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "course"], condition=models.Q(superseded_at=None), name="enrolment_current_once"
            ),
            models.UniqueConstraint(fields=["agent", "version"], name="enrolment_version_once"),
            models.CheckConstraint(
                condition=models.Q(completed_at=None, score=None)
                | models.Q(completed_at__isnull=False, score__gte=0, score__lte=100),
                name="enrolment_completed_has_score",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="enrolment_is_pinned", fields=["agent", "course", "version"]),
            pgtrigger.Trigger(
                name="enrolment_in_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM training_courseversion v
                        WHERE v.id = NEW.version_id AND v.course_id = NEW.course_id AND v.state = 'published'
                    ) THEN
                        RAISE EXCEPTION 'an enrolment is in a published version of its course'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.version}"


class LessonProgress(models.Model):
    """How far one enrolment is with one lesson."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="progress")
    lesson = models.ForeignKey("training.Lesson", on_delete=models.PROTECT, related_name="+")
    state = PROGRESS.field()
    best_score = models.PositiveSmallIntegerField(null=True)
    """0-100 over finished runs; 100 for an article read."""
    started_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            PROGRESS.constraint("lesson_progress"),
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once"),
            models.CheckConstraint(
                condition=models.Q(state="started", passed_at=None)
                | models.Q(state="passed", passed_at__isnull=False, best_score__isnull=False),
                name="lesson_progress_passed_has_score",
            ),
            models.CheckConstraint(
                condition=models.Q(best_score=None) | models.Q(best_score__lte=100), name="lesson_progress_score"
            ),
        ]
        triggers = [
            *PROGRESS.triggers("lesson_progress"),
            pgtrigger.Trigger(
                name="lesson_progress_in_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM training_enrolment e
                        JOIN training_level l ON l.version_id = e.version_id
                        JOIN training_lesson s ON s.level_id = l.id
                        WHERE e.id = NEW.enrolment_id AND s.id = NEW.lesson_id
                    ) THEN
                        RAISE EXCEPTION 'the lesson is not in the version of the enrolment'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.state}"


class LessonRun(models.Model):
    """One go at a quiz or a dialogue, saved step by step; a finished run never changes.

    `steps` of a quiz: `[{"question", "given": [option keys]}]`; of a dialogue: `[{"node", "choice"}]`.
    `seed` fixes the order things are shown in.
    """

    public_id = PublicIdField(prefix="run")
    progress = models.ForeignKey(LessonProgress, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    steps = models.JSONField(default=list)
    score = models.PositiveSmallIntegerField(null=True)
    has_passed = models.BooleanField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["progress", "number"], name="lesson_run_number_once"),
            models.UniqueConstraint(
                fields=["progress"], condition=models.Q(finished_at=None), name="lesson_run_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None, score=None, has_passed=None)
                | models.Q(finished_at__isnull=False, score__lte=100, has_passed__isnull=False),
                name="lesson_run_finished_has_score",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="lesson_run_finished_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
            pgtrigger.Protect(name="lesson_run_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"run {self.number}"


class PointsEntry(models.Model):
    """Points given once for one thing. Append-only.

    `subject` is a lesson's lineage or a course's slug: neither a retry, a reload, a new version nor
    the other language earns the same points again.
    """

    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=PointsReason.choices)
    subject = models.CharField(max_length=60)
    points = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "reason", "subject"], name="points_once"),
            models.CheckConstraint(condition=models.Q(points__gt=0), name="points_positive"),
            models.CheckConstraint(condition=models.Q(reason__in=PointsReason.values), name="points_reason_known"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        verbose_name_plural = "points entries"

    def __str__(self) -> str:
        return f"{self.points} for {self.reason}"
