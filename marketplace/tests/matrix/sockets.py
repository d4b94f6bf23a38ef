"""Frames of both conversation sockets: what each needs, and what somebody it is not for is told.

A frame about oneself names nothing that could be another's; the tests of `live` cover those. Every frame a consumer
takes is in one of the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ABOUT_ONESELF = {
    "workspace": {"hello", "ping", "pong", "presence"},
    "widget": {"hello", "ping", "pong", "start"},
}


@dataclass(frozen=True)
class Foreign:
    """What is sent about somebody else's conversation or offer, and the code that answers."""

    fields: Callable[[Any], dict[str, Any]]
    code: str = "core.not_found"


def _conversation(**fields: Any) -> Foreign:
    return Foreign(lambda floor: {"conversation": floor.conversation.public_id, **fields})


def _offer(world: Any) -> dict[str, Any]:
    return {"offer": world.offer.public_id}


WORKSPACE: dict[str, Foreign] = {
    "send": _conversation(client_msg_id="message-0001", text="It is mine now.", epoch=1),
    "resume": _conversation(after_seq=0),
    "typing": _conversation(on=True),
    "delivered": _conversation(seq=1),
    "read": _conversation(seq=1),
    "wrap_up": _conversation(epoch=1),
    "close": _conversation(epoch=1, code="resolved", note=""),
    "abuse": _conversation(epoch=1, note="Rude."),
    "escalate": _conversation(epoch=1, reason="knowledge", note="Knows the boiler."),
    "accept": Foreign(_offer),
    "decline": Foreign(_offer),
    "why": Foreign(_offer),
}
WIDGET: dict[str, Foreign] = {
    "send": _conversation(client_msg_id="message-0001", text="Give me my parcel."),
    "resume": _conversation(after_seq=0),
    "typing": _conversation(on=True),
    "delivered": _conversation(seq=1),
    "read": _conversation(seq=1),
    "end": _conversation(),
}
