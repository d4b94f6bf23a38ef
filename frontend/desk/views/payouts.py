"""The desk of finance: payouts to approve, to send, to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import can_staff
from accounts.states import StaffRole
from core.clock import now
from core.errors import Conflict, NotAllowed
from core.money import Money
from frontend.files import csv_file
from frontend.requests import PageRequest
from pay import selectors, services
from pay.errors import NothingOwed
from pay.forms import FailPayoutForm, OnceForm, PayoutFilterForm
from pay.logic.rules import RULES
from pay.policies import can_approve_payout, can_handle_payout, require_finance, require_read_payouts
from pay.states import PayoutState

if TYPE_CHECKING:
    from pay.models import Payout

PAGE_SIZE = 25


@require_GET
def index(request: PageRequest, public_id: str = "") -> HttpResponse:
    """GET the queue; with an id, that payout opened beside it."""
    return _show(request, public_id, FailPayoutForm())


def _show(request: PageRequest, public_id: str, fail_form: FailPayoutForm, status: int = 200) -> HttpResponse:
    require_read_payouts(request.actor)
    form = PayoutFilterForm(request.GET or None)
    chosen = {"state": form.cleaned_data["state"], "text": form.cleaned_data["q"]} if form.is_valid() else {}
    page = Paginator(selectors.payouts_for(actor=request.actor, **chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    current = selectors.payout_by_public_id(public_id, actor=request.actor) if public_id else None
    may_work = can_staff(request.actor, StaffRole.FINANCE)
    counts = {row.state.value: row for row in selectors.payout_counts(actor=request.actor)}
    context = {
        "form": form,
        "page": page,
        "current": current,
        "lines": current.lines.all() if current else [],
        "approvals": current.approvals.all() if current else [],
        "counts": counts,
        "to_send": counts[PayoutState.APPROVED.value].count,
        "run_form": OnceForm(),
        "would_pay": selectors.preview_run(actor=request.actor) if may_work else None,
        "fail_form": fail_form,
        "may_work": may_work,
        "may_handle": bool(current and can_handle_payout(request.actor, current)),
        "may_approve": bool(current and can_approve_payout(request.actor, current)),
        "limits": [Money(minor, currency) for currency, minor in RULES.approval_limits_minor.items()],
        "runs": selectors.runs_for(actor=request.actor)[:5],
        "batches": selectors.batches_for(actor=request.actor)[:5],
    }
    return render(request, "desk/payouts/index.html", context, status=status)


@require_POST
def run(request: PageRequest) -> HttpResponse:
    """POST to pay everybody who is owed something; the same form twice is one run."""
    form = OnceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That form was out of date. Please try again."))
        return redirect("desk:payouts")
    try:
        made = services.run_payouts(actor=request.actor, at=now(), idempotency_key=form.cleaned_data["key"])
    except NothingOwed as error:
        messages.info(request, str(error.message))
        return redirect("desk:payouts")
    n = made.payouts.count()
    messages.success(request, ngettext("%(n)d payout made.", "%(n)d payouts made.", n) % {"n": n})
    if made.skipped:
        text = ngettext("%(n)d agent has no account yet.", "%(n)d agents have no account yet.", made.skipped)
        messages.warning(request, text % {"n": made.skipped})
    return redirect("desk:payouts")


@require_POST
def send(request: PageRequest) -> HttpResponse:
    """POST to hand every approved payout to the bank as one file."""
    require_finance(request.actor)
    batch = services.send_payouts(actor=request.actor, at=now())
    if batch is None:
        messages.info(request, _("No payout is waiting to be sent."))
    else:
        messages.success(request, _("The bank file is ready to download."))
    return redirect("desk:payouts")


@require_GET
def bank_file(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the bank's CSV of a batch; the same every time."""
    require_finance(request.actor)
    return csv_file(selectors.bank_file_of(public_id, actor=request.actor), f"tideline-{public_id}.csv")


@require_POST
def approve(request: PageRequest, public_id: str) -> HttpResponse:
    """POST a yes to a payout above the limit."""
    payout = _payout(request, public_id)
    try:
        payout = services.approve_payout(actor=request.actor, at=now(), payout=payout)
    except (Conflict, NotAllowed) as error:
        messages.error(request, str(error.message))
    else:
        done = payout.state == PayoutState.APPROVED
        messages.success(request, _("Approved.") if done else _("Noted. A second person has to approve it too."))
    return redirect("desk:payout", public_id=public_id)


@require_POST
def confirm(request: PageRequest, public_id: str) -> HttpResponse:
    """POST that the bank has paid."""
    try:
        services.confirm_payout(actor=request.actor, at=now(), payout=_payout(request, public_id))
    except (Conflict, NotAllowed) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Booked as paid."))
    return redirect("desk:payout", public_id=public_id)


@require_POST
def fail(request: PageRequest, public_id: str) -> HttpResponse:
    """POST that the bank or finance turned it down; the money is owed again."""
    form = FailPayoutForm(request.POST)
    payout = _payout(request, public_id)
    if not form.is_valid():
        return _show(request, public_id, form, status=422)
    try:
        services.fail_payout(actor=request.actor, at=now(), payout=payout, reason=form.cleaned_data["reason"])
    except (Conflict, NotAllowed) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The money is back with what is owed to the agent."))
    return redirect("desk:payout", public_id=public_id)


def _payout(request: PageRequest, public_id: str) -> Payout:
    require_finance(request.actor)
    return selectors.payout_by_public_id(public_id, actor=request.actor)
