"""What both sockets share: reading frames, catching up from the database, staying alive.

A wake-up from the channel layer says only that there is something to read. Whatever is sent is read from the
database by `seq`, so a lost, doubled or reordered wake-up changes nothing, and a poll finds what was never woken.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.utils import translation

from core import clock
from core.errors import DomainError, NotFound, Unavailable
from core.realtime import group_name
from core.refusals import domain_error
from core.sockets import RECYCLED, SILENT, error_frame, lifetime_seconds
from live import services
from live.actors import Talker
from live.consumers import fields, frames, limits
from live.consumers.fields import Frame
from live.consumers.turns import database_turns
from live.errors import HelloFirst, UnknownType
from live.models import Conversation
from live.selectors import feed

logger = logging.getLogger(__name__)
T = TypeVar("T")

HELLO_SECONDS = 10
POLL_SECONDS = 5
LANGUAGES = ("zh-hans", "en")


@dataclass
class Talk:
    """One conversation on this connection: how far it has been sent, and the state that was shown last."""

    row: Conversation
    sent: int
    shown: Frame = field(default_factory=dict)

    @property
    def public_id(self) -> str:
        return self.row.public_id


class ConversationSocket(AsyncWebsocketConsumer):
    """Base of the widget's and the workspace's socket. Subclasses say who is there and which frames they take."""

    side: ClassVar[str]
    heartbeat_seconds: ClassVar[int]
    rate: ClassVar[tuple[float, int]]
    handlers: ClassVar[dict[str, str]]

    actor: Talker | None = None
    person = ""
    language = "en"

    # -- Life of a connection --------------------------------------------------------------------

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own asks a thread to close old connections before every message; our database calls do that."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        self.talks: dict[int, Talk] = {}
        self.names: dict[str, Talk] = {}
        self.groups_joined: set[str] = set()
        self.turn = asyncio.Lock()
        self.loop = asyncio.get_running_loop()
        self.last_heard = self.loop.time()
        self.frame_rate = limits.FrameRate(*self.rate)
        await self.accept()
        self.keeper = asyncio.create_task(self._keep())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "keeper"):
            self.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.keeper
            for group in self.groups_joined:
                await self._leave(group)
        if self.person:
            limits.leave(self.person)
            self.person = ""

    def _enter(self, person: str) -> None:
        limits.enter(person)
        self.person = person

    async def _keep(self) -> None:
        """Poll for what no wake-up told, ping, note presence, and end what is silent or old."""
        started = pinged = self.loop.time()
        ends = started + lifetime_seconds()
        while True:
            # All sockets of a process look at the same moment, so that they go on one trip.
            await asyncio.sleep(POLL_SECONDS - self.loop.time() % POLL_SECONDS)
            now = self.loop.time()
            if self.actor is None:
                if now - started > HELLO_SECONDS:
                    await self.close(code=SILENT)
                continue
            if now - self.last_heard > 3 * self.heartbeat_seconds + POLL_SECONDS:
                await self.close(code=SILENT)
                return
            if now > ends:
                await self.close(code=RECYCLED)
                return
            try:
                async with self.turn:
                    await self.poll()
                    if now - pinged >= self.heartbeat_seconds - POLL_SECONDS / 2:
                        pinged = now
                        await self.say({"type": "ping"})
                        await self.alive(heard=now - self.last_heard < self.heartbeat_seconds * 2.5)
            except Exception:
                logger.warning("a socket could not look for news; it will look again", exc_info=True)

    async def poll(self) -> None:
        """Find in the database what no wake-up told of."""
        raise NotImplementedError

    async def alive(self, *, heard: bool) -> None:
        """Once a heartbeat: note that the person is there, look whether they may still be."""
        raise NotImplementedError

    # -- Frames in -------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        frame: Frame = {}
        self.last_heard = self.loop.time()
        try:
            self.frame_rate.take(self.last_heard)
            frame = fields.parse(text_data)
            fields.require_text(frame)
            name = self.handlers.get(frame["type"])
            if name is None:
                raise UnknownType
            if self.actor is None and frame["type"] not in ("hello", "ping", "pong"):
                raise HelloFirst
            async with self.turn:
                await getattr(self, name)(frame)
        except DomainError as error:
            await self.refuse(error, frame)
        except DatabaseError as error:
            refusal = domain_error(error)
            if refusal is None:
                logger.exception("a frame could not be carried out")
            await self.refuse(refusal or Unavailable(), frame)
        except Exception:
            logger.exception("a frame of type %s failed", frame.get("type"))
            await self.refuse(Unavailable(), frame)

    async def refuse(self, error: DomainError, frame: Frame) -> None:
        """Answer a frame with the error, in the person's language."""
        ref = frame.get("ref")
        with translation.override(self.language):
            answer = error_frame(error, ref=fields.clean(ref[:64]) if isinstance(ref, str) else None)
        if isinstance(client_msg_id := frame.get("client_msg_id"), str):
            answer["client_msg_id"] = fields.clean(client_msg_id[:64])
        await self.say(answer)

    async def on_ping(self, frame: Frame) -> None:
        await self.say({"type": "pong", "n": fields.echo_of(frame, "n"), "server_time": frames.time_of(clock.now())})

    async def on_pong(self, frame: Frame) -> None:
        """Being heard is all it is for."""

    async def on_send(self, frame: Frame) -> None:
        talk = self._talk(frame)
        client_msg_id = fields.text_of(frame, "client_msg_id")
        stored = await self.db(
            services.send_message,
            actor=self.actor,
            conversation=talk.row,
            client_msg_id=client_msg_id,
            text=fields.text_of(frame, "text", default="" if frame.get("attachment") else None),
            epoch=None if self.side == "customer" else fields.number_of(frame, "epoch"),
            attachment=fields.id_of(frame, "attachment") if frame.get("attachment") else "",
            at=clock.now(),
        )
        await self.say_stored(talk, client_msg_id, stored)

    async def say_stored(self, talk: Talk, client_msg_id: str, stored: services.Stored) -> None:
        """Acknowledge after commit; what lies between is sent first, so that numbers arrive in order."""
        if stored.seq == talk.sent + 1:
            talk.sent = stored.seq
        elif stored.seq > talk.sent:
            await self.catch_up(talk)
        answer = {
            "type": "stored",
            "conversation": talk.public_id,
            "client_msg_id": client_msg_id,
            "seq": stored.seq,
            "at": frames.time_of(stored.at),
            "masked": stored.is_masked,
        }
        if stored.is_masked:
            answer["text"] = stored.body
        if self.side == "agent":
            answer |= frames.reply_times(stored)
        await self.say(answer)

    async def on_resume(self, frame: Frame) -> None:
        talk = self._talk(frame)
        talk.sent = fields.number_of(frame, "after_seq")
        await self.bring_up_to_date(talk)

    async def on_typing(self, frame: Frame) -> None:
        talk = self._talk(frame)
        on = fields.flag_of(frame, "on")
        event = {"type": "live.typing", "conversation": talk.row.pk, "by": self.side, "on": on}
        with contextlib.suppress(Exception):  # typing is worth nothing a moment later
            await self.channel_layer.group_send(group_name("conversation", talk.row.pk), event)

    async def on_delivered(self, frame: Frame) -> None:
        await self._mark(services.mark_delivered, frame)

    async def on_read(self, frame: Frame) -> None:
        await self._mark(services.mark_read, frame)

    async def _mark(self, service: Callable[..., bool], frame: Frame) -> None:
        talk, seq = self._talk(frame), fields.number_of(frame, "seq")
        await self.db(service, actor=self.actor, conversation=talk.row, seq=seq, at=clock.now())

    def _talk(self, frame: Frame) -> Talk:
        talk = self.names.get(fields.id_of(frame, "conversation"))
        if talk is None:
            raise NotFound
        return talk

    # -- Wake-ups from the layer -----------------------------------------------------------------

    async def live_wake(self, event: dict[str, Any]) -> None:
        """Something about a conversation; a number that was sent already needs no reading."""
        talk = self.talks.get(event["conversation"])
        if talk is None or 0 < event["seq"] <= talk.sent:
            return
        async with self._quietly():
            await (self.catch_up(talk) if event["seq"] else self.show_state(talk))

    async def live_marks(self, event: dict[str, Any]) -> None:
        talk = self.talks.get(event["conversation"])
        if talk is not None:
            async with self._quietly():
                for mark in await self.db(feed.marks_of, self.actor, [talk.row.pk]):
                    await self.show_marks(talk, mark)

    async def live_typing(self, event: dict[str, Any]) -> None:
        talk = self.talks.get(event["conversation"])
        if talk is not None and event["by"] != self.side:
            frame = {"type": "typing", "conversation": talk.public_id, "by": event["by"], "on": event["on"]}
            await self.say(frame)

    @contextlib.asynccontextmanager
    async def _quietly(self) -> Any:
        """Hold the turn; what fails here (a database that is away) is made good by the poll."""
        async with self.turn:
            try:
                yield
            except Exception:
                logger.warning("a wake-up could not be followed; the poll will", exc_info=True)

    # -- Catching up -----------------------------------------------------------------------------

    async def follow(self, mark: feed.Mark, after_seq: int) -> Talk:
        """Listen to a conversation; first listen, then read, so that nothing falls between."""
        talk = self.talks.get(mark.conversation_id)
        if talk is None:
            row = Conversation(pk=mark.conversation_id, public_id=mark.public_id, programme_id=mark.programme_id)
            talk = Talk(row, after_seq)
            self.talks[row.pk] = self.names[row.public_id] = talk
            await self._join(group_name("conversation", row.pk))
        return talk

    async def forget(self, talk: Talk) -> None:
        """Stop listening to a conversation."""
        self.talks.pop(talk.row.pk, None)
        self.names.pop(talk.public_id, None)
        await self._leave(group_name("conversation", talk.row.pk))

    async def catch_up(self, talk: Talk) -> None:
        """Send every message after the last one sent, in order, read from the database."""
        actor = self.actor
        while actor is not None:
            rows = await database_turns().read(feed.messages_for, feed.want(actor, talk.row.pk, talk.sent))
            for row in rows:
                if row.seq == talk.sent + 1:
                    talk.sent = row.seq
                    await self.say(frames.message(row, talk.public_id, actor))
            if len(rows) < feed.PAGE:
                return

    async def bring_up_to_date(self, talk: Talk) -> None:
        """Messages, state, and the word that this is all."""
        await self.catch_up(talk)
        await self.show_state(talk, always=True)
        frame = {"type": "resumed", "conversation": talk.public_id, "last_seq": talk.sent, "complete": True}
        await self.say(frame)

    async def show_state(self, talk: Talk, *, always: bool = False) -> None:
        """Send the conversation's state when it differs from what was shown last."""
        frame = await self.db(self.read_state, talk.row.pk)
        if frame is None:
            await self.forget(talk)
            return
        if always or frame != talk.shown:
            talk.shown = frame
            await self.say(frame)

    def read_state(self, conversation_id: int) -> Frame | None:
        """The `state` frame as it would be now; None when it is nothing to this person any more. Runs in a thread."""
        raise NotImplementedError

    async def show_marks(self, talk: Talk, mark: feed.Mark) -> None:
        """Tell of marks that moved since they were shown."""
        for kind, sides in frames.marks(mark).items():
            shown = talk.shown.setdefault(kind, {})
            for side, seq in sides.items():
                if shown.get(side, 0) != seq:
                    shown[side] = seq
                    await self.say({"type": kind, "conversation": talk.public_id, "by": side, "seq": seq})

    async def compare(self, talk: Talk, mark: feed.Mark) -> None:
        """Send whatever of a conversation has moved on since."""
        if mark.last_seq > talk.sent:
            await self.catch_up(talk)
        online = frames.is_online(mark.customer_seen_at, clock.now())
        if mark.version != talk.shown.get("version") or online != talk.shown.get("customer", {}).get("online"):
            await self.show_state(talk)
        else:
            await self.show_marks(talk, mark)

    # -- Small parts -----------------------------------------------------------------------------

    async def db(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a service or selector in the database thread."""
        return await database_turns().call(function, *args, **kwargs)

    async def say(self, frame: Frame) -> None:
        await self.send(text_data=json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    async def _join(self, group: str) -> None:
        """Listen to a group; a layer that is away is made good by the poll."""
        self.groups_joined.add(group)
        try:
            await self.channel_layer.group_add(group, self.channel_name)
        except Exception:
            logger.warning("could not listen to %s; polling instead", group, exc_info=True)

    async def _leave(self, group: str) -> None:
        self.groups_joined = self.groups_joined - {group}
        with contextlib.suppress(Exception):  # the layer forgets a closed channel by itself
            await self.channel_layer.group_discard(group, self.channel_name)

    def _speak(self, frame: Frame, otherwise: str) -> None:
        wanted = frame.get("language")
        self.language = wanted if isinstance(wanted, str) and wanted in LANGUAGES else otherwise
