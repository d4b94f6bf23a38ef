"""Frames with one field wrong, for every action of the two conversation sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Frame = dict[str, Any]
LEFT_OUT = object()
NOT_TEXT = {"null": None, "number": 7, "flag": True, "list": ["x"], "object": {"a": 1}}
BROKEN_TEXT = {"nul": "a\x00b", "half a pair": "a\ud800b"}
"""What JSON can spell and no column can hold. Huge ones are refused as frames; see the test."""
KINDS: dict[str, dict[str, Any]] = {
    "id": {
        **NOT_TEXT,
        **BROKEN_TEXT,
        "empty": "",
        "no id": "cnv_x",
        "unknown": "cnv_01jd3k5w1r8m0q2y7x9z4t6v5b",
        "long": "c" * 40_000,
    },
    "number": {
        "null": None,
        "text": "1",
        "flag": True,
        "fraction": 1.5,
        "list": [1],
        "negative": -1,
        "int4": 2**31,
        "int8": 2**63,
        "huge": 10**400,
    },
    "flag": {"null": None, "number": 1, "text": "true", "list": []},
    "text": {**NOT_TEXT, **BROKEN_TEXT},
    "object": {"number": 1, "text": "x", "list": [1], "nested": {"a": {"b": []}}, "nul": {"a": "\x00"}},
    "list": {"number": 1, "text": "x", "numbers": [1], "empty ones": [{}], "many": [{}] * 21},
    "echo": {"list": [[]], "object": {}, "fraction": 1e300, "long": "x" * 65, "half a pair": "\ud800"},
}
FIELDS = {
    "conversation": "id",
    "offer": "id",
    "epoch": "number",
    "seq": "number",
    "after_seq": "number",
    "on": "flag",
    "text": "text",
    "client_msg_id": "text",
    "code": "text",
    "reason": "text",
    "note": "text",
    "status": "text",
    "token": "text",
    "form": "object",
    "resume": "list",
    "n": "echo",
}
"""The kind of every field of the protocol. A field that may be left out, or be null, is named in `MAY_LACK`."""
MAY_LACK = {"note", "form", "resume", "n"}
BEYOND: dict[str, dict[str, Any]] = {
    "epoch": {"stale": 0, "to come": 99},
    "client_msg_id": {"empty": "", "short": "x", "long": "x" * 200},
    "text": {"empty": "", "blank": " \u3000\n", "long": "長" * 5000},
    "reason": {"unknown": "nonsense", "empty": ""},
    "code": {"unknown": "nonsense", "long": "x" * 9000},
    "note": {"long": "x" * 2001},
    "status": {"unknown": "asleep", "empty": ""},
    "form": {"many": {f"k{n}": "v" for n in range(500)}, "long": {"name": "x" * 5000}},
}
"""Of the right kind and wrong all the same."""


def wrong(frame: Frame) -> Iterator[tuple[str, Frame]]:
    """The frame with one field wrong at a time, and what is wrong with it."""
    for name in frame:
        kind = FIELDS[name]  # a field of no kind: say which in `FIELDS`
        if name not in MAY_LACK:
            yield f"{name} left out", {other: value for other, value in frame.items() if other != name}
        for case, value in {**KINDS[kind], **BEYOND.get(name, {})}.items():
            if not (value is None and name in MAY_LACK):
                yield f"{name}: {case}", {**frame, name: value}


BAD_FRAMES: dict[str, str] = {
    "no JSON": "{",
    "no object": "7",
    "no type": "{}",
    "type of no text": '{"type": ["send"]}',
    "unknown type": '{"type": "__init__"}',
    "not a number": '{"type": "ping", "n": NaN}',
    "deep": "[" * 30_000,
    "deep inside": '{"type": "ping", "n": ' + "[" * 900 + "]" * 900 + "}",
    "too large": '{"type": "ping", "n": "' + "x" * 70_000 + '"}',
    "too large in bytes": '{"type": "ping", "n": "' + "長" * 30_000 + '"}',
}
