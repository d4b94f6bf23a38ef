"""What every page knows: its area, where one can go, and how it should look."""

from functools import partial
from typing import Any

from accounts.actors import ANONYMOUS
from frontend import navigation
from frontend.organisation import current_organisation, own_organisations
from frontend.requests import SiteRequest

SCHEMES = ("light", "dark")
SCHEME_COOKIE = "scheme"


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
        "actor": actor,
        "nav_links": navigation.links(area, request) if hasattr(request, "actor") else [],
        "areas": navigation.areas_of(actor),
        "scheme": chosen if chosen in SCHEMES else "",
    }
