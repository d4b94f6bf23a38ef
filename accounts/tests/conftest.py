"""What the tests of accounts share."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **options) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (20, 120, 110)).save(out, kind, **options)
    return out.getvalue()
