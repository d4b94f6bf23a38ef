"""The API's door: errors as problem+json (RFC 9457) and cursor pages."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError, Invalid
from core.refusals import refusal_of


class Problem(serializers.Serializer[Any]):
    """A problem document: `code` is stable, `title` is readable, `errors` names fields, `detail` holds facts."""

    type = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    errors = serializers.DictField(required=False)  # type: ignore[assignment]
    detail = serializers.JSONField(required=False)


def problems(*statuses: int) -> dict[Any, Any]:
    """The `responses` of an operation that may refuse with these statuses, for the schema."""
    return {(status, "application/problem+json"): Problem for status in statuses}


class CursorPages(CursorPagination):
    """Pages that stay right while rows are added; newest first."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class AnswersAnyPage:
    """For views that a client's own pages call, from their origin and without cookies (CORS).

    Any page may read the answer, refusals included; which page gets what is the service's decision.
    """

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        response["Access-Control-Allow-Origin"] = request.headers.get("Origin", "null")
        response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
        response["Access-Control-Max-Age"] = "86400"
        response["Vary"] = "Origin, Accept-Language"
        return response


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every expected error with `application/problem+json`; None leaves it to Django (a 500)."""
    if isinstance(error, IntegrityError):
        error = refusal_of(error) or error
    if isinstance(error, DomainError):
        extra = {"errors": error.fields} if isinstance(error, Invalid) else {}
        response = problem(error.status, error.code, str(error.message), detail=error.detail, **extra)
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


def problem(status: int, code: str, title: str, **extra: Any) -> Response:
    """One problem document: `status`, stable `code`, readable `title`, and what else helps."""
    body = {"type": "about:blank", "status": status, "code": code, "title": title}
    body |= {name: value for name, value in extra.items() if value}
    return Response(body, status=status, content_type="application/problem+json")
