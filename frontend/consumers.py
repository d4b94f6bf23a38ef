"""The socket of page updates: nudges, never data. A page listens with tokens its view signed for its reader."""

import asyncio
import json
import random
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from core.realtime import group_name, topic_of

MAX_FRAME_BYTES = 4096
MAX_TOPICS = 50
SILENCE_SECONDS = 70
"""A page pings every 25 s; one that stays silent this long is gone."""
RENEW_SECONDS = 6 * 3600
LONGEST_SECONDS = 20 * 3600
"""Connections end by themselves before the layer forgets their groups (24 h), each at its own moment."""


class PageUpdates(AsyncWebsocketConsumer):
    """`{"type": "listen", "token"}` -> `{"type": "listening", "token", "topic"}`, then nudges: `type, topic, version`.

    A bad token is answered with `{"type": "error", "code": "page.token"}`; pages then reload to get a new one.
    """

    async def connect(self) -> None:
        self.topics: dict[str, str] = {}
        self.last_heard = asyncio.get_running_loop().time()
        await self.accept()
        self.keeper = asyncio.create_task(self._keep())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "keeper"):
            self.keeper.cancel()
        for group in self.topics.values():
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self.last_heard = asyncio.get_running_loop().time()
        frame = self._parse(text_data)
        if frame is None:
            await self._say({"type": "error", "code": "page.malformed"})
        elif frame["type"] == "ping":
            await self._say({"type": "pong"})
        elif frame["type"] == "listen":
            await self._listen(str(frame.get("token", "")))
        else:
            await self._say({"type": "error", "code": "page.unknown_type"})

    async def page_nudge(self, event: dict[str, Any]) -> None:
        """From the channel layer: tell the page."""
        await self._say({"type": "nudge", "topic": event["topic"], "version": event.get("version", "")})

    async def _listen(self, token: str) -> None:
        user = self.scope.get("user")
        topic = topic_of(token, user_id=getattr(user, "pk", None))
        if topic is None:
            await self._say({"type": "error", "code": "page.token"})
            return
        if topic not in self.topics:
            if len(self.topics) >= MAX_TOPICS:
                await self._say({"type": "error", "code": "page.too_many_topics"})
                return
            self.topics[topic] = group_name("page", topic)
            await self.channel_layer.group_add(self.topics[topic], self.channel_name)
        await self._say({"type": "listening", "token": token, "topic": topic})

    async def _keep(self) -> None:
        """Renew the groups, end a silent or an old connection."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + LONGEST_SECONDS * random.uniform(0.5, 1)  # noqa: S311
        renew = loop.time() + RENEW_SECONDS
        while True:
            await asyncio.sleep(SILENCE_SECONDS / 2)
            if loop.time() - self.last_heard > SILENCE_SECONDS or loop.time() > ends:
                await self.close(code=4000)
                return
            if loop.time() > renew:
                renew = loop.time() + RENEW_SECONDS
                for group in self.topics.values():
                    await self.channel_layer.group_add(group, self.channel_name)

    @staticmethod
    def _parse(text: str | None) -> dict[str, Any] | None:
        if text is None or len(text) > MAX_FRAME_BYTES:
            return None
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return frame if isinstance(frame, dict) and isinstance(frame.get("type"), str) else None

    async def _say(self, frame: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(frame))
