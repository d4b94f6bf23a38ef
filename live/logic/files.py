"""Uploaded files: what they are by their content, made harmless as far as that can be done. No database, no disk."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import unicodedata
import warnings
from dataclasses import dataclass

import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

from core.errors import Invalid, Text
from live.logic.masking import mask

MAX_PHOTO_PIXELS = 40_000_000
"""Of a JPEG as sent: it is decoded at a fraction of its size."""
MAX_PIXELS = 16_000_000
"""Of any other picture as sent, or of all frames of an animation together: four bytes each while it is decoded."""
MAX_SIDE = 2400
"""Longer sides of a picture are scaled down to this."""
SMALL_SIDE = 480
"""The picture a conversation shows."""
MAX_TEXT_BYTES = 1024 * 1024
"""Of a text file: it is searched for personal numbers as a message is."""
NAME_LENGTH = 80
_ONE_AT_A_TIME = threading.Lock()
"""Decoding is what costs memory and time: a process does it for one picture at a time, the others wait."""
_PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
MEDIA_TYPES = (*_PICTURES, "application/pdf", "text/plain")
"""What a file that is kept may be."""
_MARKUP = re.compile(r"\s*<(!doctype|!--|\?xml|html|head|body|svg|script|iframe|table|div)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class CleanFile:
    """A file as it is kept. `small` is a picture's size for reading along; empty for other kinds."""

    data: bytes
    media_type: str
    extension: str
    width: int | None = None
    height: int | None = None
    small: bytes = b""
    small_extension: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def clean_file(data: bytes) -> CleanFile:
    """Find out by its content what was sent; pictures are encoded anew, so that nothing but pixels is left.

    PNG, JPEG, WebP, GIF, PDF and plain text pass. Raises `Invalid` at `file` saying what is wrong.
    """
    if not data:
        raise _refuse(_("The file is empty."))
    kinds = _kinds(data)
    for media_type in _PICTURES:
        if media_type in kinds:
            with _ONE_AT_A_TIME:
                return _clean_picture(data, _PICTURES[media_type])
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise _refuse(_("This PDF is damaged. Save it again and send the new one."))
        return CleanFile(data, "application/pdf", "pdf")
    return _clean_text(data)


def clean_name(name: str, extension: str) -> str:
    """A name to show: no path, no control or direction characters, personal numbers masked, a fitting ending."""
    base = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", " ".join(plain.split())).strip(". ")
    return f"{mask(stem).text[:NAME_LENGTH] or 'file'}.{extension}"


def _kinds(data: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(data[:4096])}
    except (puremagic.PureError, ValueError):
        return set()


def _clean_picture(data: bytes, form: str) -> CleanFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[form]) as image:
                frames = getattr(image, "n_frames", 1)
                most = MAX_PHOTO_PIXELS if form == "JPEG" else MAX_PIXELS
                if image.width * image.height * (frames if form == "GIF" else 1) > most:
                    raise _too_many_pixels()
                if form == "GIF" and frames > 1:
                    return _animation(image)
                return _still(image)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _refuse(_("The picture is damaged. Save it again and send the new one.")) from error


def _still(image: Image.Image) -> CleanFile:
    """Upright, not larger than a screen, without anything but pixels (no place where a photo was taken)."""
    kind = "JPEG" if image.format == "JPEG" else "PNG"
    size = (MAX_SIDE, MAX_SIDE)
    image.draft("RGB", size)  # JPEG only: decodes at a fraction of the size, so large photos cost little
    if image.mode in ("L", "RGB", "RGBA") and "transparency" not in image.info:
        image.thumbnail(size)  # before anything copies it; palettes and colour keys must become colours first
    upright = ImageOps.exif_transpose(image)
    seen_through = kind == "PNG" and upright.has_transparency_data
    plain = upright.convert("RGBA" if seen_through else "RGB")
    if image.format == "WEBP" and not seen_through:
        kind = "JPEG"
    plain.thumbnail(size)
    plain.info = {}  # comments and the like
    out = io.BytesIO()
    plain.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    extension = "jpg" if kind == "JPEG" else "png"
    small, small_extension = _small(plain)
    return CleanFile(out.getvalue(), f"image/{kind.lower()}", extension, *plain.size, small, small_extension)


def _animation(image: Image.Image) -> CleanFile:
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(frame.convert("RGBA"))
        durations.append(max(20, int(frame.info.get("duration") or 100)))
    out = io.BytesIO()
    loop = int(image.info.get("loop") or 0)
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=loop, disposal=2)
    small, small_extension = _small(frames[0])
    return CleanFile(out.getvalue(), "image/gif", "gif", *frames[0].size, small, small_extension)


def _small(picture: Image.Image) -> tuple[bytes, str]:
    little = picture.copy()
    little.thumbnail((SMALL_SIDE, SMALL_SIDE))
    out = io.BytesIO()
    if little.mode == "RGBA":
        little.save(out, "PNG")
        return out.getvalue(), "png"
    little.save(out, "JPEG", quality=82)
    return out.getvalue(), "jpg"


def _clean_text(data: bytes) -> CleanFile:
    """Readable text and nothing a program would run or draw; personal numbers masked, kept as UTF-8."""
    if len(data) > MAX_TEXT_BYTES:
        raise _refuse(_("A text file may have %(limit)d MB at most.") % {"limit": MAX_TEXT_BYTES // 1024 // 1024})
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise _refuse(_("The file is empty."))
        if not _CONTROL.search(text) and not _MARKUP.match(text):
            return CleanFile(mask(text).text.encode(), "text/plain", "txt")
        break
    raise _refuse(_("This kind of file cannot be sent. Send a picture (PNG, JPEG, WebP, GIF), a PDF or plain text."))


def _too_many_pixels() -> Invalid:
    return _refuse(_("This picture has too many pixels. Make it smaller and send it again."))


def _refuse(message: Text) -> Invalid:
    return Invalid(fields={"file": message}, code="live.bad_file")
