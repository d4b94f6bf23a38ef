"""Pages for what went wrong, each with a way out. Those that may come from a broken machine stand on nothing."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.html import escape
from django.utils.translation import get_language, get_language_from_request, gettext, override
from django.views.decorators.csrf import requires_csrf_token

from core.errors import TRY_AGAIN_SECONDS
from core.pages import toast
from frontend.middleware import page_of_form

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
AWAY = (OperationalError, InterfaceError)


@login_not_required
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the log-in it was opened under (or was sent from elsewhere)."""
    if request.headers.get("HX-Request"):
        expired = gettext("This page is older than your last log-in, so nothing was changed. Reload it and try again.")
        return toast(403, expired)
    return render(request, "errors/form_expired.html", {"back": page_of_form(request) or request.path}, status=403)


@login_not_required
@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(request, "errors/404.html", status=404)


@login_not_required
@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "errors/403.html", status=403)


@login_not_required
@requires_csrf_token
def too_many(request: HttpRequest) -> HttpResponse:
    """429: log-ins, password mails and the like, asked for too often."""
    return render(request, "errors/429.html", status=429)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for more than is read; the request itself is not to be trusted, so the page asks it nothing."""
    return _bare(request, 413 if isinstance(exception, TOO_MUCH) else 400)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away; neither the session nor the database is asked."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return _bare(request, 500)
    response = _bare(request, 503)
    response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def _bare(request: HttpRequest, status: int) -> HttpResponse:
    try:
        with override(_language(request)):
            return HttpResponse(loader.render_to_string(f"errors/{status}.html"), status=status)
    except Exception:  # the page that says "broken" must not break in turn
        title = escape(gettext("Something broke on our side"))
        head = f'<!doctype html><meta charset="utf-8"><title>{title}</title>'
        return HttpResponse(f'{head}<h1>{title}</h1><p><a href="/">Tideline</a></p>', status=status)


def _language(request: HttpRequest) -> str:
    """The reader's language: the request may have failed before anybody looked for it."""
    return getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request) or get_language() or "en"
