"""The socket of page updates: nudges for the topics one was given, and no others."""

import json
from types import SimpleNamespace

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from core.realtime import group_name, topic_token
from frontend.consumers import MAX_TOPICS, PageUpdates

MEI = SimpleNamespace(pk=1)
LIN = SimpleNamespace(pk=2)


class Socket(WebsocketCommunicator):
    """A page of one person."""

    def __init__(self, user):
        super().__init__(PageUpdates.as_asgi(), "/ws/pages/")
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
