"""What is too large is refused at the door, by its own word or where it passes the limit."""

import re

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from marketplace.asgi import application
from marketplace.bodies import limit_bodies

MOST = 1000


async def reader(scope, receive, send):
    """Answers with what it could read, as Django does: everything, or nothing when the body is cut off."""
    size, more = 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        size, more = size + len(event.get("body", b"")), event.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def request(app, headers=()):
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": list(headers)}
    return ApplicationCommunicator(app, scope)


@pytest.mark.parametrize(("length", "status"), [(b"1000", 200), (b"1001", 413), (b"99999999999999999999", 413)])
async def test_a_body_that_says_it_is_too_large_is_not_read(length, status):
    wire = request(limit_bodies(reader, MOST), [(b"content-length", length)])
    await wire.send_input({"type": "http.request", "body": b"x", "more_body": False})
    assert (await wire.receive_output())["status"] == status


async def test_a_body_that_does_not_say_is_cut_off_where_it_passes_the_limit():
    wire = request(limit_bodies(reader, MOST))
    for _ in range(3):
        await wire.send_input({"type": "http.request", "body": b"x" * 400, "more_body": True})
    await wire.wait()
    assert wire.output_queue.empty()


async def test_the_site_has_the_limit_of_its_proxy():
    wire = request(application, [(b"content-length", str(settings.BODY_MAX_BYTES + 1).encode())])
    assert (await wire.receive_output())["status"] == 413
    said = re.search(r"max_size (\d+)MB", (settings.BASE_DIR / "Caddyfile").read_text())
    assert said is not None
    assert int(said[1]) * 1000 * 1000 == settings.BODY_MAX_BYTES
