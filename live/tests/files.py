"""Files to send in tests, and uploading them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from PIL import Image

from live import services
from live.actors import Talker
from live.models import Attachment, Conversation
from live.tests.factories import AT

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def animation(frames: int = 3, size: tuple[int, int] = (16, 16)) -> bytes:
    """A GIF that moves."""
    out = io.BytesIO()
    shots = [Image.new("P", size, n) for n in range(frames)]
    for shot in shots:
        shot.putpalette([value for n in range(frames) for value in (n * 40 % 255, 80, 80)])
    shots[0].save(out, "GIF", save_all=True, append_images=shots[1:], duration=80)
    return out.getvalue()


def upload(
    actor: Talker, conversation: Conversation, data: bytes | None = None, *, name: str = "leg.png", at: datetime = AT
) -> Attachment:
    """A file taken in for a conversation, not yet sent."""
    file = io.BytesIO(picture() if data is None else data)
    return services.upload_attachment(actor=actor, conversation=conversation, file=file, name=name, at=at)
