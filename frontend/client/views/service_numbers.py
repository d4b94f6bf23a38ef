"""How fast a programme's customers are served, and how many at once by one agent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import policies
from accounts.selectors import programme_by_public_id
from core import clock
from core.pages import form_status, posted, submitted
from frontend.organisation import current_organisation
from frontend.requests import PageRequest
from live import selectors, services
from live.forms import ServiceNumbersForm


@require_http_methods(["GET", "POST"])
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the programme's numbers of service; POST changes them (owners and managers)."""
    programme = programme_by_public_id(public_id, actor=request.actor)
    policies.require_client(request.actor, programme.organisation, *policies.CLIENT_EDITORS)
    form = ServiceNumbersForm(posted(request), initial=selectors.service_numbers(programme.pk))
    if submitted(
        request,
        form,
        lambda data: services.set_service_numbers(
            actor=request.actor, programme=programme, numbers=data, at=clock.now()
        ),
    ):
        messages.success(request, _("Stored. It holds from now on; times that already run stay."))
        return redirect("client:programme", public_id)
    context = {
        "organisation": current_organisation(request),
        "tab": "programmes",
        "programme": programme,
        "form": form,
    }
    return render(request, "client/settings/service_numbers.html", context, status=form_status(form))
