"""A client's money: what is there, what is reserved, what was spent on what, and bringing more in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import now
from core.errors import Conflict, DomainError
from core.money import Money
from core.pages import add_errors, posted
from frontend import entries
from frontend.organisation import current_organisation
from frontend.requests import PageRequest
from pay import selectors, services
from pay.errors import BankReports
from pay.forms import DepositForm, PeriodForm
from pay.policies import can_deposit, require_deposit, require_see_spending
from pay.services.banks import may_be_played, payment_page, takes_deposits
from pay.states import TRANSFER

PAGE_SIZE = 25
CHART_DAYS = 28


def panel(request: PageRequest) -> dict[str, Any]:
    """The balance, for the home page."""
    actor = request.actor
    organisation = current_organisation(request)
    return {
        "balance": selectors.client_balance(actor=actor, organisation=organisation),
        "may_deposit": can_deposit(actor, organisation),
    }


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the balance, spending by programme and task over a period, and the latest movements."""
    organisation = current_organisation(request)
    require_see_spending(request.actor, organisation)
    form = PeriodForm(request.GET or None)
    period = _period(form, organisation.time_zone)
    days = selectors.days_of_spending(
        actor=request.actor,
        organisation=organisation,
        currency=organisation.currency,
        until=now().astimezone(ZoneInfo(organisation.time_zone)).date(),
        days=CHART_DAYS,
        time_zone=organisation.time_zone,
    )
    moved = selectors.client_entries(actor=request.actor, organisation=organisation)[:8]
    context = {
        "organisation": organisation,
        "balance": selectors.client_balance(actor=request.actor, organisation=organisation),
        "may_deposit": can_deposit(request.actor, organisation),
        "form": form,
        "spending": selectors.spending(actor=request.actor, organisation=organisation, **period),
        "days": days,
        "chart": entries.spending_chart(days, organisation.currency),
        "entries": _words(selectors.as_client_entries(moved)),
        "topic": f"money.{organisation.public_id}",
    }
    return render(request, "client/money/index.html", context)


def _period(form: PeriodForm, time_zone: str) -> dict[str, datetime]:
    """The days of the form as moments in the organisation's time zone, the last day included."""
    if not form.is_valid():
        return {}

    def start_of(day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone))

    found = {}
    if form.cleaned_data["since"]:
        found["since"] = start_of(form.cleaned_data["since"])
    if form.cleaned_data["until"]:
        found["until"] = start_of(form.cleaned_data["until"] + timedelta(days=1))
    return found


def _words(rows: list[selectors.ClientEntry]) -> list[tuple[selectors.ClientEntry, str]]:
    return [(row, entries.label(row.kind)) for row in rows]


@require_GET
def statement(request: PageRequest) -> HttpResponse:
    """GET every movement of the client's money, newest first."""
    organisation = current_organisation(request)
    require_see_spending(request.actor, organisation)
    rows = selectors.client_entries(actor=request.actor, organisation=organisation)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "organisation": organisation,
        "page": page,
        "entries": _words(selectors.as_client_entries(page.object_list)),
    }
    return render(request, "client/money/entries.html", context)


@require_GET
def entry(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one movement with both its sides."""
    organisation = current_organisation(request)
    found = selectors.client_entry(public_id, actor=request.actor, organisation=organisation)
    context = {"entry": found, "label": entries.label(found.kind), "organisation": organisation}
    return render(request, "client/money/entry.html", context)


@require_GET
def task(request: PageRequest, public_id: str) -> HttpResponse:
    """GET what one task cost, block by block."""
    organisation = current_organisation(request)
    require_see_spending(request.actor, organisation)
    found, rows = selectors.spending_of_task(public_id, actor=request.actor, organisation=organisation)
    context = {
        "task": found,
        "line": selectors.spending_line(found),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "client/money/task.html", context)


@require_http_methods(["GET", "POST"])
def deposit(request: PageRequest) -> HttpResponse:
    """GET the form; POST announces the deposit and goes on to the bank."""
    organisation = current_organisation(request)
    require_deposit(request.actor, organisation)
    form = DepositForm(posted(request), currency=organisation.currency)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.deposit(
                actor=request.actor,
                at=now(),
                organisation=organisation,
                amount=form.cleaned_data["amount"],
                idempotency_key=form.cleaned_data["key"],
            )
            return redirect(payment_page(deposit=row) or reverse("client:deposit", args=[row.public_id]))
        except DomainError as error:
            add_errors(form, error)
    rows = selectors.deposits_for(actor=request.actor, organisation=organisation)
    context: dict[str, Any] = {
        "form": form,
        "by_page": takes_deposits() is not None,
        "organisation": organisation,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "client/money/deposit.html", context, status=422 if form.errors else 200)


@require_GET
def bank(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one deposit; while it waits at the demonstration bank, the page where one plays that bank."""
    row = selectors.deposit_by_public_id(public_id, actor=request.actor)
    context = {
        "deposit": row,
        "zone": timezone.get_current_timezone_name(),
        "plays_bank": may_be_played(provider=row.provider),
        "can_call_off": row.provider != TRANSFER,
        "payment_page": payment_page(deposit=row),
    }
    return render(request, "client/money/bank.html", context)


@require_POST
def confirm(request: PageRequest, public_id: str) -> HttpResponse:
    """POST what the demonstration bank reports: the money came. Any number of times."""
    row = selectors.deposit_by_public_id(public_id, actor=request.actor)
    if row.provider == TRANSFER:
        raise BankReports
    services.confirm_deposit(
        actor=request.actor,
        at=now(),
        provider=row.provider,
        reference=row.reference,
        amount=Money(row.amount_minor, row.currency),
    )
    messages.success(request, _("The bank has confirmed your deposit."))
    return redirect("client:money")


@require_POST
def cancel(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to call a deposit off that has not come."""
    row = selectors.deposit_by_public_id(public_id, actor=request.actor)
    try:
        services.cancel_deposit(actor=request.actor, at=now(), deposit=row)
    except Conflict:  # It came in between.
        messages.info(request, _("The money had come already; it is booked."))
        return redirect("client:deposit", public_id=public_id)
    messages.info(request, _("The deposit is called off. Nothing was booked."))
    return redirect("client:deposit_new")
