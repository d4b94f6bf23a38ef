"""Courses themselves: their names, and the pictures of their articles."""

from __future__ import annotations

import io
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.actors import Actor
from core import refusals
from core.ids import new_public_id
from training.errors import BadImage, DraftChanged
from training.models import Course, CourseImage, CourseVersion
from training.policies import require_author

MAX_IMAGE_BYTES = 4 * 1024 * 1024
MAX_IMAGE_SIDE = 1600
_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
Image.MAX_IMAGE_PIXELS = 40_000_000


@transaction.atomic
def create_course(
    *, actor: Actor, slug: str, language: str, industry: str, title: str, summary: str, at: datetime
) -> Course:
    """Make a course with an empty first draft.

    Raises `SlugTaken` at the field when the short name is used in that language.
    """
    require_author(actor)
    with refusals.translated():
        course = Course.objects.create(
            slug=slug,
            language=language,
            industry=industry,
            title=title.strip(),
            summary=summary.strip(),
            created_by_id=actor.user_id,
            created_at=at,
        )
    CourseVersion.objects.create(course=course, number=1, created_at=at)
    return course


@transaction.atomic
def update_course(*, actor: Actor, course: Course, revision: int, industry: str, title: str, summary: str) -> Course:
    """Change what lists say of a course; `DraftChanged` when it has changed since `revision`."""
    require_author(actor)
    row = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if row.revision != revision:
        raise DraftChanged(detail={"revision": row.revision})
    row.industry, row.title, row.summary = industry, title.strip(), summary.strip()
    row.revision += 1
    row.save(update_fields=["industry", "title", "summary", "revision"])
    return row


@transaction.atomic
def upload_image(*, actor: Actor, course: Course, file: IO[bytes], name: str, at: datetime) -> CourseImage:
    """Keep a picture for the articles of a course: turned upright, at most 1600 pixels a side, without metadata.

    Raises `BadImage` for what is not a PNG, JPEG or WebP of at most 4 MB. Side effect: a file in the media folder.
    """
    require_author(actor)
    data = file.read(MAX_IMAGE_BYTES + 1)
    if len(data) > MAX_IMAGE_BYTES:
        raise BadImage(fields={"file": _("The picture is larger than 4 MB. Make it smaller and try again.")})
    content, media_type, size = _clean_picture(data)
    suffix = media_type.partition("/")[2]
    return CourseImage.objects.create(
        course=course,
        file=ContentFile(content, name=f"{new_public_id('pic')}.{suffix}"),
        name=name.strip()[:120] or "picture",
        media_type=media_type,
        size_bytes=len(content),
        width=size[0],
        height=size[1],
        uploaded_by_id=actor.user_id,
        uploaded_at=at,
    )


def _clean_picture(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    unreadable = BadImage(fields={"file": _("This is not a PNG, JPEG or WebP picture.")})
    try:
        with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as opened:
            kind = str(opened.format)
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((MAX_IMAGE_SIDE, MAX_IMAGE_SIDE))
            if kind == "JPEG":
                picture = picture.convert("RGB")
            out = io.BytesIO()
            picture.info = {}
            picture.save(out, format=kind)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise unreadable from error
    except Image.DecompressionBombWarning as error:
        raise unreadable from error
    return out.getvalue(), _FORMATS[kind], picture.size
