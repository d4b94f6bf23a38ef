"""One's own blocks: the week, check-in and check-out, the calendar address."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.clock import BLOCK, now
from core.errors import DomainError
from frontend.formats import clock, weekday
from frontend.requests import PageRequest
from tasks import selectors, services
from tasks.errors import NoLongerEligible
from tasks.logic.commitment import check_in_opens_at, is_free_release
from tasks.states import WORKED, ClaimState, Visibility

if TYPE_CHECKING:
    from tasks.models import Claim


@require_GET
def week(request: PageRequest) -> HttpResponse:
    """GET the blocks of one week, Monday first; `?week=2026-11-09` chooses it."""
    at = now()
    monday = _monday(request.GET.get("week", ""), timezone.localtime(at).date())
    zone = timezone.get_current_timezone()
    begin = datetime.combine(monday, time(0), zone)
    end = datetime.combine(monday + timedelta(days=7), time(0), zone)
    claims = selectors.claims_between(request.actor, begin, end)
    week_days = [monday + timedelta(days=n) for n in range(7)]
    days: list[dict[str, Any]] = [{"day": day, "label": weekday(day), "claims": []} for day in week_days]
    for claim in claims:
        place = (timezone.localtime(claim.starts_at).date() - monday).days
        days[max(0, place)]["claims"].append(_shown(claim, at))
    kept = selectors.adherence([request.actor.agent_id or 0], at)[request.actor.agent_id or 0]
    context = {
        "days": days,
        "today": timezone.localtime(at).date(),
        "monday": monday,
        "previous": monday - timedelta(days=7),
        "following": monday + timedelta(days=7),
        "seconds": BLOCK.seconds * sum(c.state in (ClaimState.COMMITTED, *WORKED) for c in claims),
        "adherence": kept,
        "count": len(claims),
        "has_feed": selectors.has_feed(request.actor),
        "feed_url": request.session.pop("calendar_feed", ""),
    }
    return render(request, "agent/calendar/week.html", context)


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10])
        day = day if date(2020, 1, 8) < day < date(2100, 1, 1) else today
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


def _shown(claim: Claim, at: datetime) -> dict[str, Any]:
    coming = claim.state == ClaimState.COMMITTED and claim.ends_at > at
    return {
        "claim": claim,
        "can_release": coming and at < claim.starts_at,
        "is_free": is_free_release(committed_at=claim.committed_at, starts_at=claim.starts_at, at=at),
        **attendance(claim, at),
    }


def attendance(claim: Claim, at: datetime) -> dict[str, Any]:
    """Which block it is, in words, and what can be done about being there now."""
    coming = claim.state == ClaimState.COMMITTED and claim.ends_at > at
    return {
        "which": f"{weekday(claim.starts_at)} {clock(claim.starts_at)}–{clock(claim.ends_at)}",
        "opens_at": check_in_opens_at(claim.starts_at),
        "can_check_in": coming and claim.checked_in_at is None and at >= check_in_opens_at(claim.starts_at),
        "is_in": coming and claim.checked_in_at is not None and claim.checked_out_at is None,
        "has_started": at >= claim.starts_at,
    }


@require_POST
def check_in(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to be at work; goes on to the workspace where there is one."""
    claim = selectors.own_claim(public_id, actor=request.actor)
    try:
        services.check_in(actor=request.actor, at=now(), claim=claim)
        messages.success(request, _("You are checked in. Press “Take conversations” when you are ready."))
    except NoLongerEligible as error:
        missing = selectors.explain_claim(claim, now()).missing
        named = "; ".join(selectors.words().describe(result.predicate) for result in missing)
        messages.error(request, f"{error.message} {_('Missing: %(what)s.') % {'what': named}}")
        if error.detail["counts"] and claim.task.visibility != Visibility.HIDDEN:
            return redirect("agent:task", public_id=claim.task.public_id)  # each thing missing, with the way to it
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(_back(request))


@require_POST
def check_out(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to leave for good."""
    claim = selectors.own_claim(public_id, actor=request.actor)
    try:
        services.check_out(actor=request.actor, at=now(), claim=claim)
        messages.success(request, _("You are checked out. What you served is counted."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(_back(request))


def _back(request: PageRequest) -> str:
    return reverse("agent:blocks") if request.POST.get("next") == "calendar" else reverse("agent:home")


@require_POST
def renew_feed(request: PageRequest) -> HttpResponse:
    """POST for a new calendar address; it is shown once."""
    token = services.renew_calendar_feed(actor=request.actor, at=now())
    request.session["calendar_feed"] = request.build_absolute_uri(reverse("public:calendar_feed", args=[token]))
    messages.success(request, _("Your calendar address is ready. The one before has stopped working."))
    return redirect("agent:blocks")


@require_POST
def close_feed(request: PageRequest) -> HttpResponse:
    """POST to take the calendar address away."""
    services.close_calendar_feed(actor=request.actor, at=now())
    messages.success(request, _("Your calendar address has stopped working."))
    return redirect("agent:blocks")


# -- Panels of Today -----------------------------------------------------------------------------


def next_block(request: PageRequest) -> dict[str, Any] | None:
    """The block one is in or goes to next, with its countdown and check-in."""
    actor = request.actor
    if not actor.is_onboarded or actor.is_suspended:
        return None
    at = now()
    claim = selectors.next_claim(actor, at=at)
    if claim is None:
        return {"claim": None}
    after = selectors.following_claim(claim, actor=actor)
    follows = None if after is None else {"claim": after, **attendance(after, at)}
    return {"claim": claim, "now": at, "follows": follows, **attendance(claim, at)}
