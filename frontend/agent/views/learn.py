"""Learning: the courses there are, the path of a course, and the lesson player."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certification.selectors import required_course
from core.clock import now
from core.errors import Conflict, DomainError, Invalid
from frontend.requests import PageRequest
from training import selectors, services
from training.errors import NotEnrolled
from training.forms import AnswerForm, ChoiceForm, CourseFilterForm
from training.logic import dialogue
from training.selectors import LessonAtHand


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET courses by industry, what is required and what is under way first; in the reader's language unless chosen."""
    form = CourseFilterForm(request.GET if "language" in request.GET else {"language": request.LANGUAGE_CODE})
    context = {
        "form": form,
        "page": selectors.learn_page(actor=request.actor, first=required_course(actor=request.actor), **form.chosen()),
        "points": selectors.points_of(actor=request.actor, agent=request.user.agent, at=now()),
    }
    return render(request, "agent/learn/index.html", context)


@require_GET
def course(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the path of a course."""
    found = selectors.course_by_public_id(actor=request.actor, public_id=public_id)
    path = selectors.course_path(actor=request.actor, course=found)
    return render(request, "agent/learn/course.html", {"path": path, "course": found})


@require_POST
def enrol(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to begin a course; goes on to the first lesson."""
    found = selectors.course_by_public_id(actor=request.actor, public_id=public_id)
    services.enrol(actor=request.actor, agent=request.user.agent, course=found, at=now())
    step = selectors.course_path(actor=request.actor, course=found).next_step
    if step is None:
        return redirect("agent:course", public_id=public_id)
    return redirect("agent:lesson", public_id=step.lesson.public_id)


@require_POST
def newest(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to take the newest version of a course under way."""
    found = selectors.course_by_public_id(actor=request.actor, public_id=public_id)
    enrolment = selectors.course_path(actor=request.actor, course=found).enrolment
    if enrolment is None:
        raise NotEnrolled
    services.move_to_newest_version(actor=request.actor, enrolment=enrolment, at=now())
    messages.success(request, _("You are on the newest version. What did not change stays passed."))
    return redirect("agent:course", public_id=public_id)


@require_GET
def lesson(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a lesson where one is with it; `?show=q2` shows the answer just given and what to learn from it."""
    return _player(request, selectors.lesson_at_hand(actor=request.actor, public_id=public_id))


@require_POST
def read(request: PageRequest, public_id: str) -> HttpResponse:
    """POST that an article is read; goes on to the next lesson."""
    at_hand = selectors.lesson_at_hand(actor=request.actor, public_id=public_id)
    services.complete_article(**_mine(request, at_hand))
    following = at_hand.following
    if following is None or at_hand.path.passed + 1 >= at_hand.path.total:
        return redirect("agent:course", public_id=at_hand.course.public_id)
    return redirect("agent:lesson", public_id=following.lesson.public_id)


@require_POST
def start(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to begin a quiz or dialogue, or to try again."""
    at_hand = selectors.lesson_at_hand(actor=request.actor, public_id=public_id)
    services.start_run(**_mine(request, at_hand))
    return redirect("agent:lesson", public_id=public_id)


@require_POST
def answer(request: PageRequest, public_id: str) -> HttpResponse:
    """POST the answer to one question of a quiz."""
    at_hand = selectors.lesson_at_hand(actor=request.actor, public_id=public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _player(request, at_hand, error=Invalid())
    fields = form.cleaned_data
    try:
        services.answer_question(
            **_mine(request, at_hand),
            run_id=fields["run"],
            question=fields["question"],
            given=request.POST.getlist("given"),
        )
    except (Invalid, Conflict) as error:
        return _player(request, at_hand, error=error)
    return redirect(reverse("agent:lesson", args=[public_id]) + f"?show={fields['question']}")


@require_POST
def choose(request: PageRequest, public_id: str) -> HttpResponse:
    """POST what one says at one turn of a dialogue."""
    at_hand = selectors.lesson_at_hand(actor=request.actor, public_id=public_id)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return _player(request, at_hand, error=Invalid())
    fields = form.cleaned_data
    try:
        services.advance_dialogue(
            **_mine(request, at_hand), run_id=fields["run"], node=fields["node"], choice=fields["choice"]
        )
    except (Invalid, Conflict) as error:
        return _player(request, at_hand, error=error)
    return redirect(reverse("agent:lesson", args=[public_id]) + "#now")


def _mine(request: PageRequest, at_hand: LessonAtHand) -> dict[str, Any]:
    """What every verb on a lesson is given; a course only looked at sends one to begin it."""
    if at_hand.enrolment is None:
        raise NotEnrolled
    return {"actor": request.actor, "enrolment": at_hand.enrolment, "lesson": at_hand.lesson, "at": now()}


def _player(request: PageRequest, at_hand: LessonAtHand, error: DomainError | None = None) -> HttpResponse:
    play = at_hand.dialogue
    context = {
        "at_hand": at_hand,
        "lesson": at_hand.lesson,
        "course": at_hand.course,
        "content": at_hand.content,
        "run": at_hand.run,
        "quiz": at_hand.quiz,
        "dialogue": play,
        "choices": dialogue.shuffled(play.node, at_hand.run.seed) if play and at_hand.run else [],
        "shown": at_hand.quiz.answer_to(request.GET.get("show", "")) if at_hand.quiz else None,
        "error": error,
        "given": request.POST.getlist("given"),
    }
    template = f"agent/learn/{at_hand.lesson.kind if at_hand.is_open else 'locked'}.html"
    return render(request, template, context, status=error.status if error else 200)
