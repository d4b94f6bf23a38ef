"""Finding work: the list with its reasons, one task with its blocks, claiming and giving back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import own_agent
from core.clock import now
from core.errors import DomainError, Invalid
from frontend.agent.work_cards import blocks_by_day, cards, explained
from frontend.requests import PageRequest
from pay.selectors import honest_prices
from tasks import selectors, services
from tasks.forms import WorkFilterForm
from tasks.logic.commitment import free_release_until
from tasks.logic.rules import RULES

if TYPE_CHECKING:
    from tasks.models import Claim

PAGE = 20


@require_GET
def find(request: PageRequest) -> HttpResponse:
    """GET open work, or why there is none for a suspended agent; filters not understood are shown at their field."""
    at = now()
    if request.actor.is_suspended:
        return render(request, "agent/work/closed.html", {"agent": own_agent(request.actor)})
    form = WorkFilterForm(
        request.GET,
        industries=selectors.industries_with_work(at=at),
        languages=selectors.languages_with_work(at=at),
        usual_hours=own_agent(request.actor).availability,
    )
    try:
        wanted = form.wanted()
    except Invalid:
        wanted = selectors.WorkFilter()
    work = selectors.open_tasks(request.actor, at=at, filters=wanted)
    page = Paginator(work, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "cards": cards(list(page.object_list), at),
        "is_filtered": wanted != selectors.WorkFilter(),
        "count": len(work),
    }
    return render(request, "agent/work/find.html", context)


@require_GET
def task(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one task: what it is, whether one may, and its blocks by day."""
    return render(request, "agent/work/task.html", _task_context(request, public_id))


def _task_context(request: PageRequest, public_id: str) -> dict[str, Any]:
    at = now()
    offered = selectors.open_task(public_id, actor=request.actor, at=at)
    return {
        "offered": offered,
        "task": offered.task,
        "days": blocks_by_day(offered, at),
        "reasons": explained(offered.explanation),
        "price": honest_prices([offered.task.programme_id], at=at).get(offered.task.programme_id),
        "now": at,
    }


@require_GET
def blocks(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the blocks of a task alone, for the part of the page that keeps itself up to date."""
    return render(request, "agent/work/task.html#blocks", _task_context(request, public_id))


@require_POST
def claim(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to claim a block; whatever the answer, the blocks are shown as they are now."""
    at = now()
    block = selectors.block_for_agent(public_id, actor=request.actor, at=at)
    key = request.POST.get("key") or None

    def act() -> str:
        claim = services.claim_block(
            actor=request.actor, at=at, block=block, agent=request.user.agent, idempotency_key=key
        )
        return str(_("The block is yours. %(note)s") % {"note": release_note(claim, at)})

    return _answer(request, act, block.task.public_id)


def release_note(claim: Claim, at: Any) -> str:
    """Until when giving the block back leaves no mark."""
    until = free_release_until(committed_at=claim.committed_at, starts_at=claim.starts_at)
    if until - at <= RULES.free_release_after_claim:
        return str(_("You can undo this for %(n)d minutes.") % {"n": RULES.free_release_after_claim.seconds // 60})
    hours = RULES.free_release_before_start // timedelta(hours=1)
    return str(_("You can give it back freely until %(n)d hours before it starts.") % {"n": hours})


@require_POST
def release(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to give a block back; returns to where it was pressed."""
    claim = selectors.own_claim(public_id, actor=request.actor)

    def act() -> str:
        released = services.release_claim(actor=request.actor, at=now(), claim=claim)
        if released.state == "released_late":
            return str(_("The block is given back. It was late, so it counts in your adherence."))
        return str(_("The block is given back. It leaves no mark."))

    return _answer(request, act, claim.task.public_id)


def _answer(request: PageRequest, act: Callable[[], str], task_id: str) -> HttpResponse:
    try:
        messages.success(request, act())
    except DomainError as error:
        messages.error(request, str(error.message))
    if request.POST.get("next") == "calendar":
        return redirect("agent:blocks")
    if request.htmx:
        return blocks_now(request, task_id)
    return redirect("agent:task", public_id=task_id)


def blocks_now(request: PageRequest, task_id: str) -> HttpResponse:
    """The blocks of a task as they are after what was pressed."""
    return render(request, "agent/work/task.html#blocks", _task_context(request, task_id))
