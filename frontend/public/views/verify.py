"""Certificates, verified by anybody: a page for people, documents for programs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certification import selectors
from core import clock
from core.errors import NotFound
from core.ids import is_public_id
from frontend.requests import SiteRequest


@login_not_required
@require_safe
def search(request: SiteRequest) -> HttpResponse:
    """GET the page where one types a certificate's id."""
    typed = request.GET.get("id", "").strip().rstrip("/").rsplit("/", 1)[-1]
    if typed and is_public_id(typed):
        return redirect("public:verify", public_id=typed)
    return render(request, "public/verify/search.html", {"typed": typed, "is_malformed": bool(typed)})


@login_not_required
@require_safe
def show(request: SiteRequest, public_id: str) -> HttpResponse:
    """GET what anybody may know of one certificate; an unknown id says so plainly, as 404."""
    try:
        found = selectors.verify_certificate(public_id, clock.now())
    except NotFound:
        return render(request, "public/verify/unknown.html", {"public_id": public_id}, status=404)
    return render(request, "public/verify/show.html", {"certificate": found, "checked_at": clock.now()})


@login_not_required
@require_safe
def issuer(request: SiteRequest) -> JsonResponse:
    """GET the issuer's profile."""
    return JsonResponse(selectors.issuer())


@login_not_required
@require_safe
def jwks(request: SiteRequest) -> JsonResponse:
    """GET the public keys."""
    return JsonResponse(selectors.jwks())


@login_not_required
@require_safe
def public_key(request: SiteRequest, kid: str) -> JsonResponse:
    """GET one public key."""
    return JsonResponse(selectors.public_key(kid))


@login_not_required
@require_safe
def standard(request: SiteRequest, public_id: str) -> JsonResponse:
    """GET a standard as an achievement."""
    return JsonResponse(selectors.achievement(public_id), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def status_list(request: SiteRequest, number: int) -> HttpResponse:
    """GET a signed status list; verifiers may keep it for a minute."""
    response = HttpResponse(selectors.status_list_jwt(number, clock.now()), content_type="application/vc+jwt")
    response["Cache-Control"] = "public, max-age=60"
    return response
