"""A shop's page on an origin of its own, with the widget's script tag in it."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title></head>
<body><main><h1>Shop</h1></main>
<script src="{site}/static/widget.js" data-site-key="{site_key}" data-language="{language}" async></script>
</body></html>"""


class Shop:
    """What the page says can be changed while it is served."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.body = ""

    def embed(self, *, site: str, site_key: str, language: str = "en") -> None:
        """Put the widget of a programme on the page."""
        self.body = PAGE.format(site=site, site_key=site_key, language=language)


@contextlib.contextmanager
def open_shop() -> Iterator[Shop]:
    """Serve the page until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(shop.body.encode() if found else b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = Shop(f"http://localhost:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
