"""Blueprints, scenarios, and what is granted to one person."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import agent_by_public_id
from certification import selectors, services
from certification.forms import ExamForm, ExtraTimeForm, GrantForm, ScenarioForm, SectionFormSet
from core.clock import now
from core.errors import DomainError
from core.pages import add_errors, posted, pressed
from frontend.requests import PageRequest


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET every blueprint, scenario and standard."""
    context = {
        "exams": selectors.blueprints_for(request.actor),
        "scenarios": selectors.scenarios_for(request.actor),
        "standards": selectors.standards_for(request.actor),
    }
    return render(request, "desk/exams/index.html", context)


@require_GET
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one blueprint: its rules, its sittings, what was granted."""
    exam = selectors.blueprint_by_public_id(request.actor, public_id)
    return _show(request, exam, ExtraTimeForm(), GrantForm())


def _show(request: PageRequest, exam: Any, extra: ExtraTimeForm, grant: GrantForm) -> HttpResponse:
    context = {
        "exam": exam,
        "extra_times": selectors.extra_times_of(request.actor, exam),
        "page": Paginator(selectors.sittings_of(request.actor, exam), 25).get_page(request.GET.get("page")),
        "extra_form": extra,
        "grant_form": grant,
    }
    return render(request, "desk/exams/show.html", context, status=422 if extra.errors or grant.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, public_id: str | None = None) -> HttpResponse:
    """GET the editor of a blueprint, a new one without an id; POST stores it."""
    actor = request.actor
    exam = selectors.blueprint_by_public_id(actor, public_id) if public_id else None
    first = ExamForm.initial_of(exam) if exam else {"languages": ["zh-hans", "en"]}
    form = ExamForm(posted(request), initial=first, scenarios=selectors.scenarios_for(actor))
    names = ("title_en", "title_zh", "draw", "pass_mark")
    rows = [
        {**{n: getattr(s, n) for n in names}, "pool": s.pool.public_id} for s in (exam.sections.all() if exam else ())
    ]
    sections = SectionFormSet(
        posted(request), initial=rows, prefix="section", form_kwargs={"pools": selectors.pools_for(actor)}
    )
    if request.method == "POST" and all([form.is_valid(), sections.is_valid()]):
        try:
            saved = services.save_exam(
                actor=actor, at=now(), exam=exam, values=form.values(), sections=sections.values()
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Exam stored. Attempts under way keep the rules they began under."))
            return redirect("desk:exam", public_id=saved.public_id)
    wrong = form.errors or (sections.is_bound and not sections.is_valid())
    context = {"exam": exam, "form": form, "sections": sections}
    return render(request, "desk/exams/edit.html", context, status=422 if wrong else 200)


@require_POST
def open_or_retire(request: PageRequest, public_id: str) -> HttpResponse:
    """POST `do=open` or `do=retire`."""
    exam = selectors.blueprint_by_public_id(request.actor, public_id)
    act = {"open": services.open_exam, "retire": services.retire_exam}[pressed(request, "open", "retire")]
    try:
        act(actor=request.actor, at=now(), exam=exam)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("desk:exam", public_id=public_id)


@require_POST
def extra_time(request: PageRequest, public_id: str) -> HttpResponse:
    """POST more time for one person."""
    exam = selectors.blueprint_by_public_id(request.actor, public_id)
    form = ExtraTimeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.grant_extra_time(
                actor=request.actor,
                at=now(),
                exam=exam,
                agent=agent_by_public_id(data["agent"], actor=request.actor),
                extra_seconds=data["extra_minutes"] * 60,
                reason=data["reason"],
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Extra time stored; it counts from the next attempt."))
            return redirect("desk:exam", public_id=public_id)
    return _show(request, exam, form, GrantForm())


@require_POST
def grant(request: PageRequest, public_id: str) -> HttpResponse:
    """POST one more attempt for one person."""
    exam = selectors.blueprint_by_public_id(request.actor, public_id)
    form = GrantForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.grant_attempt(
                actor=request.actor,
                at=now(),
                exam=exam,
                agent=agent_by_public_id(data["agent"], actor=request.actor),
                reason=data["reason"],
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("One more attempt is ready for this person."))
            return redirect("desk:exam", public_id=public_id)
    return _show(request, exam, ExtraTimeForm(), form)


@require_http_methods(["GET", "POST"])
def scenario(request: PageRequest, public_id: str | None = None) -> HttpResponse:
    """GET the editor of a simulated conversation; POST stores it."""
    found = selectors.scenario_by_public_id(request.actor, public_id) if public_id else None
    form = ScenarioForm(posted(request), initial=ScenarioForm.initial_of(found) if found else None)
    if not public_id:
        selectors.scenarios_for(request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_scenario(actor=request.actor, at=now(), scenario=found, values=form.values())
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Scenario stored."))
            return redirect("desk:exams")
    context = {"scenario": found, "form": form}
    return render(request, "desk/exams/scenario.html", context, status=422 if form.errors else 200)
