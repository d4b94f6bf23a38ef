"""Light, dark, or as the system says: a cookie, so that the server writes the right theme at once."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from frontend.context import SCHEME_COOKIE, SCHEMES

YEAR_SECONDS = 365 * 24 * 3600


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """POST `scheme` (`light`, `dark`, anything else: the system's) and go back to `next`."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    scheme = request.POST.get("scheme", "")
    if scheme in SCHEMES:
        response.set_cookie(
            SCHEME_COOKIE, scheme, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=False
        )
    else:
        response.delete_cookie(SCHEME_COOKIE, samesite="Lax")
    return response
