"""Sockets for tests: the real routing, driven in process."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user, user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts.models import AgentProfile
from live.models import Customer
from live.policies import token_for
from marketplace.sockets import websocket_urlpatterns

application = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
SHOP = "http://shop.example"
db = database_sync_to_async


class Socket:
    """One connection; remembers every frame it heard."""

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self.wire = WebsocketCommunicator(application, path, headers=headers)
        self.heard: list[dict[str, Any]] = []

    async def open(self) -> Socket:
        connected, _code = await self.wire.connect(timeout=5)
        assert connected
        return self

    async def say(self, type: str, **fields: Any) -> None:
        await self.wire.send_to(text_data=json.dumps({"type": type, **fields}))

    async def say_raw(self, text: str) -> None:
        await self.wire.send_to(text_data=text)

    async def next(self, seconds: float = 5) -> dict[str, Any]:
        """The next frame; pings are answered and left out."""
        while True:
            # Not `receive_output`: it ends the application when nothing comes in time.
            event = await asyncio.wait_for(self.wire.output_queue.get(), seconds)
            if event["type"] == "websocket.close":
                return {"type": "closed", "code": event.get("code")}
            frame = json.loads(event["text"])
            if frame["type"] == "ping":
                await self.say("pong")
                continue
            self.heard.append(frame)
            return frame

    async def until(self, type: str, seconds: float = 5, **match: Any) -> dict[str, Any]:
        """Read on until a frame of this type with these fields comes; what comes before is passed over."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds)
                if frame["type"] == type and all(frame.get(name) == value for name, value in match.items()):
                    return frame

    async def seen(self, type: str, seconds: float = 5, **match: Any) -> dict[str, Any]:
        """The latest such frame heard so far, else the next to come."""
        for frame in reversed(self.heard):
            if frame["type"] == type and all(frame.get(name) == value for name, value in match.items()):
                return frame
        return await self.until(type, seconds, **match)

    async def quiet(self, seconds: float = 0.2) -> bool:
        """Nothing comes for a while."""
        return await self.wire.receive_nothing(timeout=seconds)

    async def close(self) -> None:
        await self.wire.disconnect()


async def widget(customer: Customer, *, origin: str = SHOP, resume: list[dict[str, Any]] | None = None) -> Socket:
    """A customer's socket that has said hello."""
    socket = await Socket("/ws/widget/", [(b"origin", origin.encode())]).open()
    await socket.say("hello", token=token_for(customer), resume=resume or [])
    return socket


def cookie_of(agent: AgentProfile) -> bytes:
    """The session cookie of a logged-in agent."""
    client = Client()
    client.force_login(agent.user)
    return b"sessionid=" + client.cookies["sessionid"].value.encode()


def log_out_before_flush(cookie: bytes) -> None:
    """Tell of a log-out as Django does: while the session is still in its store."""
    store = SessionStore(cookie.decode().removeprefix("sessionid="))
    request = SimpleNamespace(session=store)
    user_logged_out.send(sender=None, request=request, user=get_user(request))


async def workspace(
    agent: AgentProfile, *, resume: list[dict[str, Any]] | None = None, cookie: bytes | None = None
) -> Socket:
    """An agent's socket that has said hello."""
    headers = [
        (b"origin", b"http://testserver"),
        (b"host", b"testserver"),
        (b"cookie", cookie or await db(cookie_of)(agent)),
    ]
    socket = await Socket("/ws/workspace/", headers).open()
    await socket.say("hello", resume=resume or [])
    return socket
