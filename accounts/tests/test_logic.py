"""Pictures, origins and hashes, without a database."""

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.logic import (
    PICTURE_MAX_BYTES,
    WEEKDAYS,
    clean_origin,
    clean_picture,
    in_usual_hours,
    secret_hash,
    text_hash,
)
from accounts.tests.conftest import picture
from core.clock import BLOCK
from core.errors import Invalid


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")])
def test_a_real_picture_is_kept_as_jpeg_or_png(kind, media_type):
    kept = clean_picture(picture(kind))
    assert kept.media_type == media_type
    with Image.open(io.BytesIO(kept.data)) as image:
        assert image.size == (640, 480)


def test_metadata_and_appended_bytes_are_gone():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # lying on its side
    sent = picture(exif=exif) + b"<script>alert(1)</script>PK\x03\x04"
    kept = clean_picture(sent)
    assert b"secret place" not in kept.data
    assert b"<script>" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (480, 640)


def test_a_png_loses_its_text_chunks():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "secret place")
    kept = clean_picture(picture("PNG", pnginfo=info))
    assert b"secret place" not in kept.data


def test_a_large_picture_is_scaled_down():
    kept = clean_picture(picture(size=(4000, 1000)))
    with Image.open(io.BytesIO(kept.data)) as image:
        assert image.size == (3000, 750)


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), (n, 0, 0)) for n in (10, 200)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


HOSTILE = {
    "empty": b"",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n1 0 obj\n",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "gif": b"GIF89a" + b"\0" * 100,
    "executable": b"MZ" + b"\0" * 200,
    "jpeg signature before html": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00<script>alert(1)</script>",
    "truncated": picture()[:400],
    "too large": picture() + b"\0" * PICTURE_MAX_BYTES,
    "too small": picture(size=(40, 40)),
    "bomb": bomb(),
    "animation": animation(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_at_the_field(name):
    with pytest.raises(Invalid) as caught:
        clean_picture(HOSTILE[name])
    assert list(caught.value.fields) == ["file"]


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]))
def test_random_bytes_never_raise_anything_else(noise, start):
    with pytest.raises(Invalid):
        clean_picture(start + noise)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://Shop.Example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        (" http://localhost:8001 ", "http://localhost:8001"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_origins_take_the_form_browsers_send(sent, kept):
    assert clean_origin(sent) == kept


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "shop.example",
        "http://shop.example",
        "https://*",
        "https://*.shop.example",
        "https://shop.example/path",
        "https://shop.example?x=1",
        "https://user:pw@shop.example",
        "javascript:alert(1)",
        "https://shop.example:99999",
        "null",
        "https://[::1",
    ],
)
def test_what_is_no_origin_is_refused(sent):
    with pytest.raises(ValueError):  # noqa: PT011
        clean_origin(sent)


def test_hashes_are_sha256():
    assert secret_hash("tl_abc") == "c1e081e9240aead0b5290ad61bf6363b298a4125f92301e5ab44e0e78a1e9509"
    assert text_hash("a", "b") == secret_hash("a\n\nb")


NIGHTS = {"mon": [["08:00", "09:00"], ["22:00", "02:00"]], "wed": [["00:00", "24:00"]], "sun": [["23:00", "00:30"]]}


@pytest.mark.parametrize(
    ("begin", "minutes", "inside"),
    [
        ("2026-11-30 07:45", 30, False),
        ("2026-11-30 08:30", 30, True),
        ("2026-11-30 08:45", 30, False),
        ("2026-11-30 23:45", 30, True),  # over midnight
        ("2026-12-01 01:30", 30, True),
        ("2026-12-01 01:45", 30, False),
        ("2026-12-01 23:45", 30, False),
        ("2026-12-02 00:00", 24 * 60, True),
        ("2026-12-02 23:45", 30, False),
        ("2026-12-07 00:00", 30, True),  # Sunday's night on Monday
        ("2026-12-07 00:30", 30, False),
    ],
)
def test_usual_hours_go_on_past_midnight(begin, minutes, inside):
    start = datetime.fromisoformat(begin)
    assert in_usual_hours(NIGHTS, start, start + timedelta(minutes=minutes)) is inside


def test_usual_hours_hold_while_the_clock_is_set_back():
    hours, berlin = {"sun": [["02:00", "03:00"]]}, ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 to 02:00
    assert in_usual_hours(hours, start.astimezone(berlin), (start + timedelta(minutes=30)).astimezone(berlin))
    assert not in_usual_hours({"wed": [["10:00", "11:00"]]}, *(t.astimezone(berlin) for t in (start, start + BLOCK)))


_CLOCKS = st.integers(0, 47).map(lambda n: f"{n // 2:02d}:{30 * (n % 2):02d}")
_DAYS = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(st.lists(_CLOCKS, min_size=2, max_size=2), max_size=3))


@given(hours=_DAYS, begins=st.integers(0, 14 * 48), halves=st.integers(1, 60))
def test_usual_hours_are_what_a_look_at_every_half_hour_says(hours, begins, halves):
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    inside = set()
    for week in (-1, 0, 1, 2, 3):
        for number, day in enumerate(WEEKDAYS):
            for opens, closes in hours.get(day, []):
                first, last = (int(t[:2]) * 2 + int(t[3:]) // 30 for t in (opens, closes))
                since = (week * 7 + number) * 48
                inside |= set(range(since + first, since + last + (48 if last <= first else 0)))
    start = monday + begins * BLOCK
    wholly = set(range(begins, begins + halves)) <= inside
    assert in_usual_hours(hours, start, start + halves * BLOCK) is wholly


def test_usual_hours_that_meet_are_one():
    hours = {"fri": [["10:00", "12:00"], ["12:00", "14:00"]]}
    start = datetime(2026, 12, 4, 11, 45, tzinfo=UTC)
    assert in_usual_hours(hours, start, start + timedelta(minutes=30))
    assert not in_usual_hours({}, start, start + timedelta(minutes=30))
