"""`manage.py demo_shop`: a client's page on an origin of its own, with the chat widget in it.

The page is `frontend/shop/`; the shop knows the marketplace only as any client's site does, by the
widget's script tag and a site key. For `make run` and browser tests, never for production.
"""

import html
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Programme

PAGES = settings.BASE_DIR / "frontend" / "shop"


class Command(BaseCommand):
    help = "Serve the demo shop."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *, bind: str, port: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo shop is not for production.")
        ThreadingHTTPServer((bind, port), Shop).serve_forever()


class Shop(BaseHTTPRequestHandler):
    """Answers `/` (`?site=<site key>&language=<zh-hans or en>`) and `/shop.css`."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/shop.css":
            self._answer("text/css", (PAGES / "shop.css").read_bytes())
        elif address.path == "/":
            asked = {key: values[-1] for key, values in parse_qs(address.query).items()}
            self._answer("text/html", page(asked.get("site", ""), asked.get("language", "zh-hans")).encode())
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing about each request."""


def page(site_key: str, language: str) -> str:
    """Return the shop's page for the programme named, or the first that allows this origin."""
    try:
        programmes = list(Programme.objects.filter(allowed_origins__contains=[settings.SHOP_URL]).order_by("pk"))
    finally:
        connection.close()
    language = language if language in dict(settings.LANGUAGES) else "zh-hans"
    chosen = next((p for p in programmes if p.site_key == site_key), programmes[0] if programmes else None)
    key = chosen.site_key if chosen else ""
    links = [f'<a href="/?site={p.site_key}&amp;language={language}">{html.escape(p.name)}</a>' for p in programmes]
    for code, name in (("zh-hans", "中文"), ("en", "English")):
        links.append(f'<a href="/?site={key}&amp;language={code}" lang="{code}">{name}</a>')
    with override(language):
        if chosen:
            heading = _("Questions about your order?")
            text = _("Use the chat at the bottom right. A person answers.")
        else:
            heading = _("This shop has no programme yet")
            text = _("No programme allows the address of this page. Allow it in the programme's settings.")
    widget = f'<script src="{settings.BASE_URL}/static/widget.js" data-site-key="{key}" async></script>'
    return Template((PAGES / "index.html").read_text()).substitute(
        language=language,
        shop=html.escape(chosen.name if chosen else "Tideline"),
        links=" ".join(links),
        heading=heading,
        text=text,
        widget=widget if chosen else "",
    )
