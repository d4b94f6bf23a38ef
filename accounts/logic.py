"""Pure checks and calculations: pictures, origins, keys, texts, usual hours. No database, no clock."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.errors import Invalid

PICTURE_MAX_BYTES = 8 * 1024 * 1024
PICTURE_MAX_PIXELS = 30_000_000
PICTURE_MIN_SIDE = 200
PICTURE_MAX_SIDE = 3000
"""Longer sides are scaled down to this many pixels before a picture is kept."""
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: decoded and encoded again, so nothing but pixels is left of what was sent."""

    data: bytes
    media_type: str
    extension: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def clean_picture(data: bytes, *, field: str = "file") -> Picture:
    """Check an uploaded picture by what it is, not by its name, and encode it anew without metadata.

    Accepts JPEG, PNG and WebP up to `PICTURE_MAX_BYTES` and `PICTURE_MAX_PIXELS`. Raises `Invalid`
    at `field` saying which of these it is not. The number of pixels is read before any is decoded.
    """
    if not data:
        raise _refuse(field, _("The file is empty."))
    if len(data) > PICTURE_MAX_BYTES:
        raise _refuse(field, _("The file is larger than 8 MB."))
    if not any(match.mime_type in _FORMATS.values() for match in _signatures(data)):
        raise _refuse(field, _("This is not a picture we can read. Send a JPEG, PNG or WebP."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as image:
                width, height = image.size
                if width * height > PICTURE_MAX_PIXELS:
                    raise _refuse(field, _("The picture has too many pixels. Send at most 30 megapixels."))
                if min(width, height) < PICTURE_MIN_SIDE:
                    raise _refuse(field, _("The picture is too small to read. Send at least 200 by 200 pixels."))
                if getattr(image, "n_frames", 1) > 1:
                    raise _refuse(field, _("Send a still picture, not an animation."))
                return _encode(image)
    except Invalid:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Warning) as error:
        raise _refuse(field, _("The picture is damaged. Take it again and send the new one.")) from error


def _signatures(data: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        return []


def _encode(image: Image.Image) -> Picture:
    """Turn upright, scale down, drop every byte that is not a pixel."""
    kind = "PNG" if image.format == "PNG" else "JPEG"
    upright = ImageOps.exif_transpose(image)
    pixels = upright.convert("RGBA" if kind == "PNG" and "A" in upright.getbands() else "RGB")
    pixels.thumbnail((PICTURE_MAX_SIDE, PICTURE_MAX_SIDE))
    plain = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    out = io.BytesIO()
    if kind == "PNG":
        plain.save(out, "PNG")
        return Picture(out.getvalue(), "image/png", "png")
    plain.save(out, "JPEG", quality=88)
    return Picture(out.getvalue(), "image/jpeg", "jpg")


def _refuse(field: str, message: object) -> Invalid:
    return Invalid(fields={field: message}, code="accounts.bad_picture")  # type: ignore[dict-item]


_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*")
_LOOPBACK = {"localhost", "127.0.0.1"}


def clean_origin(text: str) -> str:
    """Bring a web origin into the form browsers send (`https://shop.example`, `http://localhost:8001`).

    Raises `ValueError` for anything that is not scheme, host and port alone, for plain `http` outside
    the own machine, and for wildcards.
    """
    parts = urlsplit(text.strip().lower().removesuffix("/"))
    host = parts.hostname or ""
    port = parts.port
    plain = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in {"http", "https"} or not plain or not _HOST.fullmatch(host):
        raise ValueError(text)
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ValueError(text)
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None and port != default else "")


def text_hash(title: str, body: str) -> str:
    """SHA-256 over title, an empty line and body, in UTF-8: what a consent is bound to."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()


def secret_hash(secret: str) -> str:
    """How keys and invitation tokens are stored. They are random and long, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UsualHours = Mapping[str, list[list[str]]]
"""`{"mon": [["19:00", "02:00"]]}` is Monday night: what ends before it begins runs past midnight."""


def in_usual_hours(hours: UsualHours, begin: datetime, end: datetime) -> bool:
    """Whether the agent's local time from `begin` to `end` lies wholly in usual hours; spans that meet are one."""
    lasts = end.astimezone(UTC) - begin.astimezone(UTC)  # what a clock shows may jump back meanwhile
    begin = begin.replace(tzinfo=None)
    end = begin + lasts
    while begin < end:
        reached = max((closes for opens, closes in _spans_around(hours, begin) if opens <= begin), default=begin)
        if reached <= begin:
            return False
        begin = reached
    return True


def _spans_around(hours: UsualHours, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    for day in (moment - timedelta(days=1), moment):
        midnight = datetime.combine(day.date(), time(0))
        for opens, closes in hours.get(WEEKDAYS[day.weekday()], []):
            next_day = timedelta(days=1 if closes <= opens else 0)
            yield midnight + _clock(opens), midnight + _clock(closes) + next_day


def _clock(text: str) -> timedelta:
    return timedelta(hours=int(text[:2]), minutes=int(text[3:]))
