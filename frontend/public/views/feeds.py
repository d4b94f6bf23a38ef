"""Calendars by secret address: read by calendar programs, which do not log in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.clock import now
from frontend.calendars import calendar_of
from frontend.requests import SiteRequest
from tasks.selectors import feed_claims


@login_not_required
@require_safe
def calendar(request: SiteRequest, token: str) -> HttpResponse:
    """GET an agent's blocks as iCalendar; a wrong or renewed token finds nothing."""
    at = now()
    body = calendar_of(feed_claims(token, at=at), at=at)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response
