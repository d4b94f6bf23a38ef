"""Every action of every socket with everything wrong: a coded error, a socket that goes on, nothing changed.

The actions are those the consumers take (`test_matrix_sockets` holds that none is missing from its tables), sent by
the person they are for: each frame is only wrong.
"""

from __future__ import annotations

from typing import Any

import pytest

from core.realtime import topic_token
from frontend.consumers import FLOODED, MAX_FRAME_BYTES, MAX_FRAMES_A_MINUTE
from live.consumers import WidgetSocket, WorkspaceSocket
from live.models import Conversation
from live.policies import token_for
from live.tests.sockets import SHOP, Socket, cookie_of, db, widget, workspace
from marketplace.tests.hostile.frames import BAD_FRAMES, wrong
from marketplace.tests.matrix.sockets import WIDGET, WORKSPACE
from marketplace.tests.test_matrix_sockets import Floors, floors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
__all__ = ["floors"]

OF_ONESELF: dict[str, dict[str, dict[str, Any]]] = {
    "workspace": {"presence": {"status": "break"}, "ping": {"n": 1}, "pong": {}},
    "widget": {
        "start": {"client_msg_id": "start-0001", "text": "Hi", "form": {"name": "Mei"}},
        "ping": {"n": 1},
        "pong": {},
    },
}
"""Right frames about oneself; `hello` has its own test."""


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many frames a second one may send has a test of its own."""
    for consumer in (WidgetSocket, WorkspaceSocket):
        monkeypatch.setattr(consumer, "rate", (10_000.0, 10_000))


async def _mine(floors: Floors) -> Socket:
    socket = await workspace(floors.mine.agents[0])
    await socket.until("resumed")
    return socket


async def _customers(floors: Floors) -> Socket:
    get = Conversation.objects.select_related("customer__programme").get
    conversation = await db(get)(pk=floors.conversation.pk)
    socket = await widget(conversation.customer)
    await socket.until("resumed")
    return socket


SIDES = {"workspace": (_mine, WORKSPACE, WorkspaceSocket), "widget": (_customers, WIDGET, WidgetSocket)}


@pytest.mark.parametrize("side", SIDES)
async def test_every_field_of_every_frame(floors: Floors, side: str) -> None:
    opens, table, consumer = SIDES[side]
    right = {name: foreign.fields(floors) for name, foreign in table.items()} | OF_ONESELF[side]
    assert right.keys() | {"hello"} == consumer.handlers.keys()
    socket = await opens(floors)
    before, answers = await db(floors.state)(), {}
    for name, frame in right.items():
        for case, fields in wrong(frame):
            await socket.say(name, **fields, ref="this")
            answers[f"{name}, {case}"] = await _answer(socket, len(answers))
    assert {case: code for case, code in answers.items() if code in (None, "core.unavailable")} == {}
    assert await db(floors.state)() == before
    await socket.close()


async def _answer(socket: Socket, number: int) -> str | None:
    """The code that answered the frame before, if it was refused; a ping says when no answer is coming any more."""
    await socket.say("ping", n=number)
    code = None
    while (frame := await socket.next())["type"] != "pong" or frame["n"] != number:
        if frame["type"] == "error" and frame.get("ref") == "this":
            code = frame["code"]
    return code


@pytest.mark.parametrize("side", SIDES)
async def test_frames_that_are_none(floors: Floors, side: str) -> None:
    socket = await SIDES[side][0](floors)
    before = await db(floors.state)()
    for case, text in BAD_FRAMES.items():
        await socket.say_raw(text)
        error = await socket.until("error")
        assert (error["code"].startswith("live."), case) == (True, case)
    await socket.wire.send_to(bytes_data=b"\x00\xff")
    assert (await socket.until("error"))["code"] == "live.malformed_frame"
    await socket.say("ping", n="on")
    assert (await socket.until("pong"))["n"] == "on"
    assert await db(floors.state)() == before
    await socket.close()


@pytest.mark.parametrize("side", SIDES)
async def test_a_flood_is_refused_and_the_socket_goes_on(
    floors: Floors, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SIDES[side][2], "rate", (5.0, 20))
    socket = await SIDES[side][0](floors)
    before = await db(floors.state)()
    for _ in range(60):
        await socket.say("typing", conversation=floors.conversation.public_id, on=1)
    codes = [(await socket.until("error"))["code"] for _ in range(60)]
    assert set(codes) == {"live.malformed_frame", "live.too_many_frames"}
    assert await db(floors.state)() == before
    monkeypatch.undo()
    await socket.close()


async def test_a_hello_that_is_wrong(floors: Floors) -> None:
    customer = (await db(Conversation.objects.select_related("customer").get)(pk=floors.conversation.pk)).customer
    cookie = await db(cookie_of)(floors.mine.agents[0])
    own = [(b"origin", b"http://testserver"), (b"host", b"testserver"), (b"cookie", cookie)]
    before = await db(floors.state)()
    for path, headers, right in [
        ("/ws/widget/", [(b"origin", SHOP.encode())], {"token": token_for(customer), "resume": []}),
        ("/ws/workspace/", own, {"resume": []}),
    ]:
        for case, fields in wrong(right):
            socket = await Socket(path, headers).open()
            await socket.say("hello", **fields)
            answer = await socket.next()
            assert (answer["type"], case) == ("error", case)
            assert (answer["code"] != "core.unavailable", case) == (True, case)
            await socket.close()
    assert await db(floors.state)() == before


@pytest.mark.parametrize("headers", [
    [(b"origin", b"http://[")],
    [(b"origin", b"\xff\xfe"), (b"host", b"\xff")],
    [(b"origin", b"http://testserver"), (b"host", b"testserver"), (b"cookie", b"sessionid=\x00; =; \xff")],
    [],
])  # fmt: skip
async def test_doors_with_hostile_headers(floors: Floors, headers: list[tuple[bytes, bytes]]) -> None:
    for path in ("/ws/widget/", "/ws/workspace/", "/ws/pages/"):
        socket = Socket(path, headers)
        connected, _code = await socket.wire.connect(timeout=5)
        if connected:
            await socket.say("hello", token="x", resume=[])
            assert (await socket.next())["type"] in ("error", "closed")
            await socket.close()


async def test_page_updates(floors: Floors) -> None:
    agent = floors.mine.agents[0]
    own = [(b"origin", b"http://testserver"), (b"host", b"testserver"), (b"cookie", await db(cookie_of)(agent))]
    page = await Socket("/ws/pages/", own).open()
    token = topic_token(f"earnings.{agent.public_id}", user_id=agent.user_id)
    for value in (None, 7, [], {}, "", "x" * 3000, token[:-1], token + "\x00", "\ud800", "長", f"{token}:{token}"):
        await page.say("listen", token=value)
        assert ((await page.next())["code"], value) == ("page.token", value)
    for case, text in {**BAD_FRAMES, "large": "x" * (MAX_FRAME_BYTES + 1), "not a number": '{"type": NaN}'}.items():
        if case in ("unknown type", "deep inside"):
            continue
        await page.say_raw(text)
        assert ((await page.next())["code"], case) == ("page.malformed", case)
    await page.say_raw('{"type": "__init__"}')
    assert (await page.next())["code"] == "page.unknown_type"
    await page.wire.send_to(bytes_data=b"\x00")
    assert (await page.next())["code"] == "page.malformed"
    await page.say("listen", token=token)
    assert (await page.next())["type"] == "listening"
    for _ in range(MAX_FRAMES_A_MINUTE):
        await page.say("ping")
    assert (await page.until("error"))["code"] == "page.too_many_frames"
    assert await page.until("closed") == {"type": "closed", "code": FLOODED}
