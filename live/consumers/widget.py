"""The customer's socket."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from django.utils import translation

from core import clock
from core.errors import NotFound
from core.realtime import group_name
from core.sockets import REFUSED, TOO_MANY, UNAUTHENTICATED
from live import selectors, services
from live.actors import CustomerActor
from live.consumers import fields, frames
from live.consumers.base import ConversationSocket
from live.consumers.fields import Frame
from live.consumers.turns import database_turns
from live.errors import OriginRefused, TokenInvalid, TooManyConnections
from live.models import Conversation
from live.policies import customer_of, require_origin
from live.selectors import feed
from live.selectors.conversations import WaitingRoom, open_conversation, programme_of_customer
from live.states import ENDED, WAITING

_ROOM_SECONDS = 2
_rooms: dict[int, tuple[float, WaitingRoom]] = {}
"""Waiting rooms read lately by this process: everybody who waits for a programme asks for the same one."""


class WidgetSocket(ConversationSocket):
    """`/ws/widget/`: one customer and their conversations."""

    side = "customer"
    heartbeat_seconds = 25
    rate = (10.0, 60)
    handlers: ClassVar[dict[str, str]] = {
        "hello": "on_hello",
        "ping": "on_ping",
        "pong": "on_pong",
        "start": "on_start",
        "send": "on_send",
        "resume": "on_resume",
        "typing": "on_typing",
        "delivered": "on_delivered",
        "read": "on_read",
        "end": "on_end",
    }
    actor: CustomerActor | None

    # -- Frames ----------------------------------------------------------------------------------

    async def on_hello(self, frame: Frame) -> None:
        if self.actor is not None:
            return
        after = fields.resume_of(frame)
        try:
            actor = customer_of(fields.text_of(frame, "token"))
            self._speak(frame, actor.language)
            ready, mark = await self.db(self._greet, actor)
            self._enter(actor.public_id)
        except (TokenInvalid, NotFound) as error:
            await self._turn_away(error if isinstance(error, TokenInvalid) else TokenInvalid(), frame, UNAUTHENTICATED)
        except OriginRefused as error:
            await self._turn_away(error, frame, REFUSED)
        except TooManyConnections as error:
            await self._turn_away(error, frame, TOO_MANY)
        else:
            self.actor = actor
            await self._join(group_name("line", actor.programme_id))
            await self.say(ready)
            if mark is not None:
                await self._resume(mark, after.pop(mark.public_id, 0))
            for public_id, seq in after.items():
                if mine := await self.db(feed.mark_by_public_id, actor, public_id):
                    await self._resume(mine, seq)

    async def _turn_away(self, error: Any, frame: Frame, code: int) -> None:
        await self.refuse(error, frame)
        await self.close(code=code)

    async def _resume(self, mark: feed.Mark, after_seq: int) -> None:
        talk = await self.follow(mark, after_seq)
        await self.bring_up_to_date(talk)

    async def on_start(self, frame: Frame) -> None:
        client_msg_id = fields.text_of(frame, "client_msg_id")
        conversation, stored = await self.db(
            services.start_conversation,
            actor=self.actor,
            client_msg_id=client_msg_id,
            text=fields.text_of(frame, "text"),
            form=fields.object_of(frame, "form"),
            language=fields.text_of(frame, "language", default=self.language),
            at=clock.now(),
        )
        mark = await self.db(feed.mark_by_public_id, self.actor, conversation.public_id)
        if mark is None:
            raise NotFound
        talk = await self.follow(mark, 0)
        await self.say_stored(talk, client_msg_id, stored)
        await self.catch_up(talk)
        await self.show_state(talk, always=True)

    async def on_end(self, frame: Frame) -> None:
        talk = self._talk(frame)
        await self.db(services.end_by_customer, actor=self.actor, conversation=talk.row, at=clock.now())
        await self.catch_up(talk)
        await self.show_state(talk, always=True)

    # -- News ------------------------------------------------------------------------------------

    async def live_line(self, event: dict[str, Any]) -> None:
        """The line moved: those who wait look at their place."""
        async with self._quietly():
            await self._look_at_line()

    async def poll(self) -> None:
        if self.actor is not None and self.talks:
            followed = feed.Followed(self.actor.customer_id, tuple(self.talks))
            for mark in await database_turns().read(feed.marks_for, followed):
                await self.compare(self.talks[mark.conversation_id], mark)
        await self._look_at_line()

    async def alive(self, *, heard: bool) -> None:
        open_talks = [talk for talk in self.talks.values() if talk.shown.get("state") not in ENDED]
        if heard:
            for talk in open_talks:
                await self.db(services.seen_by_customer, actor=self.actor, conversation=talk.row, at=clock.now())

    async def _look_at_line(self) -> None:
        for talk in list(self.talks.values()):
            if talk.shown.get("state") in WAITING:
                await self.show_state(talk)

    # -- Reading, in the database thread ---------------------------------------------------------

    def _greet(self, actor: CustomerActor) -> tuple[Frame, feed.Mark | None]:
        """Everything `ready` needs. Raises `OriginRefused`, `NotFound`."""
        at = clock.now()
        programme = programme_of_customer(actor)
        origin = dict(self.scope["headers"]).get(b"origin", b"").decode("latin-1")
        require_origin(programme, origin)
        conversation = open_conversation(actor, at=at)
        mark = body = None
        name = ""
        if conversation is not None:
            services.seen_by_customer(actor=actor, conversation=conversation, at=at)
            mark = feed.mark_by_public_id(actor, conversation.public_id)
            body = self._state_of(actor, conversation.pk)
            name = conversation.customer.display_name
        with translation.override(self.language):
            programme_body = {**frames.programme(programme), "greeting": programme.greeting}
        ready = {
            "type": "ready",
            "protocol": 1,
            "server_time": frames.time_of(at),
            "heartbeat_seconds": self.heartbeat_seconds,
            "customer": {"id": actor.public_id, "name": name},
            "programme": {**programme_body, "languages": programme.languages},
            "conversation": body,
        }
        return ready, mark

    def read_state(self, conversation_id: int) -> Frame | None:
        return self._state_of(self.actor, conversation_id)

    def _state_of(self, actor: CustomerActor | None, conversation_id: int) -> Frame | None:
        head = feed.head_of(actor, conversation_id) if actor else None
        if head is None or actor is None:
            return None
        at = clock.now()
        return frames.state(head, actor, at, _line(head.conversation))


def _line(conversation: Conversation) -> tuple[int, WaitingRoom] | None:
    position = selectors.queue_position(conversation)
    if position is None:
        return None
    now, programme_id = time.monotonic(), conversation.programme_id
    read_at, room = _rooms.get(programme_id, (0.0, None))
    if room is None or now - read_at > _ROOM_SECONDS:
        room = selectors.waiting_room(programme_id, at=clock.now())
        _rooms[programme_id] = (now, room)
    return position, room
