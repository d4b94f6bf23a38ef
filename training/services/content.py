"""Publishing a whole course from structured content, for seeding and for import."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from training.errors import AlreadyPublished
from training.models import Course, CourseVersion
from training.services.drafting import add_lesson, add_level, publish_version, start_draft
from training.services.editing import create_course
from training.states import VersionState


@transaction.atomic
def publish_course_content(*, actor: Actor, content: Mapping[str, Any], at: datetime) -> CourseVersion:
    """Create and publish the course that `content` describes; a course of that slug and language is left alone.

    `content`: `slug, language, industry, title, summary, changes` and `levels`, each with a `title` and
    `lessons` of `kind, title, content` and optionally `pass_percent`; `content` as in `training.logic.content`.
    Raises what the steps raise: `Invalid` for malformed and `NotReady` for unfinished lessons. Events as
    in `publish_version`.
    """
    existing = Course.objects.filter(slug=content["slug"], language=content["language"]).first()
    if existing is not None:
        published = existing.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()
        if published is None:
            raise AlreadyPublished
        return published
    course = create_course(
        actor=actor,
        slug=content["slug"],
        language=content["language"],
        industry=content["industry"],
        title=content["title"],
        summary=content["summary"],
        at=at,
    )
    draft = start_draft(actor=actor, course=course, at=at)
    for level_content in content["levels"]:
        level = add_level(actor=actor, version=draft, title=level_content["title"], revision=_revision(draft))
        for lesson in level_content["lessons"]:
            add_lesson(
                actor=actor,
                level=level,
                kind=lesson["kind"],
                title=lesson["title"],
                content=lesson["content"],
                pass_percent=lesson.get("pass_percent"),
                revision=_revision(draft),
                at=at,
            )
    return publish_version(actor=actor, version=draft, changes=content["changes"], revision=_revision(draft), at=at)


def _revision(draft: CourseVersion) -> int:
    draft.refresh_from_db(fields=["revision"])
    return draft.revision
