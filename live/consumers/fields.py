"""Reading frames: what is not as the protocol says becomes `live.malformed_frame` with the field's name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.ids import is_public_id
from live.errors import FrameTooLarge, MalformedFrame

MAX_FRAME_BYTES = 65_536
MAX_RESUMED = 20
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of a pair: JSON can spell them, PostgreSQL and UTF-8 cannot hold them."""
Frame = dict[str, Any]


def parse(text: str | None) -> Frame:
    """The JSON object of a text frame; `FrameTooLarge`, or `MalformedFrame` for binary and anything else."""
    if text is None:
        raise MalformedFrame
    if len(text) > MAX_FRAME_BYTES or (len(text) * 4 > MAX_FRAME_BYTES and len(text.encode()) > MAX_FRAME_BYTES):
        raise FrameTooLarge
    try:
        frame = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise MalformedFrame from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise MalformedFrame
    return frame


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def require_text(frame: Frame) -> None:
    """Refuse a frame that holds what is no text anywhere, naming its field; cheap where nothing was escaped."""
    for name, value in frame.items():
        if any(_NO_TEXT.search(text) for text in _texts([name, value])):
            raise _wrong(clean(name))


def clean(text: str) -> str:
    """Text that can be sent back."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item


def _wrong(name: str) -> MalformedFrame:
    return MalformedFrame(fields={name: _("This field is missing or of the wrong kind.")})


def text_of(frame: Frame, name: str, *, default: str | None = None) -> str:
    """A string; `default` where it is left out, when there is one."""
    value = frame.get(name, default)
    if not isinstance(value, str):
        raise _wrong(name)
    return value


def id_of(frame: Frame, name: str) -> str:
    """A public id."""
    value = text_of(frame, name)
    if not is_public_id(value):
        raise _wrong(name)
    return value


def number_of(frame: Frame, name: str) -> int:
    """A whole number from 0 to 2^31 - 1."""
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise _wrong(name)
    return value


def echo_of(frame: Frame, name: str) -> int | str | None:
    """What is only sent back: a whole number or a short text, or nothing."""
    value = frame.get(name)
    if isinstance(value, str) and len(value) <= 64:
        return value
    return None if value is None else number_of(frame, name)


def flag_of(frame: Frame, name: str) -> bool:
    """True or false."""
    value = frame.get(name)
    if not isinstance(value, bool):
        raise _wrong(name)
    return value


def object_of(frame: Frame, name: str) -> dict[str, Any]:
    """An object; empty where it is left out."""
    value = frame.get(name) or {}
    if not isinstance(value, dict):
        raise _wrong(name)
    return value


def resume_of(frame: Frame) -> dict[str, int]:
    """`resume: [{conversation, after_seq}]` as a map, at most `MAX_RESUMED` long."""
    entries = frame.get("resume") or []
    if not isinstance(entries, list) or len(entries) > MAX_RESUMED or not all(isinstance(e, dict) for e in entries):
        raise _wrong("resume")
    return {id_of(entry, "conversation"): number_of(entry, "after_seq") for entry in entries}
