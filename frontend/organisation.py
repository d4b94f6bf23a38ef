"""Which client organisation the pages are about, for somebody who acts for several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.policies import CLIENT_EDITORS, require_client
from accounts.selectors import organisations_for, programme_by_public_id
from core.errors import NotFound
from frontend.requests import SiteRequest

if TYPE_CHECKING:
    from accounts.models import Organisation, Programme

KEY = "client_organisation"


def own_organisations(request: SiteRequest) -> list[Organisation]:
    """Every organisation this person is a member of, by name; asked once per request."""
    found: list[Organisation] | None = getattr(request, "_own_organisations", None)
    if found is None:
        found = list(organisations_for(request.actor).filter(pk__in=list(request.actor.clients)))
        request._own_organisations = found  # type: ignore[attr-defined]
    return found


def current_organisation(request: SiteRequest) -> Organisation:
    """The one chosen in this session, else the first by name; `NotFound` without any."""
    own = own_organisations(request)
    chosen = request.session.get(KEY)
    for organisation in own:
        if organisation.public_id == chosen:
            return organisation
    if not own:
        raise NotFound
    return own[0]


def choose_organisation(request: SiteRequest, public_id: str) -> Organisation:
    """Remember the choice for this session; `NotFound` where it is not one's own."""
    for organisation in own_organisations(request):
        if organisation.public_id == public_id:
            request.session[KEY] = public_id
            return organisation
    raise NotFound


def own_programme(request: SiteRequest, public_id: str) -> Programme:
    """A programme whose settings the person may change, of whichever of their organisations.

    Raises `NotFound` for somebody else's, `RoleNeeded` for who is neither owner nor manager.
    """
    programme = programme_by_public_id(public_id, actor=request.actor)
    require_client(request.actor, programme.organisation, *CLIENT_EDITORS)
    return programme
