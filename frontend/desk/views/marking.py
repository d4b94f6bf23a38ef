"""The marking queue: free texts and practical parts, blind; and the integrity queue beside it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import selectors, services
from certification.forms import PracticalMarkForm, ReasonForm, WrittenMarkForm
from certification.policies import require_certificate_reader, require_certifier
from core.clock import now
from core.errors import DomainError, NotFound
from core.pages import add_errors, posted, pressed
from frontend.requests import PageRequest


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the queue, opened at its first item."""
    require_certifier(request.actor)
    queue = selectors.marking_queue(request.actor)
    if queue:
        return redirect(f"desk:marking_{queue[0].kind}", public_id=queue[0].public_id)
    return render(request, "desk/marking/empty.html")


def _next(request: PageRequest, done: str) -> HttpResponse:
    """To the item after the one just marked."""
    messages.success(request, _("Marks stored."))
    queue = [item for item in selectors.marking_queue(request.actor) if item.public_id != done]
    if queue:
        return redirect(f"desk:marking_{queue[0].kind}", public_id=queue[0].public_id)
    return redirect("desk:marking")


@require_http_methods(["GET", "POST"])
def written(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the free texts of an attempt; POST marks them."""
    require_certifier(request.actor)
    item = selectors.written_to_mark(request.actor, public_id)
    form = WrittenMarkForm(posted(request), texts=item.texts)
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_written(
                actor=request.actor,
                at=now(),
                attempt=selectors.attempt_by_public_id(request.actor, public_id),
                marks=form.marks(),
                comments=form.comments(),
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            return _next(request, public_id)
    rows = [
        {"text": t, "points": form[f"points_{t.position}"], "comment": form[f"comment_{t.position}"]}
        for t in form.waiting
    ]
    return _page(request, "desk/marking/written.html", form, {"item": item, "rows": rows, "here": public_id})


@require_http_methods(["GET", "POST"])
def practical(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a simulated conversation and its rubric; POST marks it."""
    require_certifier(request.actor)
    item = selectors.practical_to_mark(request.actor, public_id)
    form = PracticalMarkForm(posted(request), rubric=item.rubric)
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_practical(
                actor=request.actor,
                at=now(),
                practical=selectors.practical_by_public_id(request.actor, public_id),
                scores=form.scores(),
                comment=form.cleaned_data["comment"],
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            return _next(request, public_id)
    return _page(request, "desk/marking/practical.html", form, {"item": item, "here": public_id})


def _page(request: PageRequest, template: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "queue": selectors.marking_queue(request.actor)}
    return render(request, template, context, status=422 if form.errors else 200)


@require_GET
def integrity(request: PageRequest) -> HttpResponse:
    """GET attempts with signals nobody has looked at."""
    require_certificate_reader(request.actor)
    rows = selectors.integrity_queue(request.actor)
    return render(request, "desk/integrity/index.html", {"page": Paginator(rows, 25).get_page(request.GET.get("page"))})


@require_GET
def integrity_item(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the signals of one attempt, in order."""
    require_certificate_reader(request.actor)
    attempt = selectors.attempt_by_public_id(request.actor, public_id)
    if attempt.agent_id == request.actor.agent_id:
        raise NotFound
    return _integrity(request, attempt, ReasonForm())


def _integrity(request: PageRequest, attempt: Any, form: ReasonForm) -> HttpResponse:
    context = {
        "queue": Paginator(selectors.integrity_queue(request.actor), 25).get_page(1),
        "attempt": attempt,
        "signals": selectors.signals_of(request.actor, attempt),
        "form": form,
        "can_void": attempt.state in ("ready", "in_progress", "submitted", "marking"),
    }
    return render(request, "desk/integrity/item.html", context, status=422 if form.errors else 200)


@require_POST
def integrity_decide(request: PageRequest, public_id: str) -> HttpResponse:
    """POST `do=clear` or `do=void`, with a reason."""
    attempt = selectors.attempt_by_public_id(request.actor, public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            act = {"clear": services.clear_signals, "void": services.void_attempt}[pressed(request, "clear", "void")]
            act(actor=request.actor, at=now(), attempt=attempt, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Decision stored."))
            return redirect("desk:integrity")
    return _integrity(request, attempt, form)
