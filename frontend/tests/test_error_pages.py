"""Every page for what went wrong: it is there, in both languages, with a way out, and it loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import AgentFactory, UserFactory
from core.errors import TRY_AGAIN_SECONDS

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/"
LANGUAGES = {"en": 0, "zh-hans": 1}
WORDS: dict[int, tuple[str, str]] = {
    400: ("We could not read that request", "无法识别这个请求"),
    404: ("Nothing here", "这里什么都没有"),
    405: ("This is not a page to open", "这里没有可以打开的页面"),
    413: ("That was too much at once", "一次提交的内容太大了"),
    429: ("Too many tries", "尝试次数过多"),
    500: ("Something broke on our side", "我们这边出了问题"),
    503: ("Not answering just now", "暂时没有响应"),
}


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("accounts.selectors.landing", fail)


def _ask(client: Client, status: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Do what brings this page about."""
    if status in (500, 503):
        _break(monkeypatch, OperationalError("gone") if status == 503 else RuntimeError("secret detail"))
        return client.get(reverse("public:landing"))
    if status == 429:
        cache.clear()
        reset, address = reverse("account_reset_password"), {"email": "nobody@example.com"}
        return [client.post(reset, address) for _ in range(30)][-1]
    if status == 400:
        return client.get("/", headers={"host": "evil.example"})
    if status == 413:
        return client.post(reverse("public:start"), b"a=" + b"x" * 6_000_000, "application/x-www-form-urlencoded")
    if status == 405:
        return client.get(reverse("agent:calendar_feed"))
    return client.get("/nothing-here/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", WORDS)
def test_page(status: int, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(AgentFactory().user)
    client.cookies["django_language"] = language
    response = _ask(client, status, monkeypatch)
    html = response.content.decode()
    assert (response.status_code, WORDS[status][LANGUAGES[language]] in html) == (status, True), html[:2000]
    assert 'href="/"' in html
    assert "data-unanswered" in html  # the form that led here keeps what was typed
    assert "secret detail" not in html
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in html
    if status == 503:
        assert response["Retry-After"] == str(TRY_AGAIN_SECONDS)
    if status == 405:
        assert response["Allow"] == "POST"


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page() -> None:
    client = Client(headers={"referer": "http://testserver/settings/?tab=1"})
    response = client.post(reverse("agent:calendar_feed"))
    assert response["Location"] == f"{reverse('account_login')}?next=/settings/%3Ftab%3D1"
    login = client.get(response["Location"])
    assert "data-unanswered" in login.content.decode()
    elsewhere = Client(headers={"referer": "https://evil.example/settings/"}).post(reverse("agent:calendar_feed"))
    assert elsewhere["Location"].endswith("?next=/")


def test_a_part_of_a_page_says_that_the_session_has_ended() -> None:
    response = Client(headers={"HX-Request": "true", "Accept-Language": "zh-hans"}).get(reverse("public:settings"))
    assert response.status_code == 401
    assert "登录已失效" in response.headers["HX-Trigger"].encode().decode("unicode_escape")


def test_a_form_without_its_token_says_so_in_a_toast_or_on_a_page() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    page = client.post(SETTINGS, {"display_name": "Lin"})
    assert (page.status_code, "data-unanswered" in page.content.decode()) == (403, True)
    toast = client.post(SETTINGS, {"display_name": "Lin"}, headers={"HX-Request": "true"})
    assert (toast.status_code, "older than your last log-in" in toast["HX-Trigger"]) == (403, True)


def test_a_page_knows_whose_it_is_so_that_what_was_typed_comes_back_to_nobody_else() -> None:
    client = Client()
    user = UserFactory()
    client.force_login(user)
    assert f'data-person="{user.public_id}"' in client.get(SETTINGS).content.decode()
    assert 'data-person=""' in Client().get("/").content.decode()
