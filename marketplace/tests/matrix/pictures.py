"""A picture to upload."""

import io

from PIL import Image


def picture(width: int = 8, height: int = 8) -> io.BytesIO:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    file.seek(0)
    return file
