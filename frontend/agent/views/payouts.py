"""Payouts and statements of an agent: ask for money, follow it, print what was earned."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import require_agent
from accounts.selectors import own_agent
from core.clock import now
from core.errors import Conflict, NotFound
from frontend.files import csv_file
from frontend.requests import PageRequest
from pay import selectors, services
from pay.forms import PayoutAccountForm, PayoutRequestForm

PAGE_SIZE = 20


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET what can be paid out, where it goes, and every payout so far."""
    return _index(request, PayoutAccountForm())


def _index(request: PageRequest, form: PayoutAccountForm, status: int = 200) -> HttpResponse:
    require_agent(request.actor)
    agent = own_agent(request.actor)
    owed = [row for row in selectors.owed_to(actor=request.actor, agent_id=agent.pk) if row.owed]
    rows = selectors.payouts_for(actor=request.actor).filter(agent=agent)
    context = {
        "agent": agent,
        "asks": [(row, PayoutRequestForm(initial={"currency": row.currency})) for row in owed],
        "account": selectors.payout_account(actor=request.actor, agent_id=agent.pk),
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "topic": f"earnings.{agent.public_id}",
    }
    return render(request, "agent/payouts/index.html", context, status=status)


@require_POST
def ask(request: PageRequest) -> HttpResponse:
    """POST to be paid what is owed; the same form twice is one payout."""
    require_agent(request.actor)
    form = PayoutRequestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That form was out of date. Please try again."))
        return redirect("agent:payouts")
    try:
        payout = services.request_payout(
            actor=request.actor,
            at=now(),
            agent=own_agent(request.actor),
            idempotency_key=form.cleaned_data["key"],
            currency=form.cleaned_data["currency"],
        )
    except Conflict as error:
        messages.error(request, str(error.message))
        return redirect("agent:payouts")
    messages.success(request, _("Your payout is on its way."))
    return redirect("agent:payout", public_id=payout.public_id)


@require_POST
def account(request: PageRequest) -> HttpResponse:
    """POST where the money should go from now on."""
    require_agent(request.actor)
    form = PayoutAccountForm(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    services.set_payout_account(actor=request.actor, at=now(), agent=own_agent(request.actor), **form.cleaned_data)
    messages.success(request, _("Your account is saved. The next payout goes there."))
    return redirect("agent:payouts")


@require_GET
def detail(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one payout with its lines."""
    require_agent(request.actor)
    payout = selectors.payout_by_public_id(public_id, actor=request.actor)
    return render(request, "agent/payouts/detail.html", {"payout": payout, "lines": payout.lines.all()})


@require_GET
def statements(request: PageRequest) -> HttpResponse:
    """GET the months there are statements of."""
    require_agent(request.actor)
    months = selectors.months_with_statements(actor=request.actor, agent=own_agent(request.actor))
    return render(request, "agent/payouts/statements.html", {"months": months})


@require_GET
def statement(request: PageRequest, year: int, month: int, currency: str) -> HttpResponse:
    """GET one month's statement, made to be read and printed."""
    found = _statement(request, year, month, currency)
    context = {"statement": found, "is_open": now() < found.ends_at, "agent": own_agent(request.actor)}
    return render(request, "agent/payouts/statement.html", context)


@require_GET
def statement_file(request: PageRequest, year: int, month: int, currency: str) -> HttpResponse:
    """GET the same as CSV."""
    text = selectors.statement_file(_statement(request, year, month, currency))
    return csv_file(text, f"tideline-{year}-{month:02d}-{currency}.csv")


def _statement(request: PageRequest, year: int, month: int, currency: str) -> Any:
    require_agent(request.actor)
    if not 1 <= month <= 12 or not 2000 <= year <= 2999:
        raise NotFound
    return selectors.statement(
        actor=request.actor, agent=own_agent(request.actor), month=date(year, month, 1), currency=currency
    )
