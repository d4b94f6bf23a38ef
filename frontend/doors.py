"""Who may enter an area at all. Every address of an area is behind its door, whatever its view checks besides."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts.actors import Actor

DOORS: dict[str, Callable[[Actor], bool]] = {
    "agent": lambda actor: actor.agent_id is not None,
    "client": lambda actor: bool(actor.clients),
    "desk": lambda actor: actor.is_staff(),
}


class AreaDoors:
    """Answers "not found" to a person who has no part in an area; Django itself sends a visitor to log in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Let in or answer 404; runs after the log-in check, and outside the reach of `process_exception`."""
        match = request.resolver_match
        opens = DOORS.get(match.namespaces[0]) if match and match.namespaces else None
        if opens and request.user.is_authenticated and not opens(request.actor):  # type: ignore[attr-defined]
            raise Http404
