"""One's own settings, whatever one is here: name, language, appearance, data, the end of the account."""

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods

from accounts import selectors, services
from accounts.forms import EraseForm, PersonalSettingsForm
from core import clock
from core.pages import form_status, posted, remember_preferences, submitted
from frontend.requests import PageRequest
from pay.selectors import erasure_waits_for


@require_http_methods(["GET", "POST"])
def settings(request: PageRequest) -> HttpResponse:
    """GET the settings; POST stores them, and this device follows at once."""
    names = ("display_name", "language", "time_zone", "theme")
    form = PersonalSettingsForm(posted(request), initial={name: getattr(request.user, name) for name in names})
    if submitted(
        request,
        form,
        lambda data: services.update_personal_settings(actor=request.actor, at=clock.now(), **data),
    ):
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are stored."))
        response = redirect("public:settings")
        remember_preferences(response, language=form.cleaned_data["language"], scheme=form.cleaned_data["theme"])
        return response
    return render(request, "public/me/settings.html", {"form": form}, status=form_status(form))


@require_GET
def data(request: PageRequest) -> HttpResponse:
    """GET what the file of everything about oneself holds, and the way to it."""
    return render(request, "public/me/data.html", {"sections": selectors.export_sections()})


@require_GET
def export(request: PageRequest) -> HttpResponse:
    """GET everything the platform holds about oneself, as a JSON file."""
    text = json.dumps(selectors.own_data(actor=request.actor, at=clock.now()), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tideline-my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def erase(request: PageRequest) -> HttpResponse:
    """GET says what goes, what stays and what it has to wait for; POST with one's address erases and logs out."""
    form = EraseForm(posted(request), expected=request.user.email)
    if submitted(
        request,
        form,
        lambda data: services.erase_person(actor=request.actor, user=request.user, at=clock.now()),
    ):
        logout(request)
        messages.success(request, _("Your account is closed and your name is gone. Thank you for your time with us."))
        return redirect("public:home")
    agent_id = request.actor.agent_id
    waits = erasure_waits_for(actor=request.actor, agent_id=agent_id) if agent_id else None
    return render(request, "public/me/erase.html", {"form": form, "waits": waits}, status=form_status(form))
