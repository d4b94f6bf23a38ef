"""The way onto the platform: the checklist and each of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import selectors, services
from accounts.forms import AgreementForm, DocumentForm, EquipmentForm, IdentityForm, ProfileForm
from accounts.services.agents import MAX_ROUND_TRIP_MS
from accounts.states import DocumentKind, DocumentSide, IdentityState
from core import clock
from core.addresses import client_address
from core.pages import form_status, posted, submitted
from frontend.requests import PageRequest

if TYPE_CHECKING:
    from accounts.models import AgentProfile


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the checklist: what is done, what is next, and why each step is asked for."""
    agent = selectors.own_agent(request.actor)
    steps = selectors.onboarding_checklist(agent, actor=request.actor)
    upcoming = next((step for step in steps if step.is_open), None)
    done = sum(step.is_done for step in steps)
    return render(
        request,
        "agent/onboarding/index.html",
        {"agent": agent, "steps": steps, "upcoming": upcoming, "done": done, "all": len(steps)},
    )


@require_http_methods(["GET", "POST"])
def profile(request: PageRequest) -> HttpResponse:
    """GET the profile; POST stores it and goes on where one came from: the checklist, or Me once it is done."""
    agent = selectors.own_agent(request.actor)
    was_onboarded = agent.onboarded_at is not None
    # Until then it holds the real name, which customers are not meant to see.
    nickname = agent.nickname if agent.profile_completed_at else ""
    initial = {"nickname": nickname, "languages": agent.languages, "region": agent.region}
    form = ProfileForm(posted(request), initial=initial, availability=agent.availability)
    if submitted(
        request,
        form,
        lambda data: services.complete_profile(actor=request.actor, agent=agent, at=clock.now(), **data),
    ):
        messages.success(request, _("Your profile is stored."))
        return redirect("agent:me" if was_onboarded else "agent:onboarding")
    return render(request, "agent/onboarding/profile.html", {"form": form}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def identity(request: PageRequest) -> HttpResponse:
    """GET the identity check with its pictures; POST hands it to the certifiers."""
    agent = selectors.own_agent(request.actor)
    check = selectors.identity_check_for(actor=request.actor)
    initial = {"legal_name": check.legal_name, "document_kind": check.document_kind or DocumentKind.ID_CARD}
    form = IdentityForm(posted(request), initial=initial)
    if submitted(
        request,
        form,
        lambda data: services.submit_identity(actor=request.actor, agent=agent, at=clock.now(), **data),
    ):
        messages.success(request, _("Sent. A certifier looks at it, usually within a day."))
        return redirect("agent:onboarding")
    return _identity_page(request, agent, form)


@require_POST
def upload(request: PageRequest) -> HttpResponse:
    """POST one picture; it takes the place of an earlier one of the same side."""
    agent = selectors.own_agent(request.actor)
    form = DocumentForm(request.POST, request.FILES)
    if submitted(
        request,
        form,
        lambda data: services.upload_identity_document(actor=request.actor, agent=agent, at=clock.now(), **data),
    ):
        messages.success(request, _("The picture is stored."))
        return redirect("agent:onboarding_identity")
    check = selectors.identity_check_for(actor=request.actor)
    initial = {"legal_name": check.legal_name, "document_kind": check.document_kind or DocumentKind.ID_CARD}
    return _identity_page(request, agent, IdentityForm(initial=initial), form)


def _identity_page(
    request: PageRequest, agent: AgentProfile, form: IdentityForm, refused: DocumentForm | None = None
) -> HttpResponse:
    check = selectors.identity_check_for(actor=request.actor)
    stored = {document.side: document for document in check.documents.all()} if check.pk else {}
    pictures = [
        {
            "side": side,
            "document": stored.get(side),
            "form": refused
            if refused is not None and refused.data.get("side") == side
            else DocumentForm(initial={"side": side}, auto_id=f"id_{side}_%s"),
        }
        for side in DocumentSide
    ]
    context = {
        "agent": agent,
        "check": check,
        "form": form,
        "pictures": pictures,
        "refused": refused,
        "is_open": check.state in {IdentityState.DRAFT, IdentityState.REJECTED},
    }
    forms = [form] if refused is None else [form, refused]
    return render(request, "agent/onboarding/identity.html", context, status=form_status(*forms))


@require_GET
def agreements(request: PageRequest) -> HttpResponse:
    """GET the agreements with what is signed of each."""
    return render(request, "agent/onboarding/agreements.html", {"texts": _texts(request)})


@require_http_methods(["GET", "POST"])
def agreement(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one text to read; POST agrees to exactly this text."""
    text = selectors.legal_text_by_public_id(public_id, actor=request.actor)
    signed = selectors.consented(text, actor=request.actor)
    form = AgreementForm(posted(request))
    if submitted(
        request,
        form,
        lambda data: services.consent(
            actor=request.actor, user=request.user, text=text, ip=client_address(request) or None, at=clock.now()
        ),
    ):
        messages.success(request, _("Thank you. Your consent is stored."))
        waiting = [one for one in _texts(request) if not one.is_signed]
        return redirect("agent:onboarding_agreements" if waiting else "agent:onboarding")
    context = {"text": text, "form": form, "signed": signed}
    return render(request, "agent/onboarding/agreement.html", context, status=form_status(form))


def _texts(request: PageRequest) -> list[selectors.TextToSign]:
    return selectors.texts_to_sign(actor=request.actor)


@require_http_methods(["GET", "POST"])
def equipment(request: PageRequest) -> HttpResponse:
    """GET the check, which the browser runs; POST stores what it found."""
    agent = selectors.own_agent(request.actor)
    form = EquipmentForm(posted(request))
    if submitted(
        request,
        form,
        lambda data: services.record_equipment_check(actor=request.actor, agent=agent, at=clock.now(), **data),
    ):
        messages.success(request, _("Your equipment is ready."))
        return redirect("agent:onboarding")
    context = {"agent": agent, "form": form, "limit": MAX_ROUND_TRIP_MS}
    return render(request, "agent/onboarding/equipment.html", context, status=form_status(form))
