"""What a client sets for a programme's live floor: its pace, and who takes over from an agent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.pages import form_status, posted, submitted
from frontend.organisation import own_programme
from frontend.requests import PageRequest
from live import selectors, services
from live.forms import ExpertsForm, ServiceNumbersForm
from quality.selectors import time_limits
from quality.states import Rule
from tasks.selectors import words

if TYPE_CHECKING:
    from accounts.models import Programme


@require_http_methods(["GET", "POST"])
def pace(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the programme's numbers of service; POST changes them (owners and managers)."""
    programme = own_programme(request, public_id)
    return _page(
        request,
        programme,
        ServiceNumbersForm(posted(request), initial=selectors.service_numbers(programme.pk)),
        lambda data: services.set_service_numbers(
            actor=request.actor, programme=programme, numbers=data, at=clock.now()
        ),
        title=_("Pace of %(name)s") % {"name": programme.name},
        icon="clock",
        lead=_(
            "These times run beside every conversation and agents see them. An offer that is not accepted goes to the "
            "next agent; a reply that is late is marked; what is not wrapped up in time is closed."
        ),
        done=_("Stored. It holds from now on; times that already run stay."),
        stricter=_stricter(programme),
    )


@require_http_methods(["GET", "POST"])
def experts(request: PageRequest, public_id: str) -> HttpResponse:
    """GET who the programme's experts are; POST changes it (owners and managers)."""
    programme = own_programme(request, public_id)
    skills = sorted(words().labels["skill"].items(), key=lambda pair: pair[1])
    return _page(
        request,
        programme,
        ExpertsForm(posted(request), initial=vars(selectors.experts_of(programme.pk)), skills=skills),
        lambda data: services.set_experts(actor=request.actor, programme=programme, at=clock.now(), **data),
        title=_("Experts of %(name)s") % {"name": programme.name},
        icon="users",
        lead=_(
            "When an agent hands a customer on, these agents are asked first, and never the one who handed it on while "
            "another is there."
        ),
        done=_("Stored. It holds from the next hand-over on."),
    )


def _stricter(programme: Programme) -> Sequence[str]:
    """Where smart QA takes points for what is in time by the programme's pace."""
    numbers, limits = selectors.programme_rules(programme.pk), time_limits(programme)
    texts = (
        (
            Rule.FIRST_RESPONSE,
            numbers.first_reply_seconds,
            _("First reply: the pace gives %(due)d seconds, but smart QA takes points after %(limit)d."),
        ),
        (
            Rule.REPLY_GAP,
            numbers.reply_seconds,
            _("Further replies: the pace gives %(due)d seconds, but smart QA takes points after %(limit)d."),
        ),
    )
    return [text % {"due": due, "limit": limits[rule]} for rule, due, text in texts if limits.get(rule, due) < due]


def _page(
    request: PageRequest,
    programme: Programme,
    form: Form,
    change: Callable[[dict[str, Any]], object],
    *,
    done: str,
    **words: Any,
) -> HttpResponse:
    """A page with one form, which stays where it is when what was typed is stored."""
    if submitted(request, form, change):
        messages.success(request, done)
        return redirect(request.path)
    context = {"organisation": programme.organisation, "tab": "programmes", "programme": programme, "form": form}
    return render(request, "client/settings/programme_rules.html", {**context, **words}, status=form_status(form))
