"""The socket of page updates: nudges for the topics one was given, and no others."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from channels.db import database_sync_to_async as db
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from accounts.services import reinstate_agent, suspend_agent
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, staff_actor
from core import clock
from core.realtime import group_name, topic_token
from core.sockets import Connections
from frontend import consumers
from frontend.consumers import CONNECTIONS, MAX_TOPICS, PageUpdates
from live.tests.sockets import Socket as RealSocket
from live.tests.sockets import cookie_of, log_out_before_flush

pytestmark = pytest.mark.slow

MEI = SimpleNamespace(pk=1)
LIN = SimpleNamespace(pk=2)
OWN_PAGE = [(b"origin", b"http://testserver"), (b"host", b"testserver")]


class Socket(WebsocketCommunicator):
    """A page of one person."""

    def __init__(self, user, headers=OWN_PAGE):
        super().__init__(PageUpdates.as_asgi(), "/ws/pages/", headers=headers)
        self.scope["user"] = user

    async def say(self, **frame):
        await self.send_to(text_data=json.dumps(frame))
        return await self.receive_json_from()


async def _open(user):
    socket = Socket(user)
    connected, _ = await socket.connect()
    assert connected
    return socket


async def test_a_listener_is_nudged():
    socket = await _open(MEI)
    token = topic_token("claims.agt_1", user_id=MEI.pk)
    assert await socket.say(type="listen", token=token) == {
        "type": "listening",
        "token": token,
        "topic": "claims.agt_1",
    }
    await get_channel_layer().group_send(
        group_name("page", "claims.agt_1"), {"type": "page.nudge", "topic": "claims.agt_1", "version": "7"}
    )
    assert await socket.receive_json_from() == {"type": "nudge", "topic": "claims.agt_1", "version": "7"}
    await socket.disconnect()


async def test_somebody_elses_token_opens_nothing():
    socket = await _open(MEI)
    for token in (topic_token("claims.agt_1", user_id=LIN.pk), "forged", ""):
        assert await socket.say(type="listen", token=token) == {"type": "error", "code": "page.token"}
    await get_channel_layer().group_send(
        group_name("page", "claims.agt_1"), {"type": "page.nudge", "topic": "claims.agt_1"}
    )
    assert await socket.receive_nothing()
    await socket.disconnect()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "page.malformed"),
        ("[]", "page.malformed"),
        ('{"type": 1}', "page.malformed"),
        ('{"type": "listen", "token": "' + "x" * 5000 + '"}', "page.malformed"),
        ('{"type": "drop tables"}', "page.unknown_type"),
    ],
)
async def test_bad_frames_are_answered_with_a_code(text, code):
    socket = await _open(MEI)
    await socket.send_to(text_data=text)
    assert await socket.receive_json_from() == {"type": "error", "code": code}
    assert await socket.say(type="ping") == {"type": "pong"}
    await socket.disconnect()


async def test_topics_have_a_limit():
    socket = await _open(MEI)
    for number in range(MAX_TOPICS):
        await socket.say(type="listen", token=topic_token(f"t.{number}", user_id=MEI.pk))
    answer = await socket.say(type="listen", token=topic_token("t.more", user_id=MEI.pk))
    assert answer == {"type": "error", "code": "page.too_many_topics"}
    await socket.disconnect()


@pytest.mark.parametrize("origin", [b"http://elsewhere.example", b"null", b"", None])
async def test_pages_of_other_sites_open_nothing(origin):
    headers = [(b"host", b"testserver")] + ([] if origin is None else [(b"origin", origin)])
    socket = Socket(MEI, headers)
    assert (await socket.connect())[0] is False


async def test_one_person_has_only_so_many_pages(monkeypatch):
    monkeypatch.setattr(CONNECTIONS, "most", 2)
    mei = SimpleNamespace(pk=-1)
    pages = [await _open(mei) for _ in range(2)]
    third = await _open(mei)
    assert await third.receive_json_from() == {"type": "error", "code": "page.too_many_connections"}
    assert await third.receive_output() == {"type": "websocket.close", "code": 4409}
    other = await _open(LIN)
    await pages[0].disconnect()
    again = await _open(mei)
    assert await again.say(type="ping") == {"type": "pong"}
    for page in (pages[1], other, again):
        await page.disconnect()
    await third.disconnect()
    assert "-1" not in CONNECTIONS._open


async def test_visitors_are_told_apart_by_their_own_address_behind_the_proxy(settings, monkeypatch):
    settings.TRUSTED_PROXIES = 1
    monkeypatch.setattr(consumers, "CONNECTIONS", Connections(1))
    sockets = []
    for address in (b"203.0.113.1", b"203.0.113.2"):
        socket = Socket(SimpleNamespace(pk=None), headers=[*OWN_PAGE, (b"x-forwarded-for", b"10.9.9.9, " + address)])
        socket.scope["client"] = ["10.0.0.1", 1]
        await socket.connect()
        assert await socket.say(type="ping") == {"type": "pong"}
        sockets.append(socket)
    for socket in sockets:
        await socket.disconnect()


async def test_silent_and_old_connections_end(monkeypatch):
    monkeypatch.setattr(consumers, "SILENCE_SECONDS", 0.1)
    silent = await _open(MEI)
    assert await silent.receive_output(timeout=5) == {"type": "websocket.close", "code": 4408}
    monkeypatch.setattr(consumers, "lifetime_seconds", lambda: 0)
    monkeypatch.setattr(consumers, "SILENCE_SECONDS", 0.5)
    old = await _open(MEI)
    assert await old.say(type="ping") == {"type": "pong"}
    assert await old.receive_output(timeout=5) == {"type": "websocket.close", "code": 4410}
    for socket in (silent, old):
        await socket.disconnect()


async def _page_of(agent, cookie=None):
    headers = [*OWN_PAGE, (b"cookie", cookie or await db(cookie_of)(agent))]
    return await RealSocket("/ws/pages/", headers).open()


@pytest.mark.django_db(transaction=True)
async def test_logging_out_closes_the_pages_of_that_session():
    agent = await db(AgentFactory)()
    cookie = await db(cookie_of)(agent)
    page, elsewhere = await _page_of(agent, cookie), await _page_of(agent)
    token = topic_token("claims.x", user_id=agent.user_id)
    await page.say("listen", token=token)
    assert (await page.next())["type"] == "listening"
    await db(log_out_before_flush)(cookie)
    assert await page.next() == {"type": "closed", "code": 4401}
    # The other browser's session goes on: it is asked to come back, and may.
    assert await elsewhere.next() == {"type": "closed", "code": 4410}
    for socket in (page, elsewhere):
        await socket.close()


@pytest.mark.django_db(transaction=True)
async def test_a_session_that_runs_out_without_a_word_is_noticed(monkeypatch):
    monkeypatch.setattr(consumers, "SILENCE_SECONDS", 0.4)
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0)
    agent = await db(AgentFactory)()
    page = await _page_of(agent)

    def change_password():
        agent.user.set_password("another-one-1234")
        agent.user.save()

    await db(change_password)()
    frame = None
    async with asyncio.timeout(5):
        while frame is None or frame["type"] == "pong":
            await page.say("ping")
            frame = await page.next()
            await asyncio.sleep(0.05)
    assert frame == {"type": "closed", "code": 4401}


@pytest.mark.django_db(transaction=True)
async def test_a_suspension_and_its_end_make_the_pages_look_again():
    agent = await db(AgentFactory)()
    operator = await db(staff_actor)(StaffRole.OPERATOR)
    page = await _page_of(agent)
    await db(suspend_agent)(actor=operator, agent=agent, reason="Rude", at=clock.now())
    assert await page.next() == {"type": "closed", "code": 4410}
    page = await _page_of(agent)
    await db(reinstate_agent)(actor=operator, agent=agent, at=clock.now())
    assert await page.next() == {"type": "closed", "code": 4410}
