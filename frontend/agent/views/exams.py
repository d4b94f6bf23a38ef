"""Exams as an agent meets them: what there is, what is needed, sitting one, its practical part, the result."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certification import selectors, services
from certification.states import AttemptState, PracticalState
from core.clock import now
from core.errors import DomainError
from frontend.requests import PageRequest


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET every exam: open to me, waiting for something, passed."""
    return render(request, "agent/exams/index.html", {"views": selectors.exams_for(request.actor, now()), "at": now()})


@require_GET
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one exam: what it asks, its rules, what I need, my attempts."""
    exam = selectors.exam_by_public_id(request.actor, public_id)
    view = selectors.exam_view(request.actor, exam, now())
    return render(request, "agent/exams/show.html", {"view": view, "exam": exam})


@require_POST
def start(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to begin; goes to the player, or back with the reason."""
    exam = selectors.exam_by_public_id(request.actor, public_id)
    try:
        attempt = services.start_attempt(
            actor=request.actor,
            at=now(),
            agent=request.user.agent,
            exam=exam,
            language=request.POST.get("language", ""),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("agent:exam", public_id=public_id)
    return redirect("agent:attempt", public_id=attempt.public_id)


@require_GET
def play(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the player of a running attempt; after its end, or handed in, the result."""
    attempt = selectors.own_attempt(request.actor, public_id)
    if not attempt.takes_answers(now()):
        return redirect("agent:attempt_result", public_id=public_id)
    context = {"attempt": attempt, "exam": attempt.exam, "at": now()}
    context["questions"] = selectors.played_questions(request.actor, attempt)
    return render(request, "agent/exams/player.html", context)


@require_POST
def submit(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to hand in; twice is once."""
    attempt = selectors.own_attempt(request.actor, public_id)
    try:
        services.submit_attempt(actor=request.actor, at=now(), attempt=attempt)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("agent:attempt_result", public_id=public_id)


@require_GET
def result(request: PageRequest, public_id: str) -> HttpResponse:
    """GET what became of an attempt: waiting, passed or not, each question with its explanation."""
    attempt = selectors.own_attempt(request.actor, public_id)
    if attempt.takes_answers(now()):
        return redirect("agent:attempt", public_id=public_id)
    decided = attempt.state in (AttemptState.PASSED, AttemptState.FAILED)
    context = {
        "attempt": attempt,
        "exam": attempt.exam,
        "result": selectors.attempt_result(request.actor, attempt),
        "questions": selectors.marked_questions(request.actor, attempt) if decided else [],
        "view": selectors.exam_view(request.actor, attempt.exam, now()),
    }
    return render(request, "agent/exams/result.html", context)


@require_GET
def practical(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the practical part: the briefing, the conversation, or that it waits for marking."""
    part = selectors.own_practical(request.actor, public_id)
    if part.state not in (PracticalState.READY, PracticalState.IN_PROGRESS):
        return redirect("agent:attempt_result", public_id=part.attempt.public_id)
    turns = selectors.turns_of(part)
    context = {
        "practical": part,
        "attempt": part.attempt,
        "exam": part.attempt.exam,
        "turns": turns,
        "count": len(part.scenario.turns),
        "current": next((t for t in turns if t.is_current), None),
    }
    return render(request, "agent/exams/practical.html", context)


@require_POST
def practical_start(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to begin the practical part and its clock."""
    part = selectors.own_practical(request.actor, public_id)
    try:
        services.start_practical(actor=request.actor, at=now(), practical=part)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("agent:practical", public_id=public_id)


@require_POST
def practical_submit(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to hand in the practical part."""
    part = selectors.own_practical(request.actor, public_id)
    try:
        services.submit_practical(actor=request.actor, at=now(), practical=part)
        messages.success(request, _("Handed in. A certifier marks it without seeing your name."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("agent:practical", public_id=public_id)
