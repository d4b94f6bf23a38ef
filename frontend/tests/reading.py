"""A page as somebody opens it, and what a reader sees on it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client as Browser

from accounts.models import User


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def text(response: Any) -> str:
    """What a reader sees, tags and repeated space left out."""
    plain = re.sub(r"<(script|style|template)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", plain).split())
