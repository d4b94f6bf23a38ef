"""Earnings: what I worked for, what is owed to me, and how each line came about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.policies import require_agent
from accounts.selectors import own_agent
from core.clock import now
from core.errors import Invalid
from frontend import entries
from frontend.requests import PageRequest
from pay import selectors
from pay.forms import EarningFilterForm, RecomputeForm
from pay.logic.curves import FEWEST_SAMPLES, QUALITY_CURVE, SATISFACTION_CURVE, WINDOW
from quality.selectors import waiting_escalations

PAGE_SIZE = 20
CHART_DAYS = 28


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the chart, what is owed and in review, and the list with its filters."""
    require_agent(request.actor)
    agent = own_agent(request.actor)
    programmes = selectors.programmes_earned_in(actor=request.actor, agent_id=agent.pk)
    form = EarningFilterForm(request.GET or None, programmes=programmes)
    rows = selectors.earnings_for(actor=request.actor, agent=agent, **_chosen(form, agent.user.time_zone))
    owed = selectors.owed_to(actor=request.actor, agent_id=agent.pk)
    context = {
        "agent": agent,
        "form": form,
        "owed": [(row, _chart(request, agent.pk, row.currency)) for row in owed],
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "topic": f"earnings.{agent.public_id}",
    }
    return render(request, "agent/earnings/index.html", context)


def _chosen(form: EarningFilterForm, time_zone: str) -> dict[str, Any]:
    """The filters as the selector takes them; a month in the agent's own time zone."""
    if not form.is_valid():
        return {}
    chosen = {"group": form.cleaned_data["group"], "programme": form.cleaned_data["programme"]}
    month = form.cleaned_data["month"]
    if month is None:
        return chosen
    zone = ZoneInfo(time_zone)
    after = (month + timedelta(days=32)).replace(day=1)
    start, end = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (month, after))
    return {**chosen, "since": start, "until": end}


def _chart(request: PageRequest, agent_id: int, currency: str) -> dict[str, Any]:
    days = selectors.days_of_earnings(
        actor=request.actor,
        agent_id=agent_id,
        currency=currency,
        until=timezone.localtime(now()).date(),
        days=CHART_DAYS,
        time_zone=str(timezone.get_current_timezone()),
    )
    return {"currency": currency, "days": days, "option": entries.earnings_chart(days, currency)}


@require_GET
def detail(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one earning opened down to its inputs, with the form to compute it again."""
    require_agent(request.actor)
    found = selectors.earning_detail(public_id, actor=request.actor)
    inputs = found.current.price.inputs
    context = {
        "detail": found,
        "earning": found.earning,
        "price": found.current.price,
        "form": RecomputeForm(
            initial={"minutes": inputs.minutes, "units": inputs.units, "escalations": inputs.escalations}
        ),
        "undecided": waiting_escalations(found.earning.claim_id),
        "few": FEWEST_SAMPLES,
        "window": WINDOW,
        "quality_curve": QUALITY_CURVE,
        "satisfaction_curve": SATISFACTION_CURVE,
    }
    return render(request, "agent/earnings/detail.html", context)


@require_GET
def recompute(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the steps of the formula for the numbers typed; the server computes what the page shows."""
    require_agent(request.actor)
    earning = selectors.earning_by_public_id(public_id, actor=request.actor)
    form = RecomputeForm(request.GET)
    context: dict[str, Any] = {"earning": earning, "form": form}
    if form.is_valid():
        try:
            context["price"] = selectors.recompute(public_id, actor=request.actor, changes=form.cleaned_data)
        except Invalid as error:
            form.add_error(None, str(error.message))
    status = 200 if "price" in context else 422
    template = "agent/earnings/steps.html" if request.htmx else "agent/earnings/recomputed.html"
    return render(request, template, context, status=status)
