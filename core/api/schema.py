"""What the API's description says of refusals: every status an operation can answer, with its codes.

An operation names the errors of its own (`refusals`); what can happen to any request is added here to each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from core.api.problems import MEDIA_TYPE, BodyTooLarge
from core.errors import DomainError, Invalid, NotFound, Unavailable

_REFUSALS = "x-refusals"
_METHODS = ("get", "post", "put", "patch", "delete")
_SAFE = ("get",)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Why a request was refused: `code` is stable, `title` is for people, `errors` names fields, "
    "`detail` holds facts for a program.",
    "required": ["type", "status", "code", "title"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": r"^[a-z]+\.[a-z0-9_]+$"},
        "title": {"type": "string"},
        "errors": {"type": "object", "minProperties": 1},
        "detail": {"type": "object", "minProperties": 1},
    },
    "additionalProperties": False,
}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before the next try.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
# Said by the framework, whose own words are the titles.
_UNREADABLE = {"core.parse_error": _("This body is not JSON, nests too deep, or holds text that cannot be stored.")}
_WHO = {
    "core.not_authenticated": _("No API key and no log-in."),
    "core.bad_api_key": _("This API key is unknown or was revoked."),
}
_FORGED = {"core.permission_denied": _("A write by a browser's session without its CSRF token.")}
_NOT_JSON_WANTED = {"core.not_acceptable": _("The API answers in JSON only.")}
_TOO_LARGE = {"core.body_too_large": BodyTooLarge.default_detail}
_NOT_JSON = {"core.unsupported_media_type": _("Bodies are sent as application/json.")}
_TOO_FAST = {"core.throttled": _("Too many requests. Wait as long as `Retry-After` says.")}


class Description(SpectacularAPIView):
    """The description itself; `?version=` becomes part of its file's name, so of a header."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses a version that no header can carry, with 400."""
        super().initial(request, *args, **kwargs)
        if not request.GET.get("version", "").isprintable():
            raise BadRequest


def refusals(*errors: type[DomainError]) -> dict[Any, Any]:
    """The `responses` of an operation that refuses with these errors."""
    by_status: dict[int, list[type[DomainError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(response={_REFUSALS: classes}) for status, classes in by_status.items()
    }


def add_refusals(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Hook of drf-spectacular: write every refusal of every operation into the schema."""
    components = result["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    shared = components.setdefault("responses", {})
    for operation, method in _operations(result):
        responses = operation["responses"]
        own = {int(status): _own(response) for status, response in responses.items() if status[0] in "45"}
        general = dict(_general(operation, method))
        for status in {**own, **general}:
            if status in own:
                responses[str(status)] = _response(status, {**own[status], **general.get(status, {})})
            else:
                shared[f"Problem{status}"] = _response(status, general[status])
                responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
        operation["responses"] = {status: responses[status] for status in sorted(responses)}
    components["responses"] = {name: shared[name] for name in sorted(shared)}
    return result


def _operations(result: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for path in result["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                yield operation, method


def _own(response: dict[str, Any]) -> dict[str, Any]:
    """The codes `refusals` left in a response."""
    return {error.code: error.message for error in response["content"][MEDIA_TYPE]["schema"][_REFUSALS]}


def _general(operation: dict[str, Any], method: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """What can happen to a request of this form, whatever the operation does."""
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    has_body = "requestBody" in operation
    if has_body:
        yield from ((400, _UNREADABLE), (413, _TOO_LARGE), (415, _NOT_JSON))
    if any(operation.get("security", [])):
        yield 401, _WHO
        if method not in _SAFE:
            yield 403, _FORGED
    if "path" in places:
        yield 404, {NotFound.code: NotFound.message}
    if has_body or places & {"query", "header"}:
        yield 422, {Invalid.code: Invalid.message}
    yield from ((406, _NOT_JSON_WANTED), (429, _TOO_FAST), (503, {Unavailable.code: Unavailable.message}))


def _response(status: int, codes: dict[str, Any]) -> dict[str, Any]:
    titles = {code: str(title) for code, title in codes.items()}
    first = next(iter(titles))
    example: dict[str, Any] = {"type": "about:blank", "status": status, "code": first, "title": titles[first]}
    if status == Invalid.status:
        example["errors"] = {"a_field": ["What is wrong with it."]}
    narrowed = {"properties": {"status": {"const": status}, "code": {"enum": list(titles)}}}
    return {
        "description": "\n".join(f"- `{code}`: {title}" for code, title in titles.items()),
        **({"headers": RETRY_AFTER} if status in (429, Unavailable.status) else {}),
        "content": {
            MEDIA_TYPE: {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]},
                "example": example,
            }
        },
    }
