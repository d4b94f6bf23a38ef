"""Every page: it answers, axe finds nothing, nothing scrolls sideways.

Twice over: full, in the world of the role matrix, whose tables name every address; and empty, as somebody new finds
it, wherever links lead.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.states import StaffRole
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    ProgrammeFactory,
    give_second_factor,
    staff_user,
)
from core import clock
from e2e.crawl import crawl
from marketplace.tests.matrix import addresses
from marketplace.tests.matrix.notation import Address
from marketplace.tests.matrix.roles import KEYS, PEOPLE
from marketplace.tests.matrix.world import NOW, World

AREAS = ("public", "agent", "client", "desk", "live")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
STILL = """
const still = new CSSStyleSheet();
still.replaceSync("*, ::before, ::after { transition: none !important; }");
document.adoptedStyleSheets.push(still);
"""
"""Colours do not fade into those of the other scheme."""
FIRST = ["agent", "newcomer", "owner", "anonymous"]
NO_PAGE = {
    "agent:certificate_download": "application/vc+jwt",
    "agent:statement_file": "text/csv",
    "agent:task_blocks": "text/html",
    "agent:workspace_customer": "text/html",
    "agent:workspace_earlier": "text/html",
    "agent:workspace_phrases": "application/json",
    "client:task_fill": "text/html",
    "desk:course_pictures": "text/html",
    "desk:payouts_file": "text/csv",
    "desk:pool_export": "application/json",
    "public:achievement": "application/json",
    "public:calendar_feed": "text/calendar",
    "public:course_image": "image/png",
    "public:identity_picture": "image/png",
    "public:issuer": "application/json",
    "public:jwks": "application/json",
    "public:own_data": "application/json",
    "public:public_key": "application/json",
    "public:status_list": "application/vc+jwt",
}
"""Addresses that answer with a part of a page or something else, and what."""


@pytest.fixture
def world(site: Any, advance_clock: Callable[[float], None], transactional_db: None) -> World:
    with time_machine.travel(NOW, tick=False):
        made = World()
    advance_clock((NOW - clock.now()).total_seconds())
    return made


def _role(address: Address) -> str:
    """Who opens it: one of a few where they may, so that few browsers are needed."""
    may = [role for role in PEOPLE if address.verbs["GET"].outcome(role) == "may" and role not in KEYS]
    return min(may, key=lambda role: FIRST.index(role) if role in FIRST else len(FIRST))


def _pages(world: World) -> Iterator[tuple[str, str, str]]:
    """`(name, role, address)` of everything that can be opened."""
    for name, address in sorted(addresses.TABLE.items()):
        if "GET" not in address.verbs or address.as_json or name.partition(":")[0] not in AREAS:
            continue
        url = reverse(name, kwargs=address.kwargs(world, list(addresses.pattern_of(name).arguments)))
        sent = address.verbs["GET"].send
        query = sent(world) if callable(sent) else sent
        yield name, _role(address), url + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


@pytest.mark.slow
def test_every_page_of_a_full_world(page_for, world, assert_accessible, assert_fits):
    """Opened once, every second one in Chinese: wide and light, then narrow and dark."""
    browsers: dict[tuple[str, str], Any] = {}
    other: dict[str, str] = {}
    for (name, role, url), language in zip(_pages(world), itertools.cycle(["en", "zh-hans"])):
        if (role, language) not in browsers:
            browsers[role, language] = page_for(world.roles.users.get(role), language=language)
            browsers[role, language].context.add_init_script(STILL)
        page = browsers[role, language]
        answer = page.request.get(url) if name in NO_PAGE else page.goto(url)
        assert answer.status < 400, f"{name} answers {role} {answer.status}"
        if name in NO_PAGE:
            other[name] = answer.headers["content-type"].partition(";")[0]
            assert "<html" not in answer.text()[:500], f"{name} is a page"
            continue
        assert_fits(page)
        assert_accessible(page)
        page.set_viewport_size(NARROW)
        page.emulate_media(color_scheme="dark")
        assert_fits(page)
        assert_accessible(page, by_look=True)
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")
    assert other == NO_PAGE


def _agent():
    return AgentFactory().user


def _newcomer():
    return NewAgentFactory().user


def _client():
    member = MembershipFactory()
    ProgrammeFactory(organisation=member.organisation)
    give_second_factor(member.user)
    return member.user


def _staff():
    return staff_user(*StaffRole)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "start"), [(_agent, "/agent/"), (_newcomer, "/agent/"), (_client, "/client/"), (_staff, "/desk/")]
)
def test_every_page_that_links_lead_to_in_an_empty_world(page_for, assert_accessible, assert_fits, make, start):
    page = page_for(make(), width=360, language="zh-hans", scheme="light")
    for _address in crawl(page, start, (start,)):
        assert_fits(page)
        assert_accessible(page)
