"""Between log-in and one's area: what one came for, invitations, and setting up a second factor."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import selectors, services
from accounts.errors import InvitationForAnother
from accounts.forms import StartForm
from core import clock
from core.pages import form_status, posted, submitted
from frontend.requests import SiteRequest

NEXT_KEY = "after_second_factor"


@require_GET
def landing(request: SiteRequest) -> HttpResponse:
    """GET: go to where this person's day begins."""
    return redirect(selectors.landing(actor=request.actor, at=clock.now()))


@require_http_methods(["GET", "POST"])
def start(request: SiteRequest) -> HttpResponse:
    """GET asks what one came for; POST opens it."""
    form = StartForm(posted(request))
    if submitted(
        request,
        form,
        lambda data: services.start_as(actor=request.actor, at=clock.now(), **data),
    ):
        if form.cleaned_data["purpose"] == "invited":
            return redirect("public:invitations")
        return redirect("public:landing")
    return render(request, "public/entry/start.html", {"form": form}, status=form_status(form))


@require_GET
def invitations(request: SiteRequest) -> HttpResponse:
    """GET the open invitations to one's verified addresses."""
    found = selectors.invitations_for_me(actor=request.actor, at=clock.now())
    return render(request, "public/entry/invitations.html", {"invitations": found})


@never_cache
@login_not_required
@require_GET
def invitation(request: SiteRequest, token: str) -> HttpResponse:
    """GET the invitation a mailed link names; who is not logged in is shown both ways to be."""
    try:
        found, is_for_another = selectors.invitation_for_token(token, actor=request.actor), False
    except InvitationForAnother:
        found, is_for_another = None, True
    is_open = found is not None and not found.accepted_at and not found.revoked_at and found.expires_at > clock.now()
    context = {"invitation": found, "token": token, "is_open": is_open, "is_for_another": is_for_another}
    return render(request, "public/entry/invitation.html", context)


@require_POST
def accept(request: SiteRequest, token: str) -> HttpResponse:
    """POST: become a member."""
    membership = services.accept_invitation(actor=request.actor, token=token, at=clock.now())
    messages.success(request, _("Welcome to %(organisation)s.") % {"organisation": membership.organisation.name})
    return redirect("client:home")


@require_POST
def accept_mine(request: SiteRequest, public_id: str) -> HttpResponse:
    """POST: accept one of the open invitations to oneself."""
    found = selectors.own_invitation(public_id, actor=request.actor, at=clock.now())
    return accept(request, services.invitation_token(invitation=found))


@require_GET
def second_factor(request: SiteRequest) -> HttpResponse:
    """GET: why a second factor is needed and how to set one up; with one, back to where one was."""
    wanted = request.GET.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        request.session[NEXT_KEY] = wanted
    if request.actor.has_mfa:
        return redirect(request.session.pop(NEXT_KEY, "/"))
    return render(request, "public/entry/second_factor.html")
