"""The pages' door: a refused service call becomes a form's errors, a toast, or an error page."""

from __future__ import annotations

import json
from collections.abc import Callable

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError, Invalid


def add_errors(form: forms.BaseForm, error: DomainError) -> None:
    """Show `error` on `form`: each message at its field where the form has it, else at the top."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, texts in fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else NON_FIELD_ERRORS, str(text))
    if not fields:
        form.add_error(NON_FIELD_ERRORS, str(error.message))


class DomainErrorMiddleware:
    """Turns a domain error no view has caught into a page of the right status, or a toast for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a `DomainError`; leave everything else to Django."""
        if not isinstance(error, DomainError):
            return None
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=error.status)
            response["HX-Reswap"] = "none"
            response["HX-Trigger"] = json.dumps({"toast": {"kind": "error", "message": str(error.message)}})
            return response
        return render(request, "errors/domain.html", {"error": error}, status=error.status)
