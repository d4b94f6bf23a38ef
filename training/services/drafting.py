"""Drafts: started from what is published, shaped, written lesson by lesson, published for good.

Locks: the version row first, so that a draft is changed by one trainer at a time and never while it
is being published. `revision` is what the page showed; another one means somebody was faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.actors import PLATFORM, Actor
from core import audit
from core.errors import Invalid, NotFound
from core.events import publish
from core.states import move
from training import selectors
from training.errors import AlreadyPublished, DraftChanged, NotReady
from training.events import CourseVersionPublished
from training.logic import content as contents
from training.models import Course, CourseVersion, Lesson, Level
from training.policies import require_author
from training.selectors.authoring import last_version_number
from training.selectors.catalogue import newest_published
from training.states import VERSION, LessonKind, VersionState

MAX_LEVELS = 40
MAX_LESSONS = 40


@transaction.atomic
def start_draft(*, actor: Actor, course: Course, at: datetime) -> CourseVersion:
    """The course's draft; when there is none, a new one with the newest published content in it."""
    require_author(actor)
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    draft = course.versions.filter(state=VersionState.DRAFT).first()
    if draft is not None:
        return draft
    draft = CourseVersion.objects.create(course=course, number=last_version_number(course) + 1, created_at=at)
    source = newest_published([course]).get(course.pk)
    if source is not None:
        _copy(source, draft)
    return draft


def _copy(source: CourseVersion, draft: CourseVersion) -> None:
    for level in source.levels.prefetch_related("lessons"):
        copied = Level.objects.create(version=draft, position=level.position, title=level.title)
        Lesson.objects.bulk_create(
            Lesson(
                level=copied,
                position=lesson.position,
                lineage=lesson.lineage,
                kind=lesson.kind,
                title=lesson.title,
                content=lesson.content,
                pass_percent=lesson.pass_percent,
                edited_by_id=lesson.edited_by_id,
                edited_at=lesson.edited_at,
            )
            for lesson in level.lessons.all()
        )


@transaction.atomic
def discard_draft(*, actor: Actor, version: CourseVersion, revision: int) -> None:
    """Throw a draft away; what is published stays. A course never published keeps an empty draft."""
    draft = _locked(actor, version, revision)
    draft.levels.all().delete()
    if draft.course.versions.filter(state=VersionState.PUBLISHED).exists():
        draft.delete()
    else:
        _bump(draft)


@transaction.atomic
def add_level(*, actor: Actor, version: CourseVersion, title: str, revision: int) -> Level:
    """Put a level at the end."""
    draft = _locked(actor, version, revision)
    last = draft.levels.aggregate(n=Max("position"))["n"]
    position = 0 if last is None else last + 1
    if draft.levels.count() >= MAX_LEVELS:
        raise Invalid(fields={"title": _("A course has at most 40 levels.")})
    _bump(draft)
    return Level.objects.create(version=draft, position=position, title=_title(title))


@transaction.atomic
def rename_level(*, actor: Actor, level: Level, title: str, revision: int) -> Level:
    """Give a level another title."""
    draft = _locked(actor, level.version, revision)
    level = _level_of(draft, level)
    level.title = _title(title)
    level.save(update_fields=["title"])
    _bump(draft)
    return level


@transaction.atomic
def move_level(*, actor: Actor, level: Level, by: int, revision: int) -> None:
    """Move a level up (`by=-1`) or down (`by=1`); at the edge nothing happens."""
    draft = _locked(actor, level.version, revision)
    order = list(draft.levels.order_by("position"))
    if _shift(order, level.pk, by):
        Level.objects.bulk_update(order, ["position"])
        _bump(draft)


@transaction.atomic
def remove_level(*, actor: Actor, level: Level, revision: int) -> None:
    """Remove a level with its lessons from the draft."""
    draft = _locked(actor, level.version, revision)
    _level_of(draft, level).delete()
    _bump(draft)


@transaction.atomic
def add_lesson(
    *,
    actor: Actor,
    level: Level,
    kind: str,
    title: str,
    revision: int,
    at: datetime,
    content: Mapping[str, Any] | None = None,
    pass_percent: int | None = None,
) -> Lesson:
    """Put a lesson at the end of a level, empty or with `content`; `Invalid` when that is malformed."""
    draft = _locked(actor, level.version, revision)
    level = _level_of(draft, level)
    if kind not in LessonKind.values:
        raise Invalid(fields={"kind": _("Choose a kind of lesson.")})
    last = level.lessons.aggregate(n=Max("position"))["n"]
    if level.lessons.count() >= MAX_LESSONS:
        raise Invalid(fields={"title": _("A level has at most 40 lessons.")})
    fields = {} if pass_percent is None else {"pass_percent": pass_percent}
    lesson = Lesson.objects.create(
        level=level,
        position=0 if last is None else last + 1,
        kind=kind,
        title=_title(title),
        content=contents.to_json(contents.empty(kind) if content is None else _read(kind, content)),
        edited_by_id=actor.user_id,
        edited_at=at,
        **fields,
    )
    _bump(draft)
    return lesson


@transaction.atomic
def move_lesson(*, actor: Actor, lesson: Lesson, by: int, revision: int) -> None:
    """Move a lesson up or down; past the edge of its level it goes into the next level."""
    draft = _locked(actor, lesson.level.version, revision)
    levels = list(draft.levels.order_by("position").prefetch_related("lessons"))
    index = next((i for i, level in enumerate(levels) if level.pk == lesson.level_id), None)
    if index is None:
        raise NotFound
    order = list(levels[index].lessons.order_by("position"))
    if _shift(order, lesson.pk, by):
        Lesson.objects.bulk_update(order, ["position"])
    elif 0 <= index + by < len(levels):
        _into_neighbour(next(row for row in order if row.pk == lesson.pk), levels[index + by], at_end=by < 0)
    _bump(draft)


def _into_neighbour(lesson: Lesson, level: Level, *, at_end: bool) -> None:
    others = list(level.lessons.order_by("position"))
    lesson.level = level
    order = [*others, lesson] if at_end else [lesson, *others]
    for position, row in enumerate(order):
        row.position = position
    Lesson.objects.bulk_update(order, ["level", "position"])


@transaction.atomic
def remove_lesson(*, actor: Actor, lesson: Lesson, revision: int) -> None:
    """Remove a lesson from the draft; versions already published keep it."""
    draft = _locked(actor, lesson.level.version, revision)
    if not Lesson.objects.filter(pk=lesson.pk, level__version=draft).exists():
        raise NotFound
    Lesson.objects.filter(pk=lesson.pk).delete()
    _bump(draft)


@transaction.atomic
def save_lesson(
    *,
    actor: Actor,
    lesson: Lesson,
    title: str,
    content: Mapping[str, Any],
    pass_percent: int,
    revision: int,
    at: datetime,
) -> Lesson:
    """Save a lesson of a draft, whole or half written; publishing asks for more.

    Raises `DraftChanged` (with who was faster) when it was saved since `revision`, `AlreadyPublished`,
    `Invalid` for what cannot be a lesson at all.
    """
    _locked(actor, lesson.level.version, None)
    row = Lesson.objects.select_related("level", "edited_by").filter(pk=lesson.pk).first()
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise DraftChanged(detail={"revision": row.revision, "edited_by": str(row.edited_by or "")})
    if not 1 <= pass_percent <= 100:
        raise Invalid(fields={"pass_percent": _("Give a percentage from 1 to 100.")})
    row.title = _title(title)
    row.content = contents.to_json(_read(row.kind, content))
    row.pass_percent = pass_percent
    row.revision += 1
    row.edited_by_id, row.edited_at = actor.user_id, at
    row.save(update_fields=["title", "content", "pass_percent", "revision", "edited_by", "edited_at"])
    return row


@transaction.atomic
def publish_version(
    *, actor: Actor, version: CourseVersion, changes: str, revision: int, at: datetime
) -> CourseVersion:
    """Publish a draft for good; new learners get it, those under way stay with theirs until they choose it.

    Raises `NotReady` listing every place to mend, `DraftChanged`, `AlreadyPublished`. Publishes
    `CourseVersionPublished`. Side effect: an audit entry in stream `certification`.
    """
    draft = _locked(actor, version, revision)
    if not changes.strip():
        raise Invalid(fields={"changes": _("Say what is new, for those who know the course already.")})
    if problems := _missing(draft):
        raise NotReady(detail={"problems": problems})
    move(
        draft,
        VersionState.PUBLISHED,
        table=VERSION,
        at=at,
        actor=actor,
        changes={"changes": changes.strip(), "published_at": at, "published_by_id": actor.user_id},
    )
    audit.record(
        stream="certification",
        action="training.publish_version",
        subject=draft.public_id,
        at=at,
        actor=actor,
        data={"course": draft.course.public_id, "number": draft.number},
    )
    publish(CourseVersionPublished(course_id=draft.course_id, version_id=draft.pk, at=at))
    return draft


def _missing(draft: CourseVersion) -> list[dict[str, str]]:
    tree = selectors.version_tree(actor=PLATFORM, public_id=draft.public_id)
    levels = list(tree.levels.all())
    found = [] if levels else [{"lesson": "", "where": "", "message": str(_("Add a level."))}]
    found += [
        {"lesson": "", "where": level.public_id, "message": str(_("The level “%s” has no lesson.") % level.title)}
        for level in levels
        if not level.lessons.all()
    ]
    titles = {lesson.pk: lesson.title for level in levels for lesson in level.lessons.all()}
    for lesson_id, problems in selectors.draft_problems(tree).items():
        found += [{"lesson": titles[lesson_id], "where": p.where, "message": str(p.message)} for p in problems]
    return found


def _locked(actor: Actor, version: CourseVersion, revision: int | None) -> CourseVersion:
    """The draft, locked; `revision` None leaves the check of freshness to the caller."""
    require_author(actor)
    row = (
        CourseVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("course")
        .filter(pk=version.pk)
        .first()
    )
    if row is None:
        raise NotFound
    if row.state != VersionState.DRAFT:
        raise AlreadyPublished
    if revision is not None and row.revision != revision:
        raise DraftChanged(detail={"revision": row.revision})
    return row


def _bump(draft: CourseVersion) -> None:
    draft.revision += 1
    draft.save(update_fields=["revision"])


def _level_of(draft: CourseVersion, level: Level) -> Level:
    row = draft.levels.filter(pk=level.pk).first()
    if row is None:
        raise NotFound
    return row


def _shift(order: list[Any], pk: int, by: int) -> bool:
    """Swap the row `pk` with its neighbour and number positions anew; False at the edge."""
    index = next((i for i, row in enumerate(order) if row.pk == pk), None)
    if index is None:
        raise NotFound
    if by not in (-1, 1):
        raise Invalid(fields={"by": _("Move by one place.")})
    if not 0 <= index + by < len(order):
        return False
    order[index], order[index + by] = order[index + by], order[index]
    for position, row in enumerate(order):
        row.position = position
    return True


def _title(title: str) -> str:
    clean = title.strip()
    if not clean:
        raise Invalid(fields={"title": _("Give it a title.")})
    return clean


def _read(kind: str, content: Mapping[str, Any]) -> contents.Content:
    try:
        return contents.from_json(kind, content)
    except ValueError as error:
        raise Invalid(fields={"content": str(error)}) from error
