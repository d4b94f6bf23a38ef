"""A message stored and delivered to the other side, per second of the server's processor time, against a plain
Channels group echo on the same server, layer and connections, taking turns within one run. Promised: at least 0.30.

    python -m benchmarks.message_delivery [--server daphne|uvicorn] [--pairs 30] [--seconds 5] [--turns 3]

Ours: the sender's frame is checked, masked, given its number and stored in PostgreSQL, acknowledged after commit, and
read from the database by the other side's socket. The echo: the sender's frame goes to a group of the same two
sockets, which both get it. One message of a pair is under way at a time; half of them are written by customers.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROMISED = 0.30


@dataclass
class Pair:
    """A customer and an agent in one conversation, as seen from their two sockets."""

    token: str
    cookie: str
    conversation: str
    epoch: int


@dataclass
class Turn:
    """What one turn came to."""

    messages: int
    cpu_seconds: float

    @property
    def per_cpu_second(self) -> float:
        return self.messages / self.cpu_seconds


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Embedded servers (or those named by DATABASE_URL and REDIS_URL) with a migrated database of our own."""
    os.environ["TIDELINE_ENV"] = "test"
    from marketplace import embedded, testing

    with contextlib.ExitStack() as ends:
        database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if not (database_url and redis_url):
            stack = ends.enter_context(embedded.start_for_tests())
            database_url, redis_url = stack.database_url, stack.redis_url
        testing.use_servers(database_url=database_url, redis_url=redis_url, worker="main", run=f"bench{os.getpid()}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
        import django

        django.setup()
        ends.enter_context(testing.worker_database(rebuild_template=False))
        yield


def make_pairs(count: int) -> list[Pair]:
    """Conversations in service, three an agent."""
    from core import clock
    from live.models import Conversation
    from live.policies import token_for
    from live.tests import factories
    from live.tests.sockets import cookie_of

    at = clock.now()
    made = factories.floor((count + 2) // 3, at=at, starts_at=clock.floor_to_block(at))
    cookies = {agent.pk: cookie_of(agent).decode() for agent in made.agents}
    for _ in range(count):
        factories.active(made, at=at)
    talks = Conversation.objects.select_related("customer").order_by("pk")
    return [Pair(token_for(t.customer), cookies[t.agent_id], t.public_id, t.epoch) for t in talks]


# -- The two ways, from the clients' side ----------------------------------------------------------


class EchoWay:
    """Two sockets in one group."""

    def __init__(self, host: str, pairs: list[Pair]) -> None:
        self.host, self.count = host, len(pairs)

    async def open(self, stack: contextlib.AsyncExitStack) -> list[Any]:
        async def one(number: int) -> Any:
            from websockets.asyncio.client import connect

            address = f"ws://{self.host}/ws/echo/{number}/"
            return [await stack.enter_async_context(connect(address, compression=None)) for _ in range(2)]

        return [await one(number) for number in range(self.count)]

    @staticmethod
    async def exchange(sockets: Any, number: int) -> None:
        sender, other = sockets if number % 2 else sockets[::-1]
        await sender.send(json.dumps({"type": "send", "client_msg_id": f"message-{number:08d}", "text": TEXT}))
        await other.recv()
        await sender.recv()


class OurWay:
    """A widget and a workspace."""

    def __init__(self, host: str, pairs: list[Pair]) -> None:
        self.host, self.pairs = host, pairs

    async def open(self, stack: contextlib.AsyncExitStack) -> list[Any]:
        from websockets.asyncio.client import connect

        inboxes: dict[str, tuple[Any, dict[str, asyncio.Queue[Any]]]] = {}
        opened = []
        for pair in self.pairs:
            if pair.cookie not in inboxes:
                headers = {"Cookie": pair.cookie}
                address = f"ws://{self.host}/ws/workspace/"
                origin = f"http://{self.host}"
                agent = await stack.enter_async_context(
                    connect(address, origin=origin, additional_headers=headers, compression=None)  # type: ignore[arg-type]
                )
                inboxes[pair.cookie] = (agent, {})
                await agent.send(json.dumps({"type": "hello"}))
            agent, queues = inboxes[pair.cookie]
            queues[pair.conversation] = asyncio.Queue()
            address = f"ws://{self.host}/ws/widget/"
            shop = await stack.enter_async_context(
                connect(address, origin="http://shop.example", compression=None)  # type: ignore[arg-type]
            )
            await shop.send(json.dumps({"type": "hello", "token": pair.token}))
            mine: dict[str, asyncio.Queue[Any]] = {pair.conversation: asyncio.Queue()}
            stack.push_async_callback(_stop, asyncio.create_task(_sort(shop, mine)))
            opened.append((pair, shop, mine[pair.conversation], agent, queues[pair.conversation]))
        for agent, queues in inboxes.values():
            stack.push_async_callback(_stop, asyncio.create_task(_sort(agent, queues)))
        for _pair, _shop, shop_in, _agent, agent_in in opened:
            for inbox in (shop_in, agent_in):
                while (await asyncio.wait_for(inbox.get(), 20))["type"] != "resumed":
                    pass
        return opened

    @staticmethod
    async def exchange(sockets: Any, number: int) -> None:
        pair, shop, shop_in, agent, agent_in = sockets
        frame = {"type": "send", "conversation": pair.conversation, "text": TEXT, "epoch": pair.epoch}
        frame["client_msg_id"] = f"message-{time.monotonic_ns():x}"
        sender, sender_in, other_in = (shop, shop_in, agent_in) if number % 2 else (agent, agent_in, shop_in)
        await sender.send(json.dumps(frame))
        message = await asyncio.wait_for(other_in.get(), 20)
        stored = await asyncio.wait_for(sender_in.get(), 20)
        if (message["type"], stored["type"], message["seq"]) != ("message", "stored", stored["seq"]):
            raise RuntimeError(f"expected one message and its acknowledgement, got {message} and {stored}")


TEXT = "您好，我的包裹还没有到，请帮我看一下物流。The parcel is two days late."


async def _sort(socket: Any, queues: dict[str, asyncio.Queue[Any]]) -> None:
    """Hand what matters to its conversation; answer pings."""
    async for text in socket:
        frame = json.loads(text)
        if frame["type"] == "ping":
            await socket.send('{"type":"pong"}')
        elif frame["type"] in ("message", "stored", "error", "resumed") and frame.get("conversation") in queues:
            queues[frame["conversation"]].put_nowait(frame)
        elif frame["type"] == "error":
            raise RuntimeError(f"refused: {frame}")


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def turn(way: Any, site: Any, seconds: float) -> Turn:
    """All pairs exchange messages for a while; processor time of connecting is left out."""
    async with contextlib.AsyncExitStack() as stack:
        opened = await way.open(stack)
        ends, before = time.monotonic() + seconds, site.cpu_seconds()

        async def chat(sockets: Any) -> int:
            number = 0
            while time.monotonic() < ends:
                number += 1
                await way.exchange(sockets, number)
            return number

        counts = await asyncio.gather(*(chat(sockets) for sockets in opened))
        return Turn(sum(counts), site.cpu_seconds() - before)


def main(arguments: list[str] | None = None) -> int:
    """Run, print ratio and inputs; 0 when the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args(arguments)
    with database(), tempfile.TemporaryDirectory() as folder:
        from live.tests.servers import site

        pairs = make_pairs(options.pairs)
        log = Path(folder) / "server.log"
        cpus = sorted(os.sched_getaffinity(0))
        with site(options.server, log, application="benchmarks.echo_asgi:application", cpu=cpus[0]) as running:
            if len(cpus) > 1:
                os.sched_setaffinity(0, set(cpus[1:]))
            echo, ours = EchoWay(running.host, pairs), OurWay(running.host, pairs)
            results: dict[str, list[Turn]] = {"echo": [], "ours": []}
            for _ in range(options.turns):
                results["echo"].append(asyncio.run(turn(echo, running, options.seconds)))
                results["ours"].append(asyncio.run(turn(ours, running, options.seconds)))
            os.sched_setaffinity(0, set(cpus))
    return report(options, results)


def report(options: Any, results: dict[str, list[Turn]]) -> int:
    """Print what was measured and whether it is enough."""
    totals = {}
    print(f"{options.server}, {options.pairs} pairs, {options.turns} turns of {options.seconds:g} s each")
    for name, turns in results.items():
        whole = Turn(sum(t.messages for t in turns), sum(t.cpu_seconds for t in turns))
        totals[name] = whole.per_cpu_second
        each = ", ".join(f"{t.per_cpu_second:,.0f}" for t in turns)
        print(
            f"  {name}: {whole.messages:,} messages in {whole.cpu_seconds:.2f} s of server CPU = "
            f"{whole.per_cpu_second:,.0f} a CPU second (turns: {each})"
        )
    ratio = totals["ours"] / totals["echo"]
    print(f"  ratio {ratio:.2f} (promised: at least {PROMISED})")
    return 0 if ratio >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
