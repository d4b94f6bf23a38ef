"""Client organisations, teams and the platform's agreements, as an operator keeps them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import policies, selectors, services
from accounts.forms import InviteForm, LegalTextForm, NewOrganisationForm, TeamForm
from accounts.states import AgreementKind, ClientRole, Currency, StaffRole
from core import clock
from core.pages import form_status, posted, submitted
from frontend.requests import PageRequest

PAGE_SIZE = 50


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET every organisation, searched, by pages."""
    rows = selectors.all_organisations(actor=request.actor, search=request.GET.get("q", "").strip()[:120])
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"organisations": page, "may_open": policies.can_staff(request.actor, StaffRole.OPERATOR)}
    return render(request, "desk/organisations/index.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """GET an empty form; POST makes the organisation and invites its first owner."""
    policies.require_staff(request.actor, StaffRole.OPERATOR)
    form = NewOrganisationForm(posted(request), initial={"currency": Currency.CNY, "time_zone": "Asia/Shanghai"})
    made: list[str] = []

    def create(data: dict[str, Any]) -> None:
        made.append(services.open_organisation(actor=request.actor, at=clock.now(), **data).public_id)

    if submitted(request, form, create):
        messages.success(request, _("The organisation is there; its first owner has been invited."))
        return redirect("desk:organisation", made[0])
    return render(request, "desk/organisations/new.html", {"form": form}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET members, invitations and programmes; POST invites somebody."""
    organisation = selectors.organisation_by_public_id(public_id, actor=request.actor)
    form = InviteForm(posted(request), initial={"role": ClientRole.OWNER})
    if submitted(
        request,
        form,
        lambda data: services.invite_member(actor=request.actor, organisation=organisation, at=clock.now(), **data),
    ):
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("desk:organisation", public_id)
    context = {
        "organisation": organisation,
        "form": form,
        "members": selectors.members_of(organisation, actor=request.actor),
        "invitations": selectors.invitations_of(organisation, actor=request.actor),
        "programmes": selectors.programmes_for(request.actor, organisation),
        "now": clock.now(),
    }
    return render(request, "desk/organisations/show.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def agreements(request: PageRequest) -> HttpResponse:
    """GET every version of the platform's agreements; POST publishes the next."""
    texts = selectors.published_texts(actor=request.actor)
    form = LegalTextForm(posted(request), kinds=[AgreementKind.AGREEMENT, AgreementKind.NDA])
    if submitted(
        request,
        form,
        lambda data: services.publish_legal_text(
            actor=request.actor, kind=data["kind"], texts=form.texts, at=clock.now()
        ),
    ):
        messages.success(request, _("Published. Whoever has not signed this version yet is asked to."))
        return redirect("desk:agreements")
    context = {"texts": texts, "form": form}
    return render(request, "desk/organisations/agreements.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def teams(request: PageRequest) -> HttpResponse:
    """GET the teams; POST makes one."""
    policies.require_staff(request.actor, StaffRole.OPERATOR)
    form = TeamForm(posted(request))
    if submitted(request, form, lambda data: services.create_team(actor=request.actor, at=clock.now(), **data)):
        messages.success(request, _("The team is there; agents can join it."))
        return redirect("desk:teams")
    context = {"teams": selectors.teams_for(request.actor), "form": form}
    return render(request, "desk/organisations/teams.html", context, status=form_status(form))
