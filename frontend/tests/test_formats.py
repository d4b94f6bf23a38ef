"""Money, numbers and times in both languages."""

import datetime as dt
import re
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core import clock
from core.money import Money
from frontend import formats
from frontend.templatetags.pay import tier_name

AT = dt.datetime(2026, 11, 11, 16, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "minor", "currency", "expected"),
    [
        ("en", 346500, "CNY", "CN¥3,465.00"),
        ("zh-hans", 346500, "CNY", "¥3,465.00"),
        ("en", -250, "USD", "-$2.50"),
        ("en", 1200, "JPY", "¥1,200"),
    ],
)
def test_money_follows_the_language_and_the_currency(language, minor, currency, expected):
    with translation.override(language):
        assert formats.money(minor, currency) == expected


def test_money_signed_shows_a_plus():
    with translation.override("en"):
        assert formats.money(800, "EUR", signed=True) == "+€8.00"
        assert formats.money(0, "EUR", signed=True) == "€0.00"


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (5, "5 s", "5 秒"),
        (185, "3 min 5 s", "3 分钟 5 秒"),
        (4980, "1 h 23 min", "1 小时 23 分钟"),
        (7200, "2 h", "2 小时"),
    ],
)
def test_duration_shows_the_two_largest_units(seconds, english, chinese):
    with translation.override("en"):
        assert formats.duration(seconds) == english
    with translation.override("zh-hans"):
        assert formats.duration(seconds) == chinese


def test_moment_is_in_the_readers_zone():
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        assert formats.moment(AT) == "Nov 12, 2026 00:30"
        assert formats.day(AT) == "Nov 12, 2026"
        assert formats.clock(AT, "Europe/Berlin") == "17:30"
        assert formats.full_moment(AT) == "November 12, 2026 00:30:00 +0800"


def test_zone_is_named_only_where_it_differs():
    with timezone.override("Asia/Shanghai"):
        assert formats.zone_label("Asia/Taipei", AT) == ""
        assert formats.zone_label("Asia/Kolkata", AT) == "UTC+5:30"
        assert formats.zone_label("America/New_York", AT) == "UTC−5"


def test_percent_and_number():
    with translation.override("en"):
        assert formats.percent(0.925) == "92%"
        assert formats.percent(0.925, 1) == "92.5%"
        assert formats.number(1234567.5, 2) == "1,234,567.50"


def test_exact_fractions_are_written_as_numbers():
    assert formats.number(Fraction(2, 3), 1) == "0.7"
    assert formats.percent(Fraction(8, 9)) == "89%"


def test_money_in_review_says_when_the_next_of_it_is_accepted():
    row = SimpleNamespace(
        owed=0, in_review=Money(325, "CNY"), next_accept_at=clock.now() + dt.timedelta(days=3, hours=1)
    )
    with translation.override("zh-hans"):
        shown = render_to_string("agent/home/money.html", {"rows": [row]})
    assert "审核中 ¥3.25，其中最近一笔将在 3天后自动确认" in re.sub(r"<[^>]+>", "", shown)


def test_a_tier_of_a_rate_card_is_named():
    assert [tier_name("bronze"), tier_name("gone")] == ["Bronze", "gone"]
