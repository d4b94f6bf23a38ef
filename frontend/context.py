"""What every page knows: its area, where one can go, and how it should look."""

from datetime import timedelta
from functools import partial
from typing import Any

from accounts.actors import ANONYMOUS
from certification.logic.skills import IDLE_DAYS
from core.clock import BLOCK
from frontend import navigation
from frontend.organisation import current_organisation, own_organisations
from frontend.requests import SiteRequest
from live.logic.rules import RULES as LIVE
from pay.logic.curves import FEWEST_SAMPLES
from quality.logic.rules import RULES as QUALITY
from tasks.logic.rules import RULES as TASKS

SCHEMES = ("light", "dark")
SCHEME_COOKIE = "scheme"
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NUMBERS = {
    "block_minutes": BLOCK // _MINUTE,
    "undo_minutes": TASKS.free_release_after_claim // _MINUTE,
    "release_hours": TASKS.free_release_before_start // _HOUR,
    "gone_seconds": LIVE.agent_gone_seconds,
    "adherence_days": TASKS.adherence_window // _DAY,
    "adherence_percent": TASKS.adherence_floor_percent,
    "idle_days": IDLE_DAYS,
    "appeal_days": QUALITY.appeal_window // _DAY,
    "answer_hours": QUALITY.answer_within // _HOUR,
    "judged_hours": QUALITY.escalation_judged_within // _HOUR,
    "fewest_samples": FEWEST_SAMPLES,
    "hold_minutes": QUALITY.sample_held // _MINUTE,
}
"""The rules' numbers that pages say in words; no template writes one down."""


def site(request: SiteRequest) -> dict[str, Any]:
    """Context processor. `scheme` is `light`, `dark` or empty for the system's own choice."""
    match = request.resolver_match
    named = match.namespaces[0] if match and match.namespaces else ""
    area = named if named in navigation.AREAS else "public"
    actor = getattr(request, "actor", ANONYMOUS)
    chosen = request.COOKIES.get(SCHEME_COOKIE, "")
    found: dict[str, Any] = {}
    if area == "client" and actor.clients:
        # Functions, so that an answer without the frame (a fragment for htmx) asks nothing.
        found["own_organisations"] = partial(own_organisations, request)
        found["current_organisation"] = partial(current_organisation, request)
    return found | {
        "area": area,
        "numbers": NUMBERS,
        "actor": actor,
        "nav_links": navigation.links(area, request) if hasattr(request, "actor") else [],
        "areas": navigation.areas_of(actor),
        "scheme": chosen if chosen in SCHEMES else "",
    }
