"""The question bank: pools, questions with preview, import and export."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import selectors, services
from certification.forms import ImportForm, PoolForm, QuestionFilterForm, QuestionForm
from certification.logic import questions as logic
from certification.states import QuestionKind
from core.clock import now
from core.errors import DomainError
from core.pages import add_errors, posted, pressed
from frontend.requests import PageRequest


@require_http_methods(["GET", "POST"])
def index(request: PageRequest) -> HttpResponse:
    """GET the pools; POST makes one."""
    form = PoolForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pool = services.save_pool(actor=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            add_errors(form, error)
        else:
            return redirect("desk:pool", public_id=pool.public_id)
    context = {"pools": selectors.pools_for(request.actor), "form": form}
    return render(request, "desk/questions/index.html", context, status=422 if form.errors else 200)


@require_GET
def pool(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the questions of a pool with how they did."""
    found = selectors.pool_by_public_id(request.actor, public_id)
    form = QuestionFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = selectors.questions_of(
        request.actor,
        found,
        query=chosen.get("q", ""),
        language=chosen.get("language", ""),
        kind=chosen.get("kind", ""),
    )
    context = {"pool": found, "form": form, "page": Paginator(rows, 50).get_page(request.GET.get("page"))}
    return render(request, "desk/questions/pool.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the editor; POST looks at the question or writes it."""
    found = selectors.pool_by_public_id(request.actor, public_id)
    form = QuestionForm(posted(request), initial={"language": request.LANGUAGE_CODE})
    return _edit(request, form, found, None)


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a question's editor; POST looks at it or writes its next version."""
    question = selectors.question_by_public_id(request.actor, public_id)
    initial = {name: getattr(question, name, "") for name in QuestionForm.base_fields}
    initial["lines"] = logic.lines_from_spec(QuestionKind(question.kind), question.spec)
    initial["tags"] = ", ".join(question.tags)
    form = QuestionForm(posted(request), initial=initial)
    return _edit(request, form, question.pool, question)


def _edit(request: PageRequest, form: QuestionForm, pool: Any, question: Any) -> HttpResponse:
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if pressed(request, "save", "preview") == "save":
                services.write_question(
                    actor=request.actor, at=now(), pool=pool, replaces=question, **form.cleaned_data
                )
                messages.success(request, _("Question stored."))
                return redirect("desk:pool", public_id=pool.public_id)
            preview = selectors.preview_question(form.cleaned_data, form.spec)
        except DomainError as error:
            add_errors(form, error)
    context = {"form": form, "pool": pool, "question": question, "preview": preview}
    return render(request, "desk/questions/edit.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to draw a question no more."""
    question = selectors.question_by_public_id(request.actor, public_id)
    services.retire_question(actor=request.actor, at=now(), question=question)
    messages.success(request, _("The question is drawn no more."))
    return redirect("desk:pool", public_id=question.pool.public_id)


@require_GET
def export(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a pool as a file."""
    found = selectors.pool_by_public_id(request.actor, public_id)
    rows = selectors.export_pool(request.actor, found)
    response = JsonResponse({"questions": rows}, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{found.public_id}.json"'
    return response


@require_http_methods(["GET", "POST"])
def take_in(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the upload; POST takes questions in and says row by row what was left out."""
    found = selectors.pool_by_public_id(request.actor, public_id)
    form = ImportForm(posted(request), request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        taken, refused = services.import_questions(
            actor=request.actor, at=now(), pool=found, rows=form.cleaned_data["file"]
        )
        report = {"taken": taken, "refused": refused}
    context = {"pool": found, "form": form, "report": report}
    return render(request, "desk/questions/import.html", context, status=422 if form.errors else 200)
