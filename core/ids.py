"""Public ids: what URLs and payloads show instead of row numbers (`blk_01jd3…`).

A prefix says what the id names; the rest is a ULID in lower-case Crockford base 32: 48 bits of
milliseconds, so that ids made later sort later, and 80 bits of randomness, so that none can be guessed.
"""

import re
import secrets
import time
from typing import Any

from django.db import models

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PATTERN = r"[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}"
_valid = re.compile(PATTERN)


def new_public_id(prefix: str) -> str:
    """Return a fresh id such as `cnv_01jd3k5w1r8m0q2y7x9z4t6v5b`."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return prefix + "_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_public_id(text: str) -> bool:
    """True when `text` has the form of a public id (whether or not a row bears it)."""
    return _valid.fullmatch(text) is not None


class PublicIdField(models.CharField):  # type: ignore[type-arg]
    """A unique, unchangeable id made in Python when the object is; `prefix` is three letters."""

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "prefix": self.prefix}

    def get_default(self) -> str:
        return new_public_id(self.prefix)


class PublicIdConverter:
    """`<pid:public_id>` in URL patterns."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
