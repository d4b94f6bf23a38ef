"""Pushing to open sockets after commit. Redis only says "wake up": what is pushed may be lost, never believed.

Pages get nudges (a topic changed) and fetch again through their own view, so permissions stay there.
A page may listen to a topic only with a token its view signed for that person.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from typing import Any

from asgiref.sync import SyncToAsync, async_to_sync
from channels.layers import get_channel_layer
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction

logger = logging.getLogger(__name__)
_unwatched: ContextVar[bool] = ContextVar("unwatched", default=False)
TOKEN_MAX_AGE_SECONDS = 24 * 3600
_sending: set[asyncio.Future[None]] = set()
"""Keeps what is being sent alive until it is sent."""
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="realtime")
"""Sends for threads that run a loop of their own; starts its one thread when it is first needed."""
_GROUP = re.compile(r"[A-Za-z0-9_.-]{1,89}")


def group_name(kind: str, key: object) -> str:
    """The channel-layer group for one thing, e.g. `group_name("conversation", conversation.public_id)`."""
    text = f"{kind}.{key}"
    if _GROUP.fullmatch(text):
        return text
    return f"{kind}.{sha256(text.encode()).hexdigest()[:40]}"


def send_after_commit(group: str, message: Mapping[str, Any]) -> None:
    """Send `message` (with its channel `type`) to `group` once the current transaction has committed."""
    transaction.on_commit(lambda: send(group, message), robust=True)


def person_group(user_id: int) -> str:
    """The group every socket of one person listens to, in all their windows."""
    return group_name("person", user_id)


def recheck_after_commit(*, user_id: int) -> None:
    """Ask every socket of a person whose rights change in this transaction whether it may stay open."""
    send_after_commit(person_group(user_id), {"type": "session.recheck"})


def end_session(*, user_id: int, session_key: str) -> None:
    """Tell every socket of a person at once that this session is over, where no transaction tells of it: a log-out.

    Sockets of the session close unasked, for the session may still be in its store when they hear of it; the person's
    others look again. What is sent is no key anybody could log in with.
    """
    send(person_group(user_id), {"type": "session.recheck", "ended": session_mark(session_key)})


def session_mark(session_key: str | None) -> str:
    """What names a session in messages between processes without giving it away; empty for none."""
    return sha256(session_key.encode()).hexdigest() if session_key else ""


@contextmanager
def unwatched() -> Iterator[None]:
    """Push nothing in this block: for bulk work before anybody can be looking."""
    token = _unwatched.set(True)
    try:
        yield
    finally:
        _unwatched.reset(token)


def send(group: str, message: Mapping[str, Any]) -> None:
    """Send now; a channel layer that is away is logged and otherwise ignored, readers catch up by `seq`.

    In a thread that works for a running event loop the loop is asked to send and nobody waits for it. On the
    thread of a running loop, which nobody may hold up, another thread sends.
    """
    if _unwatched.get():
        return
    loop = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
    if loop is not None and loop.is_running():
        loop.call_soon_threadsafe(_begin, group, dict(message))
    elif _runs_a_loop():
        _beside.submit(async_to_sync(_send), group, dict(message))
    else:
        async_to_sync(_send)(group, dict(message))


def _runs_a_loop() -> bool:
    """True on a thread whose event loop is running: in a coroutine, or where Playwright drives a browser."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _begin(group: str, message: dict[str, Any]) -> None:
    task = asyncio.ensure_future(_send(group, message))
    _sending.add(task)
    task.add_done_callback(_sending.discard)


async def _send(group: str, message: dict[str, Any]) -> None:
    try:
        await get_channel_layer().group_send(group, message)
    except Exception:
        logger.warning("nudge to %s was lost", group, exc_info=True)


def nudge(topic: str, *, version: str | int = "") -> None:
    """Tell pages showing `topic` (`claims.agt_…`, `task.tsk_…`) that it changed, after commit."""
    send_after_commit(group_name("page", topic), {"type": "page.nudge", "topic": topic, "version": str(version)})


def topic_token(topic: str, *, user_id: int | None) -> str:
    """What a view gives its page so that this person may listen to `topic` for a day."""
    return _signer().sign_object({"topic": topic, "user": user_id})


def topic_of(token: str, *, user_id: int | None) -> str | None:
    """The topic a token opens for this person, or None when it is forged, stale or somebody else's."""
    try:
        claim = _signer().unsign_object(token, max_age=TOKEN_MAX_AGE_SECONDS)
    except BadSignature:
        return None
    if not isinstance(claim, dict) or claim.get("user") != user_id:
        return None
    topic = claim.get("topic")
    return topic if isinstance(topic, str) else None


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="core.realtime.topic")
