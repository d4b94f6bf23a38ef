"""The components: no axe violation, no sideways scrolling, no complaint of the browser."""

import pytest


@pytest.mark.parametrize(("width", "language", "scheme"), [(360, "zh-hans", "dark"), (1440, "en", "light")])
def test_gallery_is_accessible(page_for, assert_accessible, assert_fits, width, language, scheme):
    page = page_for(width=width, language=language, scheme=scheme)
    page.goto("/dev/components/")
    page.wait_for_selector("tide-chart[data-drawn]")
    assert_fits(page)
    assert_accessible(page)


def test_scheme_choice_survives_a_reload(page_for):
    page = page_for(scheme="light")
    page.goto("/")
    page.click("theme-switch button[value=dark]")
    assert page.get_attribute("html", "data-theme") == "tideline-dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "tideline-dark"
    page.click("theme-switch button[value=system]")
    page.reload()
    assert page.get_attribute("html", "data-theme") is None


def test_language_switch(page_for):
    page = page_for(language="en")
    page.goto("/help/")
    page.get_by_role("button", name="中文").click()
    page.wait_for_url("**/help/")
    assert page.get_attribute("html", "lang") == "zh-Hans"


def test_live_region_is_fetched_again_when_nudged(page_for):
    page = page_for()
    sockets = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda text: sockets.append(text)))
    page.goto("/dev/components/")
    page.wait_for_function("() => performance.getEntriesByType('resource').length > 0")
    region = page.locator("live-region")
    before = region.inner_text()
    while not any("listening" in str(frame) for frame in sockets):
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Nudge by htmx").click()
    page.wait_for_function("before => document.querySelector('live-region').innerText !== before", arg=before)
    page.get_by_text("Block claimed.").last.wait_for()


def test_form_marks_the_first_mistake_and_fires_once(page_for):
    page = page_for(language="en")
    page.goto("/dev/components/#forms")
    form = page.locator("tide-form[draft=gallery] form")
    form.get_by_role("textbox", name="E-mail").fill("nobody")
    form.get_by_role("button", name="Save").click()
    assert page.evaluate("document.activeElement.name") == "name"
    assert "full e-mail address" in form.inner_text()


def test_keys_open_and_close_the_menu_and_the_dialog(page_for):
    page = page_for(language="en")
    page.goto("/dev/components/")
    opener = page.get_by_role("button", name="Open a dialog")
    opener.press("Enter")
    assert page.locator("#gallery-dialog").evaluate("d => d.open")
    page.keyboard.press("Escape")
    assert not page.locator("#gallery-dialog").evaluate("d => d.open")
    assert opener.evaluate("b => document.activeElement === b")
