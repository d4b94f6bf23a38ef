"""Fixtures of the browser tests: the real site, one Chromium, pages logged in as anybody, axe.

    def test_an_agent_sees_today(page_for, assert_accessible):
        page = page_for(AgentFactory().user, width=360, language="zh-hans")
        page.goto("/agent/")
        assert_accessible(page)

Each page fails its test on a script error, a refused resource or a CSP violation, unless the test takes them
out of `page.faults`. Set `TIDELINE_CHROMIUM` to use another Chromium than the one found.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from e2e import assets, server

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives Chromium, needs committed rows, and stays on one worker so that it starts once."""
    for item in items:
        if Path(str(item.fspath)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))


def _chromium() -> str | None:
    named = os.environ.get("TIDELINE_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    # Playwright's loop runs in this thread; Django would take every query of a test for one inside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_FLAGS)
            yield started
            started.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def _site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    assets.ensure_built()
    folder = tmp_path_factory.mktemp("site")
    clock = folder / "clock"
    clock.write_text("0")
    with server.serve(log=folder / "site.log", clock_file=clock) as address:
        yield address, clock


@pytest.fixture
def site_url(_site: tuple[str, Path], transactional_db: None) -> str:
    """Address of the running site. Rows made by the test are committed and gone afterwards."""
    return _site[0]


@pytest.fixture
def advance_clock(_site: tuple[str, Path]) -> Iterator[Callable[[float], None]]:
    """`advance_clock(1800)`: from now on the site's clock (`core.clock.now`) runs that many seconds ahead."""
    yield lambda seconds: _site[1].write_text(str(seconds)) and None
    _site[1].write_text("0")


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
            context.set_default_timeout(10_000)
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
    """`assert_accessible(page)`: axe finds nothing against WCAG 2.2 AA or its best practices."""
    axe = Axe()

    def check(page: Any, *, context: Any = None, ignore: tuple[str, ...] = ()) -> None:
        options = {
            "runOnly": {"type": "tag", "values": AXE_TAGS},
            "rules": {rule: {"enabled": False} for rule in ignore},
            "resultTypes": ["violations"],
        }
        found = axe.run(getattr(page, "page", page), context=context, options=options)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture(scope="session")
def assert_fits() -> Callable[[Any], None]:
    """`assert_fits(page)`: nothing makes the page wider than its window."""

    def check(page: Any) -> None:
        wide = page.evaluate(
            """() => {
              const limit = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= limit) return [];
              return [...document.querySelectorAll('body *')]
                .filter((e) => e.getBoundingClientRect().right > limit + 1)
                .slice(0, 5).map((e) => e.outerHTML.slice(0, 160));
            }"""
        )
        assert wide == [], f"{page.url} scrolls sideways: {wide}"

    return check
