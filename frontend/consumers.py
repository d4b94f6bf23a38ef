"""The socket of page updates: nudges, never data. A page listens with tokens its view signed for its reader."""

import asyncio
import contextlib
import json
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.actors import actor_of_session
from core.addresses import socket_address
from core.realtime import group_name, person_group, topic_of
from core.sockets import (
    RECYCLED,
    SILENT,
    TOO_MANY,
    UNAUTHENTICATED,
    Connections,
    is_ended,
    is_from_own_page,
    lifetime_seconds,
)

logger = logging.getLogger(__name__)
MAX_FRAME_BYTES = 4096
MAX_TOPICS = 50
SILENCE_SECONDS = 70
"""A page pings every 25 s; one that stays silent this long is gone."""
MAX_FRAMES_A_MINUTE = 240
FLOODED = 4429
RECHECK_SECONDS = 300
"""A session can run out without a word; this often its sockets look."""
CONNECTIONS = Connections(40)
"""Pages one person may have open at once, of which a browser opens one socket each."""


class PageUpdates(AsyncWebsocketConsumer):
    """`{"type": "listen", "token"}` -> `{"type": "listening", "token", "topic"}`, then nudges: `type, topic, version`.

    A bad token is answered with `{"type": "error", "code": "page.token"}`; pages then reload to get a new one.
    Only pages of this site open it. It closes with 4401 when the session has ended (log-out), with 4410 when the
    person's rights changed (suspension): the page connects again, and everything on it is fetched anew.
    """

    person = ""

    async def connect(self) -> None:
        if not is_from_own_page(self.scope):
            await self.close()
            return
        self.topics: dict[str, str] = {}
        self.last_heard = self.minute = asyncio.get_running_loop().time()
        self.heard_in_minute = 0
        await self.accept()
        person = self._person()
        if not CONNECTIONS.enter(person):
            await self._say({"type": "error", "code": "page.too_many_connections"})
            await self.close(code=TOO_MANY)
            return
        self.person = person
        if (user_id := self._user_id()) is not None:
            try:
                await self.channel_layer.group_add(person_group(user_id), self.channel_name)
            except Exception:
                logger.warning("a page cannot be told of a log-out; it will look itself", exc_info=True)
        self.keeper = asyncio.create_task(self._keep())

    async def disconnect(self, code: int) -> None:
        if self.person:
            CONNECTIONS.leave(self.person)
            self.person = ""
        if hasattr(self, "keeper"):
            self.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.keeper
            for group in self.topics.values():
                await self.channel_layer.group_discard(group, self.channel_name)
            if (user_id := self._user_id()) is not None:
                await self.channel_layer.group_discard(person_group(user_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self.last_heard = asyncio.get_running_loop().time()
        if self._floods():
            await self._say({"type": "error", "code": "page.too_many_frames"})
            await self.close(code=FLOODED)
            return
        frame = self._parse(text_data)
        if frame is None:
            await self._say({"type": "error", "code": "page.malformed"})
        elif frame["type"] == "ping":
            await self._say({"type": "pong"})
        elif frame["type"] == "listen":
            await self._listen(str(frame.get("token", "")))
        else:
            await self._say({"type": "error", "code": "page.unknown_type"})

    def _floods(self) -> bool:
        """A page listens to its topics and pings; many more frames than that are somebody's mischief."""
        if self.last_heard - self.minute > 60:
            self.minute, self.heard_in_minute = self.last_heard, 0
        self.heard_in_minute += 1
        return self.heard_in_minute > MAX_FRAMES_A_MINUTE

    async def page_nudge(self, event: dict[str, Any]) -> None:
        """From the channel layer: tell the page."""
        await self._say({"type": "nudge", "topic": event["topic"], "version": event.get("version", "")})

    async def session_recheck(self, event: dict[str, Any]) -> None:
        """From the channel layer: the person logged out somewhere, or may do more or less than before."""
        over = is_ended(self.scope, event) or await self._is_over()
        await self.close(code=UNAUTHENTICATED if over else RECYCLED)

    async def _listen(self, token: str) -> None:
        # A token of ours is ASCII; anything else could not even be checked.
        topic = topic_of(token if token.isascii() else "", user_id=self._user_id())
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
        """End a silent connection, an old one, and one whose session is over."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + lifetime_seconds()
        look = loop.time() + RECHECK_SECONDS
        while True:
            await asyncio.sleep(SILENCE_SECONDS / 2)
            now = loop.time()
            if now - self.last_heard > SILENCE_SECONDS:
                await self.close(code=SILENT)
                return
            if now > ends:
                await self.close(code=RECYCLED)
                return
            if now > look:
                look = now + RECHECK_SECONDS
                if await self._is_over():
                    await self.close(code=UNAUTHENTICATED)
                    return

    async def _is_over(self) -> bool:
        """True when the session this socket was opened in names its person no longer. A database away says nothing."""
        if self._user_id() is None:
            return False
        key = getattr(self.scope.get("session"), "session_key", None)
        try:
            actor = await database_sync_to_async(actor_of_session)(key)
        except Exception:
            logger.warning("a page's session could not be looked at; it will be again", exc_info=True)
            return False
        return actor is None or actor.user_id != self._user_id()

    def _user_id(self) -> int | None:
        return getattr(self.scope.get("user"), "pk", None)

    def _person(self) -> str:
        """Whom connections are counted for: the person, or for somebody not logged in their address."""
        return str(self._user_id() or socket_address(self.scope))

    @staticmethod
    def _parse(text: str | None) -> dict[str, Any] | None:
        if text is None or len(text) > MAX_FRAME_BYTES:
            return None
        try:
            frame = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return None
        return frame if isinstance(frame, dict) and isinstance(frame.get("type"), str) else None

    async def _say(self, frame: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(frame))


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
