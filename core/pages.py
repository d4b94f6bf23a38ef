"""The pages' door: a refused service call becomes a form's errors, a toast, or an error page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.errors import TRY_AGAIN_SECONDS, Conflict, DomainError, Invalid, Unavailable
from core.refusals import domain_error, refusal_of

_YEAR_SECONDS = 365 * 24 * 3600


def add_errors(form: forms.BaseForm, error: DomainError) -> None:
    """Show `error` on `form`: each message at its field where the form has it, else at the top."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, texts in fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else NON_FIELD_ERRORS, str(text))
    if not fields:
        form.add_error(NON_FIELD_ERRORS, str(error.message))


def posted(request: HttpRequest) -> QueryDict | None:
    """The data of a form: what was sent, be it nothing; None for a page that is only read.

    `request.POST or None` would take a form sent without a single field for one that was not sent.
    """
    return request.POST if request.method == "POST" else None


def submitted(request: HttpRequest, form: forms.Form, call: Callable[[dict[str, Any]], object]) -> bool:
    """True when the form was sent, is whole, and `call(cleaned_data)` was not refused.

    What the service refuses about the input or the moment is shown on the form, to be answered with
    status 422 (`form_status`); "not allowed" and "not found" go on to their own page.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        call(form.cleaned_data)
    except (Invalid, Conflict, Unavailable) as error:
        add_errors(form, error)
        return False
    except IntegrityError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        add_errors(form, refusal)
        return False
    return True


def pressed(request: HttpRequest, *buttons: str, name: str = "do") -> str:
    """Which of a form's buttons was pressed; `Invalid` where it is none of them, for nothing is done by default."""
    button = request.POST.get(name, "")
    if button not in buttons:
        raise Invalid(_("It was lost on the way which button you pressed, so nothing was done. Please press it again."))
    return button


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What a button sent; `Invalid` with the form's messages where a page has no place for them."""
    if not form.is_valid():
        raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form.cleaned_data


def form_status(*shown: forms.BaseForm) -> int:
    """422 when a form shown has errors, else 200."""
    return 422 if any(form.is_bound and form.errors for form in shown) else 200


def remember_preferences(response: HttpResponseBase, *, language: str, scheme: str) -> None:
    """Put language and appearance into the cookies that pages read, for a year; any other scheme is the system's."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.PRODUCTION
    )
    if scheme in {"light", "dark"}:
        response.set_cookie("scheme", scheme, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.PRODUCTION)
    else:
        response.delete_cookie("scheme", samesite="Lax")


def toast(status: int, message: str) -> HttpResponse:
    """A refusal for htmx: the page stays as it is and shows the message."""
    response = HttpResponse(status=status)
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps({"toast": {"kind": "error", "message": message}})
    return response


class DomainErrorMiddleware:
    """Turns a domain error no view has caught into a page of the right status, or a toast for htmx.

    A method that an address does not take gets a page, too, where a browser would show an empty one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = render(request, "errors/405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a `DomainError`, or what the database refused; leave everything else to Django."""
        refusal = domain_error(error)
        if refusal is None:
            return None
        return told(request, refusal, is_bare=isinstance(error, OperationalError))


def told(request: HttpRequest, error: DomainError, *, is_bare: bool = False) -> HttpResponse:
    """A toast for htmx, else a page; a bare one asks nothing: no session, no database, no component."""
    if request.headers.get("HX-Request"):
        response = toast(error.status, str(error.message))
    elif is_bare:
        response = HttpResponse(render_to_string("errors/503.html"), status=error.status)
    else:
        response = render(request, "errors/domain.html", {"error": error}, status=error.status)
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
