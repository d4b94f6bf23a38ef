"""Pages for what went wrong, each with a way out. The two that may come from a broken machine stand on nothing."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.html import escape
from django.utils.translation import gettext
from django.views.decorators.csrf import requires_csrf_token


@login_not_required
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the log-in it was opened under (or was sent from elsewhere)."""
    return render(request, "errors/form_expired.html", {"back": _own_address(request)}, status=403)


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
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; the request itself is not to be trusted, so the page asks it nothing."""
    return HttpResponse(_bare("errors/400.html"), status=400)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500; neither the session nor the database is asked."""
    return HttpResponse(_bare("errors/500.html"), status=500)


def _bare(template: str) -> str:
    try:
        return loader.render_to_string(template)
    except Exception:  # the page that says "broken" must not break in turn
        title = escape(gettext("Something broke on our side"))
        head = f'<!doctype html><meta charset="utf-8"><title>{title}</title>'
        return f'{head}<h1>{title}</h1><p><a href="/">Tideline</a></p>'


def _own_address(request: HttpRequest) -> str:
    """The page the form was on, when it is one of ours; else this address."""
    referer = request.META.get("HTTP_REFERER", "")
    origin = f"{request.scheme}://{request.get_host()}/"
    return referer if referer.startswith(origin) else request.path
