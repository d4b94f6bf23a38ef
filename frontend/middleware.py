"""What every page needs: a way to the log-in and back, messages that reach htmx, times in the person's own zone."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from core.pages import toast

KINDS = {"debug": "info", "info": "info", "success": "success", "warning": "warning", "error": "error"}


class LogInFirst(LoginRequiredMiddleware):
    """Leads who is not logged in to the log-in page, and from there back to the page they were on.

    A form is often sent to an address that shows nothing by itself, so one comes back to the form's own page, where
    the browser brings back what was typed (`frontend/ts/typed.ts`). A part of a page that htmx asks for does not
    take the whole page away: it says that the log-in has ended.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Answer a visitor: the log-in page, or for htmx a toast with 401."""
        if request.headers.get("HX-Request"):
            ended = gettext("Your log-in has ended, so this was not done. Reload the page to log in again.")
            return toast(401, ended)
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page_of_form(request) or "/")


def page_of_form(request: HttpRequest) -> str:
    """The path of the page a form was sent from, where it is one of ours; else empty."""
    page = urlsplit(request.headers.get("Referer", ""))
    if (page.scheme, page.netloc) != (request.scheme, request.get_host()):
        return ""
    return page.path + (f"?{page.query}" if page.query else "")


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
