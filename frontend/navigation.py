"""What each area's navigation holds, in one place.

An item is shown once its address exists and the person may see it, so an app can name its page here before or
after writing it. `may` is a function of the actor; leave it out where everybody in the area may go.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.states import ClientRole, StaffRole
from frontend.requests import SiteRequest


@dataclass(frozen=True)
class Item:
    """One place to go: `url_name` is the page, `icon` a name from `frontend/icons.txt`."""

    label: str | Promise
    url_name: str
    icon: str
    may: Callable[[Actor], bool] = lambda actor: True
    on_dock: bool = False


@dataclass(frozen=True)
class Link:
    """An item as drawn: `is_current` for the page shown or a page under it."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    on_dock: bool


def _staff(*roles: StaffRole) -> Callable[[Actor], bool]:
    return lambda actor: actor.is_staff(*roles)


def _client(*roles: ClientRole) -> Callable[[Actor], bool]:
    return lambda actor: any(role in roles for role in actor.clients.values())


def _onboarded(actor: Actor) -> bool:
    return actor.is_onboarded


AREAS: dict[str, list[Item]] = {
    "public": [
        Item(_("For agents"), "public:for_agents", "headset"),
        Item(_("For business"), "public:for_business", "store"),
        Item(_("Help"), "public:help", "life-buoy"),
    ],
    "agent": [
        Item(_("Today"), "agent:home", "house", on_dock=True),
        Item(_("Find work"), "agent:find_work", "search", may=_onboarded, on_dock=True),
        Item(_("My blocks"), "agent:blocks", "calendar-days", may=_onboarded),
        Item(_("Workspace"), "agent:workspace", "messages-square", may=_onboarded),
        Item(_("Learn"), "agent:learn", "graduation-cap", on_dock=True),
        Item(_("Exams"), "agent:exams", "clipboard-check"),
        Item(_("Skills"), "agent:skills", "award"),
        Item(_("Quality"), "agent:quality", "star"),
        Item(_("Earnings"), "agent:earnings", "wallet", on_dock=True),
        Item(_("Me"), "agent:me", "circle-user", on_dock=True),
    ],
    "client": [
        Item(_("Home"), "client:home", "house"),
        Item(_("Tasks"), "client:tasks", "calendar-clock"),
        Item(_("Rate cards"), "client:rate_cards", "coins"),
        Item(_("Campaigns"), "client:campaigns", "megaphone"),
        Item(_("Live"), "client:live", "messages-square"),
        Item(_("Quality"), "client:quality", "star"),
        Item(_("Money"), "client:money", "wallet"),
        Item(_("Settings"), "client:settings", "settings", may=_client(ClientRole.OWNER, ClientRole.MANAGER)),
    ],
    "desk": [
        Item(_("Home"), "desk:home", "house"),
        Item(_("Identity"), "desk:identity", "id-card", may=_staff(StaffRole.CERTIFIER, StaffRole.OPERATOR)),
        Item(_("Courses"), "desk:courses", "book-open", may=_staff(StaffRole.TRAINER)),
        Item(_("Questions"), "desk:questions", "circle-help", may=_staff(StaffRole.CERTIFIER, StaffRole.TRAINER)),
        Item(_("Exams"), "desk:exams", "clipboard-list", may=_staff(StaffRole.CERTIFIER, StaffRole.TRAINER)),
        Item(_("Marking"), "desk:marking", "pencil", may=_staff(StaffRole.CERTIFIER)),
        Item(_("Integrity"), "desk:integrity", "shield-alert", may=_staff(StaffRole.CERTIFIER, StaffRole.AUDITOR)),
        Item(_("Certificates"), "desk:certificates", "award", may=_staff(StaffRole.CERTIFIER, StaffRole.AUDITOR)),
        Item(_("Reviews"), "desk:reviews", "clipboard-check", may=_staff(StaffRole.REVIEWER)),
        Item(_("Appeals"), "desk:appeals", "gavel", may=_staff(StaffRole.REVIEWER)),
        Item(_("Payouts"), "desk:payouts", "banknote", may=_staff(StaffRole.FINANCE)),
        Item(_("Transfers"), "desk:transfers", "wallet", may=_staff(StaffRole.FINANCE, StaffRole.AUDITOR)),
        Item(
            _("Books"), "desk:books", "landmark", may=_staff(StaffRole.FINANCE, StaffRole.OPERATOR, StaffRole.AUDITOR)
        ),
        Item(_("People"), "desk:people", "users", may=_staff(StaffRole.OPERATOR, StaffRole.AUDITOR)),
        Item(
            _("Organisations"),
            "desk:organisations",
            "building-2",
            may=_staff(StaffRole.OPERATOR, StaffRole.AUDITOR, StaffRole.FINANCE),
        ),
        Item(_("Teams"), "desk:teams", "handshake", may=_staff(StaffRole.OPERATOR)),
        Item(_("Agreements"), "desk:agreements", "scroll-text", may=_staff(StaffRole.OPERATOR, StaffRole.AUDITOR)),
        Item(_("Audit"), "desk:audit", "scroll-text", may=_staff(StaffRole.AUDITOR, StaffRole.OPERATOR)),
    ],
}


def address(url_name: str, *args: object) -> str:
    """The page's address, or nothing while no such page exists."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def links(area: str, request: SiteRequest) -> list[Link]:
    """Return the area's links for this person; the longest address that begins the current one is current."""
    actor: Actor = request.actor
    found: list[tuple[Item, str]] = []
    for item in AREAS.get(area, []):
        if (url := address(item.url_name)) and item.may(actor):
            found.append((item, url))
    home = found[0][1] if found else ""
    here = [url for _, url in found if request.path == url or (url != home and request.path.startswith(url))]
    current = max(here, key=len, default="")
    return [Link(item.label, url, item.icon, url == current, item.on_dock) for item, url in found]


def areas_of(actor: Actor) -> list[dict[str, str | Promise]]:
    """Return the areas this person may enter, to move between them."""
    found: list[dict[str, str | Promise]] = []
    if actor.agent_id:
        found.append({"name": "agent", "label": _("My work"), "icon": "headset", "url_name": "agent:home"})
    if actor.clients:
        found.append({"name": "client", "label": _("My business"), "icon": "store", "url_name": "client:home"})
    if actor.is_staff():
        found.append({"name": "desk", "label": _("Desk"), "icon": "shield-check", "url_name": "desk:home"})
    return found
