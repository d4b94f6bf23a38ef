"""One trip to the database thread for everything that waits for one.

All sockets of a process share one database thread, and every trip to it costs more than most statements. What
comes up while a trip is under way goes together on the next: calls one after the other, each in its own
transaction, then readings of one kind as one statement.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.db import close_old_connections

T = TypeVar("T")
W = TypeVar("W")
CALLS, READINGS = 16, 64
"""Most that goes on one trip, so that the first in it is not kept waiting by the last."""


class DatabaseTurns:
    """The trips of one event loop."""

    def __init__(self) -> None:
        self.calls: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self.readings: dict[Callable[[list[Any]], list[Any]], deque[tuple[Any, asyncio.Future[Any]]]] = {}
        self.travelling: asyncio.Task[None] | None = None

    async def call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a service or selector in the database thread and return what it returns, or raise what it raises."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.calls.append((partial(function, *args, **kwargs), answer))
        return await self._travel(answer)

    async def read(self, function: Callable[[list[W]], list[T]], want: W) -> T:
        """Ask a selector that answers many wishes with one statement, together with everybody else's wishes of now."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.readings.setdefault(function, deque()).append((want, answer))
        return await self._travel(answer)

    async def _travel(self, answer: asyncio.Future[T]) -> T:
        if self.travelling is None:
            self.travelling = asyncio.create_task(self._go())
        return await answer

    async def _go(self) -> None:
        try:
            while self.calls or self.readings:
                await self._trip()
        finally:
            self.travelling = None

    async def _trip(self) -> None:
        calls = [self.calls.popleft() for _ in range(min(CALLS, len(self.calls)))]
        work = [call for call, _answer in calls]
        asked: list[list[asyncio.Future[Any]]] = [[answer] for _call, answer in calls]
        for function, queue in list(self.readings.items()):
            taken = [queue.popleft() for _ in range(min(READINGS, len(queue)))]
            if not queue:
                del self.readings[function]
            work.append(partial(function, [want for want, _answer in taken]))
            asked.append([answer for _want, answer in taken])
        try:
            results = await _run_all(work)
        except BaseException as error:
            results = [error] * len(work)
        for number, (answers, result) in enumerate(zip(asked, results, strict=True)):
            alone = number < len(calls) or isinstance(result, BaseException)
            for answer, part in zip(answers, [result] * len(answers) if alone else result, strict=True):
                _give(answer, part)


def _give(answer: asyncio.Future[Any], result: Any) -> None:
    if answer.done():  # who asked is gone
        return
    if isinstance(result, BaseException):
        answer.set_exception(result)
    else:
        answer.set_result(result)


@database_sync_to_async
def _run_all(work: list[Callable[[], Any]]) -> list[Any]:
    """Results in order, an exception standing for itself."""
    results: list[Any] = []
    for call in work:
        try:
            results.append(call())
        except Exception as error:
            results.append(error)
            close_old_connections()  # a connection that broke is not handed on
    return results


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, DatabaseTurns] = WeakKeyDictionary()


def database_turns() -> DatabaseTurns:
    """The trips of the running event loop."""
    return _turns.setdefault(asyncio.get_running_loop(), DatabaseTurns())
