"""Runs of quizzes and simulated dialogues: every step is saved as it is taken, on whatever device.

Saying the same again (a double click, a reload) is harmless; saying something else about a step that
is behind is refused with `StepGone`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from core.errors import Invalid
from training.errors import NotEnrolled, StepGone, WrongKind
from training.logic import content, dialogue
from training.models import Enrolment, Lesson, LessonProgress, LessonRun
from training.selectors.learning import dialogue_play, quiz_play
from training.services.learning import note_score, open_lesson, pass_lesson
from training.states import LessonKind, OutcomeKind


@transaction.atomic
def start_run(*, actor: Actor, enrolment: Enrolment, lesson: Lesson, at: datetime) -> LessonRun:
    """The open run of a quiz or dialogue; when there is none, a new one in a new order."""
    if lesson.kind == LessonKind.ARTICLE:
        raise WrongKind
    _held, progress = open_lesson(actor=actor, enrolment=enrolment, lesson=lesson, at=at)
    return _open_run(progress) or LessonRun.objects.create(
        progress=progress, number=progress.runs.count() + 1, seed=secrets.randbits(48), started_at=at
    )


def _open_run(progress: LessonProgress) -> LessonRun | None:
    return progress.runs.filter(finished_at=None).first()


@transaction.atomic
def answer_question(
    *,
    actor: Actor,
    enrolment: Enrolment,
    lesson: Lesson,
    run_id: str,
    question: str,
    given: Iterable[str],
    at: datetime,
) -> LessonRun:
    """Answer one question of the run with public id `run_id`; the last answer finishes and scores it.

    Raises `Invalid` at `given` when nothing, or something not offered, is chosen; `StepGone` when the
    run is over or the question was answered otherwise. Events and points as in `complete_article`.
    """
    held, progress, run = _run_at_hand(actor, enrolment, lesson, run_id, LessonKind.QUIZ, at)
    quiz = content.read_quiz(lesson.content)
    asked = quiz.question(question)
    chosen = sorted(set(given))
    if asked is None or not set(chosen) <= {option.key for option in asked.options}:
        raise Invalid(fields={"given": _("Choose from the answers shown.")})
    if not chosen:
        raise Invalid(fields={"given": _("Choose an answer.")})
    step = {"question": question, "given": chosen}
    if before := next((s for s in run.steps if s["question"] == question), None):
        return _same_or_gone(run, before, step)
    _take(run, step)
    play = quiz_play(quiz, run)
    if play.current is None:
        _finish(actor, held, progress, run, play.score, play.score >= lesson.pass_percent, at)
    return run


@transaction.atomic
def submit_quiz(
    *, actor: Actor, enrolment: Enrolment, lesson: Lesson, answers: Mapping[str, Iterable[str]], at: datetime
) -> LessonRun:
    """A whole run at once: `answers` maps each question's key to the chosen options."""
    run = start_run(actor=actor, enrolment=enrolment, lesson=lesson, at=at)
    for question, given in answers.items():
        run = answer_question(
            actor=actor, enrolment=enrolment, lesson=lesson, run_id=run.public_id, question=question, given=given, at=at
        )
    return run


@transaction.atomic
def advance_dialogue(
    *, actor: Actor, enrolment: Enrolment, lesson: Lesson, run_id: str, node: str, choice: str, at: datetime
) -> LessonRun:
    """Choose what to say at `node`; reaching an outcome finishes and scores the run.

    Passed when the score reaches the lesson's pass mark and the outcome is not bad. Raises `Invalid` at
    `choice` when it is not offered, `StepGone` when the conversation has gone on otherwise.
    """
    held, progress, run = _run_at_hand(actor, enrolment, lesson, run_id, LessonKind.DIALOGUE, at)
    scene = content.read_dialogue(lesson.content)
    step = {"node": node, "choice": choice}
    if before := next((s for s in run.steps if s["node"] == node), None):
        return _same_or_gone(run, before, step)
    play = dialogue_play(scene, run)
    if play.node.key != node or play.outcome is not None:
        raise StepGone
    if play.node.choice(choice) is None:
        raise Invalid(fields={"choice": _("Choose one of the answers shown.")})
    _take(run, step)
    play = dialogue_play(scene, run)
    if play.outcome is not None:
        score = dialogue.score(play.points, dialogue.best_points(scene) or 0)
        passed = score >= lesson.pass_percent and play.outcome.kind != OutcomeKind.BAD
        _finish(actor, held, progress, run, score, passed, at)
    return run


def _run_at_hand(
    actor: Actor, enrolment: Enrolment, lesson: Lesson, run_id: str, kind: LessonKind, at: datetime
) -> tuple[Enrolment, LessonProgress, LessonRun]:
    if lesson.kind != kind:
        raise WrongKind
    held, progress = open_lesson(actor=actor, enrolment=enrolment, lesson=lesson, at=at)
    run = progress.runs.filter(public_id=run_id).first()
    if run is None:
        raise NotEnrolled
    return held, progress, run


def _same_or_gone(run: LessonRun, before: Mapping[str, Any], step: Mapping[str, Any]) -> LessonRun:
    if before != step:
        raise StepGone
    return run


def _take(run: LessonRun, step: Mapping[str, Any]) -> None:
    if run.finished_at is not None:
        raise StepGone
    run.steps = [*run.steps, dict(step)]
    run.save(update_fields=["steps"])


def _finish(
    actor: Actor, enrolment: Enrolment, progress: LessonProgress, run: LessonRun, score: int, passed: bool, at: datetime
) -> None:
    run.finished_at, run.score, run.has_passed = at, score, passed
    run.save(update_fields=["finished_at", "score", "has_passed"])
    if passed:
        pass_lesson(actor=actor, enrolment=enrolment, progress=progress, score=score, at=at)
    else:
        note_score(progress=progress, score=score)
