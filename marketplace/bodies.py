"""Requests too large for the site, refused before anything is made of them."""

from __future__ import annotations

import json
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

REFUSAL = {"type": "about:blank", "status": 413, "code": "core.body_too_large", "title": "Content Too Large"}


def limit_bodies(app: Any, most: int) -> Any:
    """`app` without requests whose bodies pass `most` bytes: Django's own door spools a whole body before a view runs.

    One that says so in its headers is answered 413; one that does not is taken for cut off where it passes the limit.
    """

    async def limited(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and (len(said) > 18 or int(said) > most):
            await _refuse(send)
            return
        seen = 0

        async def counted() -> Any:
            nonlocal seen
            event: Any = await receive()
            seen += len(event.get("body", b""))
            return {"type": "http.disconnect"} if seen > most else event

        await app(scope, counted, send)

    return limited


async def _refuse(send: ASGISendCallable) -> None:
    body = json.dumps(REFUSAL).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})
