"""A client's tasks: the list, one task with its fill, publishing and cancelling."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.clock import now
from core.errors import DomainError, Invalid
from core.money import Money
from core.pages import add_errors
from frontend.client.plan_grid import axis_of
from frontend.formats import money
from frontend.requests import PageRequest
from ledger.selectors import held
from ledger.states import AccountKind
from tasks import selectors, services
from tasks.eligibility import Requirement, parse
from tasks.errors import CancelCostChanged, PriceChanged
from tasks.filters import TaskFilter
from tasks.forms import CancelForm, PublishForm
from tasks.policies import can_post
from tasks.states import LIVE, TaskState

PAGE = 25


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the tasks of one's organisations, newest first, with their fill."""
    found = TaskFilter(request.GET, selectors.tasks_for(request.actor).order_by("-pk"), request=request)
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    counts = selectors.state_counts(request.actor)
    context = {
        "page": page,
        "form": found.form,
        "count": page.paginator.count,
        "tabs": [(state, label, counts.get(state, 0)) for state, label in TaskState.choices if counts.get(state)],
        "state": request.GET.get("state", ""),
        "all": sum(counts.values()),
    }
    return render(request, "client/tasks/index.html", context)


@require_GET
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one task: a draft goes on to its wizard, the others show fill, claims and money."""
    task = selectors.task_by_public_id(public_id, actor=request.actor)
    if task.state == TaskState.DRAFT and can_post(request.actor, task.programme.organisation):
        return redirect("client:task_edit", public_id=public_id, step="what")
    return render(request, "client/tasks/show.html", _context(request, public_id, CancelForm()))


@require_GET
def fill(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the fill of a task alone, for the part of the page that keeps itself up to date."""
    return render(request, "client/tasks/show.html#fill", _context(request, public_id, CancelForm()))


def _context(request: PageRequest, public_id: str, form: CancelForm) -> dict[str, Any]:
    at = now()
    task = selectors.task_by_public_id(public_id, actor=request.actor)
    rows = selectors.fill_of(task, actor=request.actor)
    claims = selectors.claims_of_task(task, actor=request.actor)
    page = Paginator(claims, PAGE).get_page(request.GET.get("page"))
    may = can_post(request.actor, task.programme.organisation)
    requirement = parse(task.requirement)

    def can_take() -> int:
        """How many agents; asked by the page only where it says so, as it looks at every agent."""
        return selectors.count_eligible(requirement, at, organisation_id=task.programme.organisation_id)[0]

    return {
        "task": task,
        "fill": rows,
        "chart": fill_chart(rows, task.programme.time_zone),
        "page": page,
        "form": form,
        "groups": _requirement_texts(requirement),
        "can_take": can_take,
        "reserve": held(AccountKind.TASK_RESERVE, task.public_id, task.currency),
        "budget": Money(task.budget_minor, task.currency),
        "can_cancel": may and task.state in LIVE,
        "consequence": selectors.cancel_consequence(task, actor=request.actor, at=at) if task.state in LIVE else None,
        "key": uuid4().hex,
    }


def _requirement_texts(requirement: Requirement) -> list[list[str]]:
    vocabulary = selectors.words()
    return [[vocabulary.describe(p) for p in group] for group in requirement.groups]


def fill_chart(rows: list[Any], zone: str) -> dict[str, Any]:
    """Seats as an outline, claims as bars, broken where no half hour is planned; hours in `zone`."""
    blocks = {row.block.starts_at: row.block for row in rows}
    axis = axis_of(list(blocks), zone)
    shown = [blocks[place] if place else None for place in axis.places]
    return {
        "xAxis": {
            "type": "category",
            "data": axis.labels,
            "axisLabel": {"customValues": axis.written, "hideOverlap": True},
        },
        "yAxis": {"type": "value", "minInterval": 1},
        "legend": {},
        "series": [
            {"name": str(_("Seats")), "type": "line", "step": "middle", "symbol": "none",
             "data": [block and block.seats for block in shown]},
            {"name": str(_("Claimed")), "type": "bar", "data": [block and block.seats_taken for block in shown]},
        ],
    }  # fmt: skip


@require_POST
def publish(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to reserve the budget that was shown; a refusal returns to the check with the reason."""
    task = selectors.task_by_public_id(public_id, actor=request.actor)
    form = PublishForm(request.POST)
    if not form.is_valid():  # a price that was not shown was not agreed to
        return _back_to_check(request, public_id, PriceChanged())
    try:
        services.publish_task(actor=request.actor, at=now(), task=task, **form.cleaned_data)
    except DomainError as error:
        return _back_to_check(request, public_id, error)
    reserved = money(task.budget_minor, task.currency)
    messages.success(request, _("Published. %(amount)s is reserved.") % {"amount": reserved})
    return redirect("client:task", public_id=public_id)


def _back_to_check(request: PageRequest, public_id: str, error: DomainError) -> HttpResponse:
    fields = error.fields.values() if isinstance(error, Invalid) else []
    for text in [text for texts in fields for text in texts] or [error.message]:
        messages.error(request, str(text))
    return redirect("client:task_edit", public_id=public_id, step="check")


@require_POST
def cancel(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to call a task off."""
    task = selectors.task_by_public_id(public_id, actor=request.actor)
    was_draft = task.state == TaskState.DRAFT
    form = CancelForm(request.POST, is_draft=was_draft)
    if not form.is_valid():
        if "expected_pay_minor" in form.errors:  # a cost that was not shown was not agreed to
            add_errors(form, CancelCostChanged())
        return render(request, "client/tasks/show.html", _context(request, public_id, form), status=422)
    reserved = held(AccountKind.TASK_RESERVE, task.public_id, task.currency)
    try:
        services.cancel_task(actor=request.actor, at=now(), task=task, **form.cleaned_data)
    except CancelCostChanged as error:  # What was typed stays, and the new numbers are shown.
        add_errors(form, error)
        return render(request, "client/tasks/show.html", _context(request, public_id, form), status=409)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("client:task", public_id=public_id)
    if was_draft:
        messages.success(request, _("The draft is thrown away."))
        return redirect("client:tasks")
    back = reserved - held(AccountKind.TASK_RESERVE, task.public_id, task.currency)
    said = _("Cancelled. %(amount)s is back in your funds.") % {"amount": money(back.minor, back.currency)}
    messages.success(request, said)
    return redirect("client:task", public_id=public_id)
