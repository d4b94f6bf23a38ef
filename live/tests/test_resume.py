"""A network that cuts, doubles, delays and reorders; both sides end with the same complete transcript."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from channels.layers import get_channel_layer

from core import clock
from live.consumers import base
from live.models import Conversation, Message
from live.tests import factories
from live.tests.sockets import Socket, db, widget, workspace
from live.tests.test_sockets import make_floor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EACH = 40


class Client:
    """A client that keeps the protocol's promise on its side: outbox, last seq, resume."""

    def __init__(self, name: str, connect: Callable[..., Awaitable[Socket]], chance: random.Random) -> None:
        self.name, self.connect, self.chance = name, connect, chance
        self.conversation, self.epoch = "", 0
        self.outbox: dict[str, str] = {}
        self.transcript: dict[int, str] = {}
        self.acknowledged: dict[str, int] = {}
        self.last_seq = 0
        self.socket: Socket | None = None
        self.complete = False

    async def run(self, texts: list[str], goal: int) -> None:
        """Say everything, through any number of connections, until the goal is reached and all is acknowledged."""
        to_say = list(texts)
        while to_say or self.outbox or self.last_seq < goal:
            self.socket = await self.connect(
                resume=[{"conversation": self.conversation, "after_seq": self.last_seq}] if self.conversation else []
            )
            await self._talk(to_say, goal)
            await self.socket.close()

    async def _talk(self, to_say: list[str], goal: int) -> None:
        """One connection, cut after a random number of frames, perhaps with acknowledgements under way."""
        assert self.socket is not None
        self.complete = False
        life = self.chance.randint(3, 30)
        while life and (to_say or self.outbox or self.last_seq < goal):
            life -= 1
            if self.complete and to_say and self.chance.random() < 0.6:
                text = to_say.pop(0)
                self.outbox[f"{self.name}-{text}"] = text
                await self._send(f"{self.name}-{text}", twice=self.chance.random() < 0.2)
                if self.chance.random() < 0.1:
                    return  # cut with the answer under way
            try:
                frame = await self.socket.next(0.5 if to_say else 2)
            except TimeoutError:
                continue
            await self._hear(frame)

    async def _send(self, key: str, *, twice: bool = False) -> None:
        assert self.socket is not None
        for _ in range(1 + twice):
            await self.socket.say(
                "send", conversation=self.conversation, client_msg_id=key, text=self.outbox[key], epoch=self.epoch
            )

    async def _hear(self, frame: dict[str, Any]) -> None:
        assert self.socket is not None
        if frame["type"] == "message":
            self._take(frame["seq"], frame["text"])
            if frame["mine"]:
                self._acknowledge(frame["client_msg_id"], frame["seq"])
        elif frame["type"] == "stored":
            text = self.outbox.get(frame["client_msg_id"])
            if text is not None:
                self._take(frame["seq"], text)
            self._acknowledge(frame["client_msg_id"], frame["seq"])
        elif frame["type"] == "resumed":
            assert frame["complete"] is True
            assert self.last_seq >= frame["last_seq"]
            self.complete = True
            for key in list(self.outbox):
                await self._send(key)
        elif frame["type"] == "error":
            raise AssertionError(frame)

    def _take(self, seq: int, text: str) -> None:
        assert seq <= self.last_seq + 1, "the server leaves no gap within a connection"
        assert self.transcript.setdefault(seq, text) == text
        self.last_seq = max(self.last_seq, seq)

    def _acknowledge(self, key: str, seq: int) -> None:
        assert self.acknowledged.setdefault(key, seq) == seq
        self.outbox.pop(key, None)


def unreliable(layer: Any, chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake-ups get lost, doubled and overtaken."""
    real = layer.group_send
    later: list[tuple[str, dict[str, Any]]] = []

    async def group_send(group: str, message: dict[str, Any]) -> None:
        fate = chance.random()
        if fate < 0.25:
            return
        if fate < 0.45:
            later.append((group, message))
            return
        await real(group, message)
        if fate < 0.65:
            await real(group, message)
        while later and chance.random() < 0.5:
            await real(*later.pop(chance.randrange(len(later))))

    monkeypatch.setattr(layer, "group_send", group_send, raising=False)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_cuts_duplicates_and_reorders_leave_both_sides_alike(seed, monkeypatch):
    chance = random.Random(seed)
    monkeypatch.setattr(base, "POLL_SECONDS", 0.3)
    made = await db(make_floor)()
    row = await db(factories.active)(made, at=clock.now())
    customer = await db(lambda: Conversation.objects.select_related("customer").get(pk=row.pk).customer)()
    unreliable(get_channel_layer(), chance, monkeypatch)

    async def as_customer(**options: Any) -> Socket:
        return await widget(customer, **options)

    async def as_agent(**options: Any) -> Socket:
        return await workspace(made.agents[0], **options)

    sides = [Client("customer", as_customer, chance), Client("agent", as_agent, chance)]
    for side in sides:
        side.conversation, side.epoch = row.public_id, row.epoch
    goal = row.last_seq + 2 * EACH
    async with asyncio.timeout(60):
        await asyncio.gather(*(side.run([f"{n} ({side.name})" for n in range(EACH)], goal) for side in sides))

    stored = await db(lambda: dict(Message.objects.filter(conversation=row).values_list("seq", "body")))()
    assert len(stored) == goal
    assert sides[0].transcript == sides[1].transcript == stored
    for side in sides:
        own = [text for _seq, text in sorted(stored.items()) if f"({side.name})" in text]
        assert sorted(own, key=lambda text: int(text.split()[0])) == [f"{n} ({side.name})" for n in range(EACH)]
        acknowledged = {key: stored[seq] for key, seq in side.acknowledged.items() if key.startswith(side.name)}
        assert acknowledged == {f"{side.name}-{text}": text for text in own}


async def test_a_wake_up_that_never_came_is_healed_by_the_poll(monkeypatch):
    monkeypatch.setattr(base, "POLL_SECONDS", 0.2)
    made = await db(make_floor)()
    row = await db(factories.active)(made, at=clock.now())
    customer = await db(lambda: Conversation.objects.select_related("customer").get(pk=row.pk).customer)()
    shop, agent = await widget(customer), await workspace(made.agents[0])
    await shop.until("resumed")
    await agent.until("resumed")

    async def lost(group: str, message: dict[str, Any]) -> None:
        return None

    monkeypatch.setattr(get_channel_layer(), "group_send", lost, raising=False)
    await agent.say("send", conversation=row.public_id, client_msg_id="unheard-1", text="Still there?", epoch=1)
    assert (await agent.until("stored"))["seq"] == 3
    assert (await shop.until("message", seq=3, seconds=2))["text"] == "Still there?"
    await agent.say("wrap_up", conversation=row.public_id, epoch=1)
    assert (await shop.until("state", state="wrap_up", seconds=2))["ended_how"] == "agent"
    await shop.close()
    await agent.close()
