"""Who takes over when an agent of a programme hands a customer to an expert."""

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
from live.forms import ExpertsForm
from tasks.selectors import words


@require_http_methods(["GET", "POST"])
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET who the programme's experts are; POST changes it (owners and managers)."""
    programme = programme_by_public_id(public_id, actor=request.actor)
    policies.require_client(request.actor, programme.organisation, *policies.CLIENT_EDITORS)
    current = selectors.experts_of(programme.pk)
    skills = sorted(words().labels["skill"].items(), key=lambda pair: pair[1])
    form = ExpertsForm(posted(request), initial=vars(current), skills=skills)
    if submitted(
        request,
        form,
        lambda data: services.set_experts(actor=request.actor, programme=programme, at=clock.now(), **data),
    ):
        messages.success(request, _("Stored. It holds from the next hand-over on."))
        return redirect("client:programme", public_id)
    context = {
        "organisation": current_organisation(request),
        "tab": "programmes",
        "programme": programme,
        "form": form,
    }
    return render(request, "client/settings/experts.html", context, status=form_status(form))
