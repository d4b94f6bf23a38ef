"""A web process killed in mid-conversation: what was acknowledged is there, both sides go on where they were."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from core import clock
from live.models import Conversation, Message
from live.policies import token_for
from live.tests import factories
from live.tests.servers import SERVERS, Site, site
from live.tests.sockets import SHOP, cookie_of, db
from live.tests.test_sockets import make_floor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = 3


class Side:
    """A real websocket client that never stops sending and reconnects whenever it is cut."""

    def __init__(self, name: str, running: Site, path: str, hello: dict[str, Any], options: dict[str, Any]) -> None:
        self.name, self.running, self.path, self.hello, self.options = name, running, path, hello, options
        self.conversation, self.epoch = "", 0
        self.transcript: dict[int, str] = {}
        self.acknowledged: dict[str, int] = {}
        self.outbox: dict[str, str] = {}
        self.last_seq = 0
        self.said = 0
        self.may_say = True
        self.is_complete = False

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                address = f"ws://{self.running.host}{self.path}"
                async with connect(address, open_timeout=2, close_timeout=0.1, **self.options) as socket:
                    resume = [{"conversation": self.conversation, "after_seq": self.last_seq}]
                    await socket.send(json.dumps({"type": "hello", "resume": resume, **self.hello}))
                    async for text in socket:
                        await self.hear(socket, json.loads(text))
            self.is_complete = False
            await asyncio.sleep(0.1)

    async def hear(self, socket: Any, frame: dict[str, Any]) -> None:
        if frame["type"] == "ping":
            await socket.send('{"type": "pong"}')
        elif frame["type"] == "message":
            self.take(frame["seq"], frame["text"])
            if frame["mine"]:
                self.acknowledge(frame["client_msg_id"], frame["seq"])
        elif frame["type"] == "stored":
            if frame["client_msg_id"] in self.outbox:
                self.take(frame["seq"], self.outbox[frame["client_msg_id"]])
            self.acknowledge(frame["client_msg_id"], frame["seq"])
        elif frame["type"] == "resumed":
            self.is_complete = True
            for key in self.outbox:
                await self.send(socket, key)
        elif frame["type"] == "error" and frame["code"] != "live.too_many_frames":
            raise AssertionError(frame)
        if self.is_complete and not self.outbox and self.may_say:
            self.said += 1
            key = f"{self.name}-{self.said:06d}"
            self.outbox[key] = f"{self.name} says {self.said}"
            await self.send(socket, key)

    async def send(self, socket: Any, key: str) -> None:
        frame = {"type": "send", "conversation": self.conversation, "epoch": self.epoch}
        await socket.send(json.dumps({**frame, "client_msg_id": key, "text": self.outbox[key]}))
        await asyncio.sleep(0.12)  # a person types no faster, and the widget's rate is 10 a second

    def take(self, seq: int, text: str) -> None:
        assert seq <= self.last_seq + 1
        assert self.transcript.setdefault(seq, text) == text
        self.last_seq = max(self.last_seq, seq)

    def acknowledge(self, key: str, seq: int) -> None:
        assert self.acknowledged.setdefault(key, seq) == seq
        self.outbox.pop(key, None)


@pytest.fixture
async def talk():
    """An active conversation on the real clock: its row, customer, and the agent's session cookie."""
    made = await db(make_floor)()
    row = await db(factories.active)(made, at=clock.now())
    customer = await db(lambda: Conversation.objects.select_related("customer").get(pk=row.pk).customer)()
    return row, customer, (await db(cookie_of)(made.agents[0])).decode()


@contextlib.asynccontextmanager
async def two_sides(running: Site, talk: Any) -> AsyncIterator[tuple[list[Side], list[asyncio.Task[None]]]]:
    """Customer and agent who talk until the block ends."""
    row, customer, cookie = talk
    origin = {"origin": f"http://{running.host}", "additional_headers": {"Cookie": cookie}}
    sides = [
        Side("customer", running, "/ws/widget/", {"token": token_for(customer)}, {"origin": SHOP}),
        Side("agent", running, "/ws/workspace/", {}, origin),
    ]
    for side in sides:
        side.conversation, side.epoch = row.public_id, row.epoch
    tasks = [asyncio.create_task(side.run()) for side in sides]
    try:
        yield sides, tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def talk_on(sides: list[Side], tasks: list[asyncio.Task[None]]) -> None:
    """Both sides are connected and say a few more things."""
    await _until(lambda: all(side.is_complete for side in sides), tasks)
    goals = [(side, side.said + 3) for side in sides]
    await _until(lambda: all(side.said > goal for side, goal in goals), tasks)


async def finish(sides: list[Side], tasks: list[asyncio.Task[None]], row: Conversation) -> None:
    """Both fall silent; then both and the database have the same, and every acknowledged word is in it once."""
    await _until(lambda: all(side.is_complete for side in sides), tasks)
    for side in sides:
        side.may_say = False
    await _until(lambda: not any(side.outbox for side in sides) and _alike(sides), tasks)
    stored = await db(lambda: dict(Message.objects.filter(conversation=row).values_list("seq", "body")))()
    assert sides[0].transcript == sides[1].transcript == stored
    assert sorted(stored) == list(range(1, len(stored) + 1))
    for side in sides:
        for key, seq in side.acknowledged.items():
            if key.startswith(side.name):
                assert stored[seq] == f"{side.name} says {int(key.split('-')[1])}"
        assert sum(text.startswith(f"{side.name} says") for text in stored.values()) == side.said


@pytest.mark.parametrize("server", SERVERS)
async def test_a_killed_web_process_loses_no_acknowledged_message(server: str, tmp_path: Path, talk: Any):
    with site(server, tmp_path / "server.log") as running:
        async with two_sides(running, talk) as (sides, tasks):
            for _ in range(KILLS):
                await talk_on(sides, tasks)
                await asyncio.to_thread(running.kill)
                await asyncio.to_thread(running.start)
            await finish(sides, tasks, talk[0])


async def test_a_conversation_goes_on_while_redis_is_away_and_back(tmp_path: Path, talk: Any, monkeypatch):
    """Redis killed under two open sockets: they go on by their poll, and wake each other again once it is back."""
    folder = tempfile.mkdtemp(prefix="tl-redis-")  # a unix socket's path is short
    monkeypatch.setenv("REDIS_URL", f"unix://{folder}/redis.sock")
    redis = await asyncio.to_thread(_start_redis, folder)
    try:
        with site("daphne", tmp_path / "server.log") as running:
            async with two_sides(running, talk) as (sides, tasks):
                await talk_on(sides, tasks)
                redis.kill()
                redis.wait()
                before = [side.last_seq for side in sides]
                await _until(lambda: all(s.last_seq > b + 3 for s, b in zip(sides, before, strict=True)), tasks)
                redis = await asyncio.to_thread(_start_redis, folder)
                await talk_on(sides, tasks)
                await finish(sides, tasks, talk[0])
    finally:
        redis.kill()
        redis.wait()
        shutil.rmtree(folder)


def _start_redis(folder: str) -> subprocess.Popen[bytes]:
    socket = Path(folder) / "redis.sock"
    socket.unlink(missing_ok=True)
    program = Path(sys.executable).parent / "redis-server"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not socket.exists():
        time.sleep(0.02)
    return server


def _alike(sides: list[Side]) -> bool:
    return sides[0].last_seq == sides[1].last_seq


async def _until(condition: Any, tasks: list[asyncio.Task[None]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            for task in tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.05)
