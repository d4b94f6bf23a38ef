"""Who takes part in the walk, where the clock stands, and waiting for what happens in the background."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.models import Programme
from accounts.states import AgreementKind, ClientRole, StaffRole
from accounts.tests.factories import OrganisationFactory, ProgrammeFactory, client_user, legal_text, staff_user
from e2e.server import Site
from e2e.shop import Shop

PATIENCE_SECONDS = 30


@dataclass
class Cast:
    """A browser of its own for everybody; staff and client are logged in with a second factor, the agent is not yet."""

    site: Site
    shop: Shop
    programme: Programme
    agent: Any
    client: Any
    customer: Any
    trainer: Any
    certifier: Any
    reviewer: Any
    second_reviewer: Any
    finance: Any
    stranger: Any


def gather(site: Site, shop: Shop, page_for: Callable[..., Any]) -> Cast:
    """The platform's agreements, a client with a programme whose widget the shop embeds, and everybody's browser."""
    for kind in (AgreementKind.AGREEMENT, AgreementKind.NDA):
        legal_text(kind)
    organisation = OrganisationFactory(name="Harbour Tea Ltd", alias="A tea house")
    programme = ProgrammeFactory(
        organisation=organisation, name="Harbour Tea", languages=["en"], allowed_origins=[shop.origin]
    )
    shop.embed(site=site.address, site_key=programme.site_key)
    return Cast(
        site=site,
        shop=shop,
        programme=programme,
        agent=page_for(width=360),
        client=page_for(client_user(organisation, ClientRole.MANAGER)),
        customer=page_for(width=1000),
        trainer=page_for(staff_user(StaffRole.TRAINER)),
        certifier=page_for(staff_user(StaffRole.CERTIFIER)),
        reviewer=page_for(staff_user(StaffRole.REVIEWER)),
        second_reviewer=page_for(staff_user(StaffRole.REVIEWER)),
        finance=page_for(staff_user(StaffRole.FINANCE)),
        stranger=page_for(width=1000),
    )


class Clock:
    """Moves the site's clock to a moment; it goes on from there."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        self._advance = advance

    def to(self, moment: datetime) -> None:
        self._advance((moment - datetime.now(UTC)).total_seconds())


def eventually(what: str, is_so: Callable[[], bool]) -> None:
    """Wait for the worker: what an event or the clock brings about."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.1)
