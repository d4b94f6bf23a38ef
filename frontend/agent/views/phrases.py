"""An agent's own phrases: nobody else sees them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import require_onboarded
from accounts.selectors import own_agent
from accounts.states import ServiceLanguage
from core import clock
from core.pages import form_status, posted, submitted
from frontend.requests import PageRequest
from live import selectors, services
from live.forms import PhraseForm


@require_http_methods(["GET", "POST"])
def index(request: PageRequest) -> HttpResponse:
    """GET one's phrases; POST adds one."""
    require_onboarded(request.actor)
    form = PhraseForm(posted(request), languages=_languages(request))
    if submitted(request, form, lambda data: services.add_own_phrase(actor=request.actor, at=clock.now(), **data)):
        messages.success(request, _("Added. Type / in the workspace to find it."))
        return redirect("agent:phrases")
    context = {"phrases": selectors.own_phrases(request.actor), "form": form}
    return render(request, "agent/phrases/index.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one phrase; POST changes it."""
    require_onboarded(request.actor)
    phrase = selectors.own_phrase_by_public_id(public_id, actor=request.actor)
    initial = {"language": phrase.language, "shortcut": phrase.shortcut, "text": phrase.text}
    form = PhraseForm(
        posted(request), initial=initial, languages={**dict.fromkeys(_languages(request)), phrase.language: None}
    )
    if submitted(
        request,
        form,
        lambda data: services.change_phrase(actor=request.actor, phrase=phrase, at=clock.now(), **data),
    ):
        messages.success(request, _("Stored."))
        return redirect("agent:phrases")
    return render(request, "agent/phrases/edit.html", {"phrase": phrase, "form": form}, status=form_status(form))


@require_POST
def archive(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: take one's phrase out of use."""
    require_onboarded(request.actor)
    phrase = selectors.own_phrase_by_public_id(public_id, actor=request.actor)
    services.archive_phrase(actor=request.actor, phrase=phrase, at=clock.now())
    messages.success(request, _("Archived. /%(shortcut)s inserts nothing any more.") % {"shortcut": phrase.shortcut})
    return redirect("agent:phrases")


def _languages(request: PageRequest) -> list[str]:
    return list(own_agent(request.actor).languages) or list(ServiceLanguage.values)
