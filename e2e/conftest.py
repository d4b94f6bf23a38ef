"""Fixtures of the browser tests: the real site, one Chromium, pages logged in as anybody, axe.

    def test_an_agent_sees_today(page_for, assert_accessible):
        page = page_for(AgentFactory().user, width=360, language="zh-hans")
        page.goto("/agent/")
        assert_accessible(page)

Each page fails its test on a script error, a refused resource or a CSP violation, unless the test takes them
out of `page.faults`. Set `TIDELINE_CHROMIUM` to use another Chromium than the one found.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core import clock
from e2e import assets, chromium, server
from e2e.shop import Shop, open_shop
from live.tests.factories import Floor, floor

PATIENCE_MS = 30_000
"""How long a test waits for what has to come: only a failing one waits that long, and a busy machine is no failure."""
expect.set_options(timeout=PATIENCE_MS)
BY_LOOK = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""Rules of axe whose answer depends on width and colours."""
LONG = ("test_chain", "test_every_page")
"""Files that take as long as all the others."""
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives Chromium and needs committed rows: two halves, as long as each other, on two workers."""
    for item in items:
        path = Path(str(item.fspath))
        if path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group(f"e2e {path.stem in LONG}"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    # Playwright's loop runs in this thread; Django would take every query of a test for one inside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.FLAGS)
            yield started
            started.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Site]:
    """The web alone, shared by all browser tests; a test that needs more runs a site of its own under this name."""
    assets.ensure_built()
    with server.serve(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def site_url(site: server.Site, transactional_db: None) -> str:
    """Address of the running site. Rows made by the test are committed and gone afterwards."""
    return site.address


@pytest.fixture
def advance_clock(site: server.Site) -> Iterator[Callable[[float], None]]:
    """`advance_clock(1800)`: from now on the site's clock (`core.clock.now`) runs that many seconds ahead."""
    yield site.set_clock
    site.set_clock(0)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop on an origin of its own; `shop.embed(...)` puts a programme's widget on its page."""
    with open_shop() as opened:
        yield opened


@pytest.fixture
def staffed(
    site: server.Site, site_url: str, shop: Shop, advance_clock: Callable[[float], None], settings: Any
) -> Floor:
    """One agent checked in for a programme whose widget the shop embeds; the block has run for five minutes."""
    starts_at = clock.floor_to_block(clock.now()) + clock.BLOCK
    advance_clock((starts_at + timedelta(minutes=5) - clock.now()).total_seconds())
    settings.CLOCK_OFFSET_FILE = str(site.clock)
    made = floor(available=False, at=clock.now(), starts_at=starts_at)
    made.programme.allowed_origins = [shop.origin]
    made.programme.name, made.programme.greeting = "Harbour Tea", "Ask us anything about tea."
    made.programme.save()
    shop.embed(site=site_url, site_key=made.programme.site_key)
    return made


class WatchedPage:
    """A Playwright page (every attribute is the page's own) with the `faults` it has shown so far."""

    def __init__(self, page: Page, faults: list[str]) -> None:
        self.page = page
        self.faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)


@pytest.fixture
def page_for(browser: Browser, site_url: str) -> Iterator[Callable[..., WatchedPage]]:
    """`page_for(user, width=360, scheme="dark", language="zh-hans")`: a page in a browser of its own, logged in."""
    pages: list[WatchedPage] = []
    with ExitStack() as stack:

        def make(
            user: Any = None,
            *,
            width: int = 1440,
            height: int = 900,
            scheme: str = "light",
            language: str = "en",
            **more: Any,
        ) -> WatchedPage:
            context = browser.new_context(
                base_url=site_url,
                viewport={"width": width, "height": height},
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="zh-CN" if language == "zh-hans" else "en-GB",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
                **more,
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site_url}])
            if user is not None:
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": site_url}])
            watched = WatchedPage(context.new_page(), [])
            _watch(watched)
            pages.append(watched)
            return watched

        yield make
        faults = [fault for page in pages for fault in page.faults]
    assert faults == [], "the browser complained:\n" + "\n".join(faults)


def _session(user: Any) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _watch(watched: WatchedPage) -> None:
    watched.page.on("pageerror", lambda error: watched.faults.append(f"script error: {error}"))

    def console(message: Any) -> None:
        # The answer's own status (404, 422, …) is what tests look at; the browser also logs it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            watched.faults.append(f"{watched.page.url}: {message.text}")

    watched.page.on("console", console)


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """`assert_accessible(page)`: axe finds nothing against WCAG 2.2 AA or its best practices.

    `by_look=True` asks only what depends on width and colours, for a page already looked at in full.
    """

    def check(page: Any, *, context: Any = None, ignore: tuple[str, ...] = (), by_look: bool = False) -> None:
        options = {
            "runOnly": {"type": "rule", "values": BY_LOOK} if by_look else {"type": "tag", "values": AXE_TAGS},
            "rules": {rule: {"enabled": False} for rule in ignore},
            "resultTypes": ["violations"],
        }
        page = getattr(page, "page", page)
        if not page.evaluate("typeof axe === 'object'"):
            page.context.add_init_script(AXE_SCRIPT)  # the documents to come have it as they open
            page.evaluate(AXE_SCRIPT)
        # What it found right would be most of the answer.
        run = "([part, options]) => axe.run(part || document, options).then(({violations}) => ({violations}))"
        found = AxeResults(page.evaluate(run, [context, options]))
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture(scope="session")
def assert_fits() -> Callable[[Any], None]:
    """`assert_fits(page)`: nothing makes the page wider than its window; what follows a resize has a second for it."""

    def check(page: Any) -> None:
        wide = page.evaluate(
            """async () => {
              const root = document.documentElement;
              const ends = performance.now() + 1000;
              while (root.scrollWidth > root.clientWidth && performance.now() < ends) {
                await new Promise(requestAnimationFrame);
              }
              const limit = root.clientWidth;
              if (root.scrollWidth <= limit) return [];
              return [...document.querySelectorAll('body *')]
                .filter((e) => e.getBoundingClientRect().right > limit + 1)
                .slice(0, 5).map((e) => e.outerHTML.slice(0, 160));
            }"""
        )
        assert wide == [], f"{page.url} scrolls sideways: {wide}"

    return check
