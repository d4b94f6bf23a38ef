"""What Django itself refuses, told at the door it was asked: problem+json below `/api/`, else a page."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from core.api.problems import MEDIA_TYPE
from core.errors import TRY_AGAIN_SECONDS, Unavailable
from core.pages import told
from frontend.public.views import errors as pages

DOORS_OF_PROGRAMS = ("/api/", "/widget/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a host name that is not ours, or a request out of bounds."""
    if request.path.startswith(DOORS_OF_PROGRAMS):
        return _problem(400, "core.bad_request", _("This request cannot be read."))
    return pages.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away; nothing is asked that may be broken."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return _unavailable(request)
    if request.path.startswith(DOORS_OF_PROGRAMS):
        return _problem(500, "core.broken", _("Something broke on our side"))
    return pages.server_error(request)


def _unavailable(request: HttpRequest) -> HttpResponse:
    """503 for what failed before a view was reached: the session, or who asks."""
    if not request.path.startswith(DOORS_OF_PROGRAMS):
        return told(request, Unavailable(), is_bare=True)
    response = _problem(Unavailable.status, Unavailable.code, str(Unavailable.message))
    response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def _problem(status: int, code: str, title: str) -> JsonResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
