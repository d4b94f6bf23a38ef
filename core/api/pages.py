"""How lists come in pages, and what answers a page of another origin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid


class CursorPages(CursorPagination):
    """Pages that stay right while rows are added; newest first. Refuses a damaged cursor or size with `Invalid`."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    page_size_query_description = "Rows in a page, 1 to 200; 50 when left out."

    def get_page_size(self, request: Request) -> int:
        """The size asked for."""
        return _asked_size(self, request)

    def decode_cursor(self, request: Request) -> Any:
        """The place a page starts at; None for the first."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _damaged() from None
        position = str(cursor.position) if cursor and cursor.position is not None else "0"
        if not (position.isascii() and position.isdigit() and len(position) < 19):
            raise _damaged()
        return cursor

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What both parameters may be."""
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        described = super().get_schema_operation_parameters(view)
        for parameter in described:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] = size
        return described

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """A page: its rows, and the addresses of the pages beside it."""
        example = "https://www.example.com/api/v1/tasks/?cursor=cD00ODY%3D"
        address = {"type": ["string", "null"], "format": "uri", "example": example}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }


class RankedPages(PageNumberPagination):
    """Pages, by number, of a list whose order is worked out anew for each request; the same shape as `CursorPages`."""

    page_size = CursorPages.page_size
    page_size_query_param = CursorPages.page_size_query_param
    max_page_size = CursorPages.max_page_size

    def get_page_size(self, request: Request) -> int:
        """The size asked for."""
        return _asked_size(self, request)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """The rows of the page asked for; `Invalid` where there is none."""
        try:
            return super().paginate_queryset(queryset, request, view=view)
        except NotFound:
            raise Invalid(fields={self.page_query_param: _("There is no such page.")}) from None

    def get_paginated_response(self, data: Any) -> Response:
        """A page as the schema says."""
        return Response({"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What both parameters may be."""
        described = super().get_schema_operation_parameters(view)
        for parameter in described:
            highest = {"maximum": self.max_page_size} if parameter["name"] == self.page_size_query_param else {}
            parameter["schema"] = {"type": "integer", "minimum": 1, **highest}
        return described

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """The shape of `CursorPages`."""
        return CursorPages().get_paginated_response_schema(schema)


def _asked_size(pages: CursorPages | RankedPages, request: Request) -> int:
    name, most = pages.page_size_query_param, pages.max_page_size
    asked = str(request.query_params.get(name, pages.page_size))
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= most):
        raise Invalid(fields={name: _("Ask for 1 to 200 rows.")})
    return int(asked)


def _damaged() -> Invalid:
    return Invalid(fields={"cursor": _("This address of a page is damaged. Begin with the first page again.")})


class AnswersAnyPage:
    """For views that a client's own pages call, from their origin and without cookies (CORS).

    Any page may read the answer, refusals included; which page gets what is the service's decision.
    """

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        response["Access-Control-Allow-Origin"] = request.headers.get("Origin", "null")
        response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Access-Control-Max-Age"] = "86400"
        response["Vary"] = "Origin, Accept-Language"
        return response
