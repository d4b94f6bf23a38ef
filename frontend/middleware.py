"""Two small things every page needs: messages that reach htmx, and times in the person's own zone."""

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

KINDS = {"debug": "info", "info": "info", "success": "success", "warning": "warning", "error": "error"}


class HtmxMessages:
    """Sends waiting messages with an htmx answer as a `toast` event, so that a fragment needs no place for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        leaves = response.status_code in range(300, 400) or "HX-Redirect" in response or "HX-Refresh" in response
        if request.headers.get("HX-Request") and not leaves:
            waiting = [
                {"kind": KINDS.get(m.level_tag, "info"), "message": str(m)} for m in messages.get_messages(request)
            ]
            if waiting:
                events = json.loads(response.get("HX-Trigger", "{}"))
                earlier = events.get("toast", [])
                events["toast"] = ([earlier] if isinstance(earlier, dict) else earlier) + waiting
                response["HX-Trigger"] = json.dumps(events)
        return response


class PersonTimeZone:
    """Shows times in the zone of the person logged in; a visitor sees Shanghai's, and each time names its zone.

    The API answers in UTC, whoever asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        name = getattr(request.user, "time_zone", "") or "Asia/Shanghai"
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        with timezone.override(zone):
            return self.get_response(request)
