"""The agent's socket: all their conversations and offers on one connection."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.utils import translation

from accounts.actors import Actor, actor_of_session
from core import clock
from core.errors import DomainError, NotAllowed
from core.realtime import group_name, person_group
from core.sockets import REFUSED, TOO_MANY, UNAUTHENTICATED, is_ended, is_from_own_page
from live import selectors, services
from live.consumers import fields, frames
from live.consumers.base import ConversationSocket, Talk
from live.consumers.fields import Frame
from live.consumers.turns import database_turns
from live.errors import TooManyConnections
from live.models import Offer
from live.policies import require_work
from live.selectors import feed
from live.selectors.conversations import load_of
from live.selectors.routing import decision_for
from tasks.logic.commitment import check_in_opens_at
from tasks.selectors import active_claim, claim_to_check_in


class WorkspaceSocket(ConversationSocket):
    """`/ws/workspace/`: one agent; several windows may be open at once."""

    side = "agent"
    heartbeat_seconds = 10
    rate = (50.0, 200)
    handlers: ClassVar[dict[str, str]] = {
        "hello": "on_hello",
        "ping": "on_ping",
        "pong": "on_pong",
        "send": "on_send",
        "resume": "on_resume",
        "typing": "on_typing",
        "delivered": "on_delivered",
        "read": "on_read",
        "presence": "on_presence",
        "accept": "on_accept",
        "decline": "on_decline",
        "wrap_up": "on_wrap_up",
        "close": "on_close",
        "abuse": "on_abuse",
        "escalate": "on_escalate",
        "why": "on_why",
    }
    actor: Actor | None

    # -- Life of a connection --------------------------------------------------------------------

    async def connect(self) -> None:
        self.offers: dict[int, feed.OfferView] = {}
        self.timers: dict[int, asyncio.Task[None]] = {}
        self.presence: Frame = {}
        self.beats = 0
        if not is_from_own_page(self.scope):
            await self.close()
            return
        await super().connect()

    async def disconnect(self, code: int) -> None:
        for timer in self.timers.values():
            timer.cancel()
        await super().disconnect(code)

    async def on_hello(self, frame: Frame) -> None:
        if self.actor is not None:
            return
        after = fields.resume_of(frame)
        actor = await self.db(self._fresh_actor)
        if actor is None:
            await self.close(code=UNAUTHENTICATED)
            return
        self._speak(frame, actor.language)
        try:
            agent_id = require_work(actor)
            self._enter(actor.audit_name)
        except TooManyConnections as error:
            await self.refuse(error, frame)
            await self.close(code=TOO_MANY)
        except DomainError as error:
            await self.refuse(error, frame)
            await self.close(code=REFUSED)
        else:
            self.actor = actor
            await self._join(group_name("desk", agent_id))
            await self._join(person_group(actor.user_id or 0))
            await self.db(services.heartbeat, actor=actor, at=clock.now())
            await self._greet(after)

    async def _greet(self, after: dict[str, int]) -> None:
        ready, marks, offers = await self.db(self._read_all)
        self.presence = ready["presence"]
        await self.say(ready)
        for view in offers:
            self._keep_offer(view)
        for mark in marks:
            talk = await self.follow(mark, after.get(mark.public_id, 0))
            await self.bring_up_to_date(talk)

    # -- Frames ----------------------------------------------------------------------------------

    async def on_presence(self, frame: Frame) -> None:
        await self._write(services.set_presence, status=fields.text_of(frame, "status"))
        await self._look_at_desk(always_presence=True)

    async def on_accept(self, frame: Frame) -> None:
        offer = await self._offer(frame)
        await self._write(services.accept_offer, offer=offer)
        await self._look_at_desk()

    async def on_decline(self, frame: Frame) -> None:
        offer = await self._offer(frame)
        await self._write(services.decline_offer, offer=offer)
        await self._look_at_desk()

    async def on_wrap_up(self, frame: Frame) -> None:
        await self._write_owned(services.begin_wrap_up, frame)

    async def on_close(self, frame: Frame) -> None:
        code, note = fields.text_of(frame, "code"), fields.text_of(frame, "note", default="")
        await self._write_owned(services.close_conversation, frame, wrap_up_code=code, note=note)

    async def on_abuse(self, frame: Frame) -> None:
        await self._write_owned(services.end_for_abuse, frame, note=fields.text_of(frame, "note"))

    async def on_escalate(self, frame: Frame) -> None:
        reason, note = fields.text_of(frame, "reason"), fields.text_of(frame, "note")
        await self._write_owned(services.escalate, frame, reason=reason, note=note)

    async def on_why(self, frame: Frame) -> None:
        answer = await self.db(self._why, await self._offer(frame) if "offer" in frame else self._talk(frame))
        await self.say({"type": "why", **answer})

    async def _write(self, service: Any, **kwargs: Any) -> Any:
        """Call a service as the person the session names at this moment."""
        actor = await self._recheck()
        if actor is None:
            raise NotAllowed
        return await self.db(service, actor=actor, at=clock.now(), **kwargs)

    async def _write_owned(self, service: Any, frame: Frame, **kwargs: Any) -> None:
        talk = self._talk(frame)
        await self._write(service, conversation=talk.row, epoch=fields.number_of(frame, "epoch"), **kwargs)
        await self.catch_up(talk)
        await self.show_state(talk, always=True)
        await self._look_at_desk()

    async def _offer(self, frame: Frame) -> Offer:
        public_id = fields.id_of(frame, "offer")
        return await self.db(selectors.offer_by_public_id, public_id, actor=self.actor)

    # -- News ------------------------------------------------------------------------------------

    async def live_desk(self, event: dict[str, Any]) -> None:
        async with self._quietly():
            await self._look_at_desk()

    async def session_recheck(self, event: dict[str, Any]) -> None:
        """The session is over, or rights may have changed: look, and close when they have."""
        if is_ended(self.scope, event):
            await self.close(code=UNAUTHENTICATED)
            return
        async with self._quietly():
            await self._recheck()

    async def poll(self) -> None:
        desk = await database_turns().read(feed.desks_for, self._agent_id())
        if desk.offers != self.offers.keys() or {mark.conversation_id for mark in desk.marks} != self.talks.keys():
            await self._look_at_desk()
            return
        for mark in desk.marks:
            await self.compare(self.talks[mark.conversation_id], mark)

    async def alive(self, *, heard: bool) -> None:
        """Presence at each heartbeat; session, account and desk at every third (changes of them wake us, too)."""
        self.beats += 1
        actor = self.actor
        if self.beats % 3 == 0:
            actor = await self._recheck()
            await self._look_at_desk()
        if actor is not None and heard:
            await self.db(services.heartbeat, actor=actor, at=clock.now())

    async def _recheck(self) -> Actor | None:
        """The actor as session and account stand now; closes the socket when they no longer open it."""
        actor = await self.db(self._fresh_actor)
        if actor is None:
            await self.close(code=UNAUTHENTICATED)
            return None
        try:
            require_work(actor)
        except DomainError as error:
            await self.refuse(error, {})
            await self.close(code=REFUSED)
            return None
        self.actor = actor
        return actor

    async def _look_at_desk(self, *, always_presence: bool = False) -> None:
        """Compare offers, conversations and presence with what was shown, and tell the difference."""
        presence, marks, offers = await self.db(self._read_desk)
        if always_presence or presence != self.presence:
            self.presence = presence
            await self.say({"type": "presence", **presence})
        await self._show_offers(offers)
        for mark in marks:
            if mark.conversation_id in self.talks:
                await self.compare(self.talks[mark.conversation_id], mark)
            else:
                talk = await self.follow(mark, 0)
                await self.show_state(talk, always=True)
                await self.bring_up_to_date(talk)
        for pk in self.talks.keys() - {mark.conversation_id for mark in marks}:
            talk = self.talks[pk]
            await self.show_state(talk)
            await self.forget(talk)

    async def _show_offers(self, offers: list[feed.OfferView]) -> None:
        now_open = {view.offer.pk for view in offers}
        for pk in self.offers.keys() - now_open:
            gone = self.offers.pop(pk).offer
            if timer := self.timers.pop(pk, None):
                timer.cancel()
            reason = await self.db(feed.closed_offer_state, pk)
            talk = gone.conversation.public_id
            await self.say({"type": "offer_gone", "offer": gone.public_id, "conversation": talk, "reason": reason})
        for view in offers:
            if view.offer.pk not in self.offers:
                self._keep_offer(view)
                await self.say(frames.offer(view, clock.now()))

    def _keep_offer(self, view: feed.OfferView) -> None:
        """Remember an offer and end it on the second; the sweeper does it when this connection cannot."""
        self.offers[view.offer.pk] = view
        seconds = max(0.0, (view.offer.expires_at - clock.now()).total_seconds()) + 0.05
        self.timers[view.offer.pk] = asyncio.create_task(self._expire(view.offer, seconds))

    async def _expire(self, offer: Offer, seconds: float) -> None:
        await asyncio.sleep(seconds)
        async with self._quietly():
            self.timers.pop(offer.pk, None)
            await self.db(services.expire_offer, offer=offer, at=clock.now())

    # -- Reading, in the database thread ---------------------------------------------------------

    def _fresh_actor(self) -> Actor | None:
        """Who the session names now; None when it has ended."""
        return actor_of_session(getattr(self.scope.get("session"), "session_key", None))

    def _read_desk(self) -> tuple[Frame, list[feed.Mark], list[feed.OfferView]]:
        agent_id = self._agent_id()
        return self._read_presence(), feed.marks_of_agent(agent_id), feed.open_offers(agent_id)

    def _agent_id(self) -> int:
        if self.actor is None or self.actor.agent_id is None:
            raise NotAllowed
        return self.actor.agent_id

    def _read_presence(self) -> Frame:
        agent_id, at = self._agent_id(), clock.now()
        row, claim = selectors.presence_of(agent_id), active_claim(agent_id, at)
        programme = claim.task.programme if claim else None
        numbers = selectors.programme_rules(programme.pk if programme else 0)
        claims = []
        if claim is not None and programme is not None:
            body = {"id": programme.public_id, "name": programme.name}
            claims = [{"id": claim.public_id, "programme": body, "ends_at": frames.time_of(claim.ends_at)}]
        return {
            "status": row.status,
            "reason": row.reason,
            "load": load_of([agent_id]).get(agent_id, 0),
            "capacity": numbers.chats_at_once,
            "missed_offers": row.missed_offers,
            "claims": claims,
            "next_claim": self._read_next(agent_id, at),
        }

    @staticmethod
    def _read_next(agent_id: int, at: datetime) -> Frame | None:
        if (claim := claim_to_check_in(agent_id, at)) is None:
            return None
        programme = claim.task.programme
        return {
            "id": claim.public_id,
            "programme": {"id": programme.public_id, "name": programme.name},
            "starts_at": frames.time_of(claim.starts_at),
            "ends_at": frames.time_of(claim.ends_at),
            "check_in_opens_at": frames.time_of(check_in_opens_at(claim.starts_at)),
        }

    def _read_all(self) -> tuple[Frame, list[feed.Mark], list[feed.OfferView]]:
        agent_id, at = self._agent_id(), clock.now()
        presence, marks, offers = self._read_desk()
        with translation.override(self.language):
            wrap_up_codes, reasons = frames.wrap_up_codes(), frames.escalation_reasons()
        ready = {
            "type": "ready",
            "protocol": 1,
            "server_time": frames.time_of(at),
            "heartbeat_seconds": self.heartbeat_seconds,
            "agent": selectors.agent_card(agent_id),
            "presence": presence,
            "conversations": [self.read_state(mark.conversation_id) for mark in marks],
            "offers": [frames.offer(view, at) for view in offers],
            "wrap_up_codes": wrap_up_codes,
            "escalation_reasons": reasons,
            "file_max_bytes": settings.ATTACHMENT_MAX_BYTES,
        }
        return ready, marks, offers

    def read_state(self, conversation_id: int) -> Frame | None:
        head = feed.head_of(self.actor, conversation_id) if self.actor else None
        if head is None or self.actor is None:
            return None
        return frames.state(head, self.actor, clock.now())

    def _why(self, about: Offer | Talk) -> Frame:
        if self.actor is None:
            raise NotAllowed
        decision = decision_for(self.actor, about.row) if isinstance(about, Talk) else about.decision
        answer = selectors.why_me(self.actor, decision)
        return {**answer, "decided_at": frames.time_of(answer["decided_at"])}
