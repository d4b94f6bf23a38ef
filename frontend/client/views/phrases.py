"""What agents of a programme have at hand, written by the client's owners and managers: phrases and a guide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services as accounts
from accounts.forms import GuideForm
from core import clock
from core.pages import form_status, posted, submitted
from frontend.organisation import own_programme
from frontend.requests import PageRequest
from live import selectors, services
from live.forms import PhraseForm

if TYPE_CHECKING:
    from accounts.models import Programme


@require_http_methods(["GET", "POST"])
def index(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a programme's phrases; POST adds one."""
    programme = own_programme(request, public_id)
    form = PhraseForm(posted(request), languages=programme.languages)
    if submitted(
        request,
        form,
        lambda data: services.add_programme_phrase(actor=request.actor, programme=programme, at=clock.now(), **data),
    ):
        messages.success(request, _("Added. Agents find it from their next conversation on."))
        return redirect("client:phrases", public_id)
    phrases = selectors.phrases_of_programme(programme, actor=request.actor)
    context = {**_base(programme), "phrases": phrases, "form": form}
    return render(request, "client/settings/phrases.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one phrase; POST changes it."""
    phrase, programme = selectors.programme_phrase_by_public_id(public_id, actor=request.actor)
    initial = {"language": phrase.language, "shortcut": phrase.shortcut, "text": phrase.text}
    form = PhraseForm(posted(request), initial=initial, languages=programme.languages)
    if submitted(
        request,
        form,
        lambda data: services.change_phrase(actor=request.actor, phrase=phrase, at=clock.now(), **data),
    ):
        messages.success(request, _("Stored."))
        return redirect("client:phrases", programme.public_id)
    context = {**_base(programme), "phrase": phrase, "form": form}
    return render(request, "client/settings/phrase.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def guide(request: PageRequest, public_id: str) -> HttpResponse:
    """GET what agents of a programme read beside each conversation; POST stores it."""
    programme = own_programme(request, public_id)
    form = GuideForm(posted(request), initial={"guide": programme.guide})
    if submitted(
        request,
        form,
        lambda data: accounts.write_guide(actor=request.actor, programme=programme, at=clock.now(), **data),
    ):
        messages.success(request, _("Stored. Agents read it beside their next conversation."))
        return redirect("client:guide", public_id)
    context = {**_base(programme), "form": form}
    return render(request, "client/settings/guide.html", context, status=form_status(form))


@require_POST
def archive(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: take a phrase out of use."""
    phrase, programme = selectors.programme_phrase_by_public_id(public_id, actor=request.actor)
    services.archive_phrase(actor=request.actor, phrase=phrase, at=clock.now())
    messages.success(request, _("Archived. /%(shortcut)s inserts nothing any more.") % {"shortcut": phrase.shortcut})
    return redirect("client:phrases", programme.public_id)


def _base(programme: Programme) -> dict[str, Any]:
    return {"organisation": programme.organisation, "tab": "programmes", "programme": programme}
