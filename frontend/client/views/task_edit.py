"""Writing a task in four steps that lose nothing: what, who, when, check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.selectors import programmes_for
from core.clock import now
from core.errors import DomainError, Invalid
from core.pages import add_errors, posted, pressed
from frontend.client.plan_grid import build, hours_of, merged, starts_in
from frontend.requests import PageRequest
from ledger.selectors import held
from ledger.states import AccountKind
from tasks import selectors, services
from tasks.forms import (
    FillForm,
    GridRangeForm,
    NewTaskForm,
    PlanTextForm,
    RequirementBuilder,
    SeatGrid,
    VisibilityForm,
    WhatForm,
    cell_name,
)
from tasks.logic.plan import PlannedBlock
from tasks.logic.rules import RULES
from tasks.policies import require_post, require_post_somewhere
from tasks.states import TaskState

STEPS = (
    ("what", gettext_lazy("The work")),
    ("who", gettext_lazy("Who can take it")),
    ("when", gettext_lazy("When, and how many")),
    ("check", gettext_lazy("Check and publish")),
)
STEP_OF = {"title": "what", "brief": "what", "claims_open_at": "what", "blocks": "when"}
"""Where what keeps a draft from being published is mended; the rest is the requirement's."""
GRID_DAYS = 7


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """GET the first question, POST to start the draft."""
    programmes = programmes_for(request.actor).filter(organisation__in=require_post_somewhere(request.actor))
    form = NewTaskForm(posted(request), programmes=programmes, initial={"programme": request.GET.get("programme")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            task = services.create_task(
                actor=request.actor, at=now(), **data, **_own_language(request, data["programme"])
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            return redirect("client:task_edit", public_id=task.public_id, step="what")
    unpriced = programmes.exclude(pk__in=selectors.rate_cards_for(request.actor).values("programme"))
    context = {"form": form, "has_programmes": programmes.exists(), "unpriced": unpriced}
    return render(request, "client/tasks/new.html", context, status=422 if form.errors else 200)


def _own_language(request: PageRequest, programme: Any) -> dict[str, Any]:
    """The writer's own language to begin with, where the programme is served in it."""
    mine = request.actor.language
    return {"language": mine} if mine in programme.languages else {}


def _draft(request: PageRequest, public_id: str) -> Any:
    task = selectors.task_by_public_id(public_id, actor=request.actor)
    require_post(request.actor, task.programme.organisation)
    return task


def _page(request: PageRequest, task: Any, step: str, context: dict[str, Any], *, wrong: bool = False) -> HttpResponse:
    names = [name for name, _label in STEPS]
    place = names.index(step)
    base = {
        "task": task,
        "step": step,
        "steps": [
            (name, label, reverse("client:task_edit", args=[task.public_id, name]), n <= place)
            for n, (name, label) in enumerate(STEPS)
        ],
        "back": names[place - 1] if place else "",
        "preview": selectors.preview_price(task),
    }
    return render(request, f"client/tasks/edit_{step}.html", {**base, **context}, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, public_id: str, step: str) -> HttpResponse:
    """GET a step of the wizard, POST to save it and go on."""
    task = _draft(request, public_id)
    if task.state != TaskState.DRAFT:
        return redirect("client:task", public_id=public_id)
    return {"what": _what, "who": _who, "when": _when, "check": _check}[step](request, task)


def _next(task: Any, step: str) -> HttpResponse:
    names = [name for name, _label in STEPS]
    return redirect("client:task_edit", public_id=task.public_id, step=names[names.index(step) + 1])


# -- What ----------------------------------------------------------------------------------------


def _what(request: PageRequest, task: Any) -> HttpResponse:
    languages = task.programme.languages
    if request.method == "POST":
        form = WhatForm(request.POST, languages=languages)
        if form.is_valid():
            try:
                services.update_draft(actor=request.actor, at=now(), task=task, **form.cleaned_data)
            except DomainError as error:
                add_errors(form, error)
            else:
                return _next(task, "what")
        return _page(request, task, "what", {"form": form}, wrong=True)
    form = WhatForm(initial={**_stored(task), **_typed(task, "what")}, languages=languages)
    return _page(request, task, "what", {"form": form, "was_typed": bool(_typed(task, "what"))})


def _stored(task: Any) -> dict[str, Any]:
    names = ("title", "brief", "language", "expected_units_per_seat", "max_blocks_per_agent", "claims_open_at")
    return {name: getattr(task, name) for name in names}


def _typed(task: Any, step: str) -> dict[str, str]:
    return {name: values[-1] for name, values in task.typed.get(step, {}).items() if values}


@require_POST
def keep(request: PageRequest, public_id: str, step: str) -> HttpResponse:
    """POST what is typed so far, right or wrong; answers nothing."""
    task = _draft(request, public_id)
    typed = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    services.keep_typed(actor=request.actor, at=now(), task=task, step=step, typed=typed)
    return HttpResponse(status=204)


# -- Who -----------------------------------------------------------------------------------------


def _who(request: PageRequest, task: Any) -> HttpResponse:
    words = selectors.words()
    if request.method == "POST":
        builder, form = RequirementBuilder.posted(request.POST, words), VisibilityForm(request.POST)
        if request.POST.get("press"):
            return _page(request, task, "who", _who_context(task, builder, form))
        if form.is_valid() and builder.requirement() is not None:
            try:
                services.update_draft(
                    actor=request.actor,
                    at=now(),
                    task=task,
                    requirement=builder.as_json(),
                    visibility=form.cleaned_data["visibility"],
                )
            except DomainError as error:
                add_errors(form, error)
            else:
                return _next(task, "who")
        return _page(request, task, "who", _who_context(task, builder, form), wrong=True)
    kept = task.typed.get("who")
    builder = RequirementBuilder.posted(_query(kept), words) if kept else RequirementBuilder.of(task.requirement, words)
    form = VisibilityForm(initial={"visibility": _typed(task, "who").get("visibility", task.visibility)})
    return _page(request, task, "who", _who_context(task, builder, form))


def _query(typed: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        if name != "press":
            data.setlist(name, values)
    return data


def _who_context(task: Any, builder: RequirementBuilder, form: VisibilityForm) -> dict[str, Any]:
    requirement = builder.requirement()
    counted = None
    if requirement is not None:
        counted = selectors.count_eligible(requirement, now(), organisation_id=task.programme.organisation_id)
    return {"builder": builder, "form": form, "counted": counted}


@require_POST
def rows(request: PageRequest, public_id: str) -> HttpResponse:
    """POST the rows as they are: add or drop one, and count who would be eligible. Saves nothing but the typing."""
    task = _draft(request, public_id)
    builder = RequirementBuilder.posted(request.POST, selectors.words())
    context = {"task": task, **_who_context(task, builder, VisibilityForm(request.POST))}
    return render(request, "client/tasks/edit_who.html#rows", context)


# -- When ----------------------------------------------------------------------------------------


def _when(request: PageRequest, task: Any) -> HttpResponse:
    if request.method == "GET":
        return _page(request, task, "when", _when_context(request, task))
    verbs = {"grid": _save_grid, "fill": _fill, "text": _text}
    return verbs[pressed(request, *verbs, name="verb")](request, task)


def _range(request: PageRequest, task: Any) -> tuple[Any, int]:
    zone = ZoneInfo(task.programme.time_zone)
    blocks = list(task.blocks.all())
    first = blocks[0].starts_at.astimezone(zone).date() if blocks else now().astimezone(zone).date()
    source = request.POST if request.method == "POST" else request.GET
    return GridRangeForm(source).chosen(first, GRID_DAYS)


def _cells(request: PageRequest, task: Any) -> SeatGrid | None:
    """The grid as it was sent by its own buttons, its edited cells with what is added to the plan; `None` without."""
    first, days = _range(request, task)
    shown = starts_in(first, days, task.programme.time_zone)
    if request.POST.get("verb") != "grid":
        shown = [start for start in shown if cell_name(start) in request.POST]
    return SeatGrid(request.POST.dict(), shown) if shown else None


def _when_context(request: PageRequest, task: Any, **changes: Any) -> dict[str, Any]:
    first, days = _range(request, task)
    zone = task.programme.time_zone
    cells = _cells(request, task)
    typed, errors = (request.POST.dict(), cells.errors) if cells else (None, {})
    context = {
        "first": first,
        "days": days,
        "zone": zone,
        "grid": build(task.blocks.all(), first=first, days=days, zone=zone, at=now(), typed=typed, errors=errors),
        "bad": len(errors),
        "fill_form": FillForm(initial={"first_day": first, "last_day": first}),
        "text_form": PlanTextForm(time_zone=zone, currency=task.currency),
        "count": task.blocks.count(),
        "most": RULES.max_seats_per_block,
    }
    return {**context, **changes}


def _save_grid(request: PageRequest, task: Any) -> HttpResponse:
    cells = _cells(request, task)
    if cells is None or cells.errors:
        return _page(request, task, "when", _when_context(request, task), wrong=True)
    plan = merged(task.blocks.all(), cells.starts, cells.seats)
    try:
        services.update_draft(actor=request.actor, at=now(), task=task, blocks=plan)
    except Invalid as error:
        context = _when_context(request, task, problems=[t for ts in error.fields.values() for t in ts])
        return _page(request, task, "when", context, wrong=True)
    if request.POST.get("then") == "next":
        return _next(task, "when")
    messages.success(request, _("The plan is saved."))
    return redirect(_when_url(task, *_range(request, task)))


def _add(request: PageRequest, task: Any, form: FillForm | PlanTextForm, blocks: Sequence[PlannedBlock]) -> bool:
    """Add blocks to the plan and keep what was typed in the grid; whether both could be taken."""
    cells = _cells(request, task)
    if cells and cells.errors:
        return False
    try:
        seats = {start: cells.seats.get(start, 0) for start in cells.starts} if cells else None
        services.add_blocks(actor=request.actor, at=now(), task=task, blocks=blocks, seats=seats)
    except DomainError as error:
        add_errors(form, error)
        return False
    return True


def _when_url(task: Any, first: Any, days: int) -> str:
    return f"{reverse('client:task_edit', args=[task.public_id, 'when'])}?first={first}&days={days}"


def _fill(request: PageRequest, task: Any) -> HttpResponse:
    form = FillForm(request.POST)
    if form.is_valid():
        blocks = form.blocks(task.programme.time_zone)
        if _add(request, task, form, blocks):
            n = len(blocks)
            said = ngettext("%(n)d half hour is in the plan.", "%(n)d half hours are in the plan.", n) % {"n": n}
            if form.runs_overnight:
                said = _("%(hours)s They run past midnight into the next day.") % {"hours": said}
            messages.success(request, said)
            return redirect(_when_url(task, form.cleaned_data["first_day"], GRID_DAYS))
    return _page(request, task, "when", _when_context(request, task, fill_form=form), wrong=True)


def _text(request: PageRequest, task: Any) -> HttpResponse:
    form = PlanTextForm(request.POST, request.FILES, time_zone=task.programme.time_zone, currency=task.currency)
    if form.is_valid() and form.report is not None and _add(request, task, form, form.report.blocks):
        taken = len(form.report.blocks)
        messages.success(request, _("%(n)d blocks are in the plan.") % {"n": taken})
        return redirect("client:task_edit", public_id=task.public_id, step="when")
    return _page(request, task, "when", _when_context(request, task, text_form=form), wrong=True)


@require_POST
def price(request: PageRequest, public_id: str) -> HttpResponse:
    """POST the grid as typed: what it would reserve, before it is saved."""
    task = _draft(request, public_id)
    first, days = _range(request, task)
    shown = starts_in(first, days, task.programme.time_zone)
    plan = merged(task.blocks.all(), shown, SeatGrid(request.POST.dict(), shown).seats)
    preview = selectors.preview_price(task, blocks=[(b.seats, b.bonus_minor) for b in plan])
    return render(request, "client/tasks/_price.html", {"preview": preview, "task": task})


# -- Check ---------------------------------------------------------------------------------------


def _check(request: PageRequest, task: Any) -> HttpResponse:
    preview = selectors.preview_price(task)
    funds = held(AccountKind.CLIENT_FUNDS, task.programme.organisation.public_id, preview.currency)
    parsed = RequirementBuilder.of(task.requirement, selectors.words())
    requirement = parsed.requirement()
    blocks = list(task.blocks.all())
    lacks = selectors.lacking(task, blocks, at=now())
    context = {
        "lacks": [
            (reverse("client:task_edit", args=[task.public_id, STEP_OF.get(field, "who")]), text)
            for field, text in lacks.items()
        ],
        "funds": funds,
        "missing": preview.budget - funds,
        "has_enough": preview.budget <= funds,
        "key": uuid4().hex,
        "hours": hours_of([block.starts_at for block in blocks], task.programme.time_zone),
        "groups": [[parsed.words.describe(p) for p in group] for group in requirement.groups] if requirement else [],
        "counted": selectors.count_eligible(requirement, now(), organisation_id=task.programme.organisation_id)
        if requirement is not None
        else None,
    }
    return _page(request, task, "check", context)


@require_POST
def drop_typed(request: PageRequest, public_id: str, step: str) -> HttpResponse:
    """POST to see the step as it was saved, without what was typed since."""
    task = _draft(request, public_id)
    services.keep_typed(actor=request.actor, at=now(), task=task, step=step, typed={})
    return redirect("client:task_edit", public_id=public_id, step=step)
