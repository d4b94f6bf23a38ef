"""A client's settings: organisation, members, programmes, API keys, confidentiality agreement."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, selectors, services
from accounts.errors import KeyAlreadyMade
from accounts.forms import ApiKeyForm, InviteForm, LegalTextForm, OrganisationForm, ProgrammeForm, RoleForm
from accounts.states import AgreementKind, ClientRole
from core import clock
from core.pages import cleaned, form_status, posted, submitted
from frontend.organisation import current_organisation, own_programme
from frontend.requests import PageRequest


def _base(request: PageRequest) -> dict[str, Any]:
    """The organisation and what the person may do here; strangers to the settings stay outside."""
    organisation = current_organisation(request)
    policies.require_client(request.actor, organisation, *policies.CLIENT_EDITORS)
    return {
        "organisation": organisation,
        "is_owner": policies.can_client(request.actor, organisation, ClientRole.OWNER),
        "tab": request.resolver_match.url_name,
    }


@require_http_methods(["GET", "POST"])
def organisation(request: PageRequest) -> HttpResponse:
    """GET name, alias and time zone; POST stores them (owners)."""
    base = _base(request)
    row = base["organisation"]
    names = ("name", "alias", "hides_name", "industry", "time_zone")
    form = OrganisationForm(posted(request), initial={name: getattr(row, name) for name in names})
    if submitted(
        request,
        form,
        lambda data: services.update_organisation(actor=request.actor, organisation=row, at=clock.now(), **data),
    ):
        messages.success(request, _("Stored."))
        return redirect("client:settings")
    return render(request, "client/settings/organisation.html", {**base, "form": form}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def members(request: PageRequest) -> HttpResponse:
    """GET members and open invitations; POST invites somebody (owners)."""
    base = _base(request)
    row = base["organisation"]
    form = InviteForm(posted(request))
    if submitted(
        request,
        form,
        lambda data: services.invite_member(actor=request.actor, organisation=row, at=clock.now(), **data),
    ):
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("client:members")
    context = {
        **base,
        "form": form,
        "members": selectors.members_of(row, actor=request.actor),
        "invitations": selectors.invitations_of(row, actor=request.actor),
        "roles": ClientRole.choices,
        "now": clock.now(),
    }
    return render(request, "client/settings/members.html", context, status=form_status(form))


@require_POST
def member_role(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: another role for a member."""
    membership = selectors.membership_of(current_organisation(request), public_id, actor=request.actor)
    role = ClientRole(cleaned(RoleForm(request.POST))["role"])
    services.change_member_role(actor=request.actor, membership=membership, role=role, at=clock.now())
    messages.success(request, _("The role is changed."))
    return redirect("client:members")


@require_POST
def member_remove(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: end a membership."""
    membership = selectors.membership_of(current_organisation(request), public_id, actor=request.actor)
    services.remove_member(actor=request.actor, membership=membership, at=clock.now())
    messages.success(request, _("The membership has ended."))
    return redirect("public:landing" if membership.user_id == request.actor.user_id else "client:members")


@require_POST
def invitation_revoke(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: make an open invitation useless."""
    row = selectors.invitation_of(current_organisation(request), public_id, actor=request.actor)
    services.revoke_invitation(actor=request.actor, invitation=row, at=clock.now())
    messages.success(request, _("The invitation is revoked."))
    return redirect("client:members")


@require_GET
def programmes(request: PageRequest) -> HttpResponse:
    """GET the programmes."""
    base = _base(request)
    rows = selectors.programmes_for(request.actor, base["organisation"])
    return render(request, "client/settings/programmes.html", {**base, "programmes": rows})


@require_http_methods(["GET", "POST"])
def programme_new(request: PageRequest) -> HttpResponse:
    """GET an empty programme; POST opens it."""
    base = _base(request)
    row = base["organisation"]
    initial = {"time_zone": row.time_zone, "industry": row.industry, "languages": [request.user.language]}
    form = ProgrammeForm(posted(request), initial=initial)
    made: list[str] = []
    if submitted(
        request,
        form,
        lambda data: made.append(
            services.create_programme(actor=request.actor, organisation=row, at=clock.now(), **data).public_id
        ),
    ):
        messages.success(request, _("The programme is open. Put its tag on your pages to let customers in."))
        return redirect("client:programme", made[0])
    return render(request, "client/settings/programme.html", {**base, "form": form}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def programme(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a programme with its embed tag; POST changes it."""
    row = own_programme(request, public_id)
    names = ("name", "industry", "languages", "time_zone", "greeting", "colour")
    initial = {name: getattr(row, name) for name in names}
    initial["allowed_origins"] = "\n".join(row.allowed_origins)
    form = ProgrammeForm(posted(request), initial=initial)
    if submitted(
        request,
        form,
        lambda data: services.update_programme(actor=request.actor, programme=row, at=clock.now(), **data),
    ):
        messages.success(request, _("Stored."))
        return redirect("client:programme", public_id)
    tag = f'<script src="{site.BASE_URL}/static/widget.js" data-site-key="{row.site_key}" async></script>'
    context = {"organisation": row.organisation, "tab": "programmes", "form": form, "programme": row, "tag": tag}
    return render(request, "client/settings/programme.html", context, status=form_status(form))


@never_cache
@require_http_methods(["GET", "POST"])
def keys(request: PageRequest) -> HttpResponse:
    """GET the API keys; POST makes one and shows its secret this once; the same form again makes nothing."""
    base = _base(request)
    row = base["organisation"]
    policies.require_mfa(request.actor)
    form = ApiKeyForm(posted(request))
    secrets: list[str] = []

    def make(data: dict[str, Any]) -> None:
        try:
            secrets.append(services.create_api_key(actor=request.actor, organisation=row, at=clock.now(), **data)[1])
        except KeyAlreadyMade as error:
            messages.warning(request, str(error.message))

    if submitted(request, form, make):
        form = ApiKeyForm()
    found = selectors.api_keys_of(row, actor=request.actor)
    context = {**base, "form": form, "keys": found, "secret": secrets[0] if secrets else ""}
    return render(request, "client/settings/keys.html", context, status=form_status(form))


@require_POST
def key_revoke(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: make a key useless at once."""
    row = selectors.api_key_of(current_organisation(request), public_id, actor=request.actor)
    services.revoke_api_key(actor=request.actor, key=row, at=clock.now())
    messages.success(request, _("The key is revoked. Programs that use it are refused from now on."))
    return redirect("client:keys")


@require_http_methods(["GET", "POST"])
def agreements(request: PageRequest) -> HttpResponse:
    """GET the versions of one's confidentiality agreement; POST publishes the next (owners)."""
    base = _base(request)
    row = base["organisation"]
    form = LegalTextForm(posted(request), kinds=[AgreementKind.CLIENT_NDA])
    if submitted(
        request,
        form,
        lambda data: services.publish_legal_text(
            actor=request.actor, kind=AgreementKind.CLIENT_NDA, texts=form.texts, organisation=row, at=clock.now()
        ),
    ):
        messages.success(request, _("Published. Agents are asked to sign this version from now on."))
        return redirect("client:agreements")
    texts = selectors.published_texts(actor=request.actor, organisation=row)
    context = {**base, "form": form, "texts": texts}
    return render(request, "client/settings/agreements.html", context, status=form_status(form))
