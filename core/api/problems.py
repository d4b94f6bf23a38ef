"""One error, one answer: `application/problem+json` with a stable `code`."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.api.throttles import Throttle
from core.errors import TRY_AGAIN_SECONDS, DomainError, Invalid, Unavailable
from core.refusals import domain_error

MEDIA_TYPE = "application/problem+json"


class BodyTooLarge(exceptions.APIException):
    """A body over the limit of `API_MAX_BODY_BYTES`."""

    status_code = 413
    default_code = "body_too_large"
    default_detail = _("This request is larger than the API takes.")


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every expected error with a problem document; None leaves it to Django (a 500)."""
    from rest_framework.views import set_rollback  # which itself imports what the settings name in this package

    error = domain_error(error) or error
    if isinstance(error, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)) and "view" in context:
        error = _counted(error, context)
    if isinstance(error, DomainError):
        extra = {"errors": error.fields} if isinstance(error, Invalid) else {}
        response = problem(error.status, error.code, str(error.message), detail=error.detail, **extra)
        if isinstance(error, Unavailable):
            response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    elif isinstance(error, exceptions.ValidationError):
        errors = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        response = problem(422, "core.invalid", str(Invalid.message), errors=errors)
    elif isinstance(error, Http404):
        response = problem(404, "core.not_found", str(exceptions.NotFound.default_detail))
    elif isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        code = codes if isinstance(codes, str) else "invalid"
        response = problem(error.status_code, f"core.{code}", str(error.detail))
        if wait := getattr(error, "wait", None):
            response["Retry-After"] = str(int(wait))
        if header := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = header
    else:
        return None
    set_rollback()
    return response


def _counted(error: exceptions.APIException, context: dict[str, Any]) -> exceptions.APIException:
    """Counts a 401, which the framework raises before it asks any throttle: 429 past the rate of the address."""
    throttle = Throttle()
    is_within = throttle.allow_request(context["request"], context["view"])
    return error if is_within else exceptions.Throttled(throttle.wait())


def problem(status: int, code: str, title: str, **extra: Any) -> Response:
    """One problem document: `status`, stable `code`, readable `title`, and what else helps."""
    body = {"type": "about:blank", "status": status, "code": code, "title": title}
    body |= {name: value for name, value in extra.items() if value}
    return Response(body, status=status, content_type=MEDIA_TYPE)
