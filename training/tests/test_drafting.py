"""Writing courses: drafts, conflicts, publishing; and the database holds what the services promise."""

import io

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from training import selectors, services
from training.errors import AlreadyPublished, BadImage, DraftChanged, NotReady, SlugTaken
from training.models import Course, CourseImage, CourseVersion, Lesson, Level
from training.states import LessonKind, VersionState
from training.tests.factories import (
    AT,
    article_content,
    dialogue_content,
    draft_course,
    lessons_of,
    published_course,
    quiz_content,
    revision_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer():
    return staff_actor(StaffRole.TRAINER)


def titles(version: CourseVersion) -> list[tuple[str, list[str]]]:
    tree = selectors.version_tree(actor=PLATFORM, public_id=version.public_id)
    return [(level.title, [lesson.title for lesson in level.lessons.all()]) for level in tree.levels.all()]


def publish(version: CourseVersion, actor=PLATFORM, changes: str = "Clearer examples.") -> CourseVersion:
    return services.publish_version(actor=actor, version=version, changes=changes, revision=revision_of(version), at=AT)


def test_a_new_course_begins_with_an_empty_draft(trainer):
    course = services.create_course(
        actor=trainer, slug="tone", language="en", industry="general", title=" Tone ", summary="How to say it.", at=AT
    )
    assert (course.title, course.created_by_id) == ("Tone", trainer.user_id)
    assert list(course.versions.values_list("number", "state")) == [(1, VersionState.DRAFT)]


def test_a_short_name_is_used_once_a_language(trainer):
    course = draft_course()
    fields = {"industry": "general", "title": "T", "summary": "S", "at": AT}
    with pytest.raises(SlugTaken) as refused:
        services.create_course(actor=trainer, slug=course.slug, language="en", **fields)
    assert list(refused.value.fields) == ["slug"]
    assert services.create_course(actor=trainer, slug=course.slug, language="zh-hans", **fields).pk


@pytest.mark.parametrize("who", ["certifier", "agent"])
def test_only_trainers_write(who):
    actor = staff_actor(StaffRole.CERTIFIER) if who == "certifier" else agent_actor(AgentFactory())
    course = draft_course()
    draft = course.versions.get()
    lesson = lessons_of(course)[0]
    for refused in (
        lambda: services.create_course(
            actor=actor, slug="x", language="en", industry="general", title="T", summary="S", at=AT
        ),
        lambda: services.update_course(
            actor=actor, course=course, revision=1, industry="general", title="T", summary="S"
        ),
        lambda: services.start_draft(actor=actor, course=course, at=AT),
        lambda: services.add_level(actor=actor, version=draft, title="L", revision=revision_of(draft)),
        lambda: services.save_lesson(
            actor=actor, lesson=lesson, title="T", content={}, pass_percent=80, revision=1, at=AT
        ),
        lambda: publish(draft, actor),
        lambda: services.discard_draft(actor=actor, version=draft, revision=revision_of(draft)),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert titles(draft) == [("Begin", ["Listening"]), ("Practise", ["Check", "A late parcel"])]


def test_levels_and_lessons_are_shaped(trainer):
    course = draft_course()
    draft = course.versions.get()
    article, quiz, dialogue = lessons_of(course)
    begin, practise = draft.levels.all()

    def now() -> dict:
        return {"actor": trainer, "revision": revision_of(draft)}

    services.rename_level(level=begin, title="Start here", **now())
    services.move_lesson(lesson=dialogue, by=-1, **now())
    assert titles(draft) == [("Start here", ["Listening"]), ("Practise", ["A late parcel", "Check"])]
    services.move_lesson(lesson=dialogue, by=-1, **now())
    assert titles(draft) == [("Start here", ["Listening", "A late parcel"]), ("Practise", ["Check"])]
    dialogue.refresh_from_db()
    services.move_lesson(lesson=dialogue, by=1, **now())
    assert titles(draft) == [("Start here", ["Listening"]), ("Practise", ["A late parcel", "Check"])]
    services.move_level(level=practise, by=-1, **now())
    assert titles(draft) == [("Practise", ["A late parcel", "Check"]), ("Start here", ["Listening"])]
    services.move_level(level=practise, by=-1, **now())
    services.remove_lesson(lesson=quiz, **now())
    services.remove_level(level=begin, **now())
    assert titles(draft) == [("Practise", ["A late parcel"])]
    services.add_lesson(level=practise, kind="article", title="Apologies", at=AT, **now())
    assert titles(draft) == [("Practise", ["A late parcel", "Apologies"])]
    with pytest.raises(NotFound):
        services.remove_lesson(lesson=article, **now())


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "video", "title": "T"},
        {"kind": "quiz", "title": "  "},
        {"kind": "quiz", "title": "T", "content": {"questions": "all"}},
    ],
)
def test_a_lesson_that_cannot_be_is_refused(trainer, fields):
    course = draft_course()
    level = course.versions.get().levels.first()
    before = Lesson.objects.count()
    with pytest.raises(Invalid):
        services.add_lesson(actor=trainer, level=level, revision=revision_of(level.version), at=AT, **fields)
    assert Lesson.objects.count() == before


def test_two_trainers_shaping_one_draft(trainer):
    draft = draft_course().versions.get()
    seen = revision_of(draft)
    services.add_level(actor=trainer, version=draft, title="First in", revision=seen)
    with pytest.raises(DraftChanged):
        services.add_level(actor=staff_actor(StaffRole.TRAINER), version=draft, title="Too late", revision=seen)
    assert [title for title, _lessons in titles(draft)] == ["Begin", "Practise", "First in"]


def test_two_trainers_writing_one_lesson(trainer):
    lesson = lessons_of(draft_course())[0]
    other = staff_actor(StaffRole.TRAINER)
    save = {"lesson": lesson, "pass_percent": 80, "revision": lesson.revision, "at": AT}
    services.save_lesson(actor=trainer, title="Mine", content=article_content("Mine."), **save)
    with pytest.raises(DraftChanged) as refused:
        services.save_lesson(actor=other, title="Theirs", content=article_content("Theirs."), **save)
    assert refused.value.detail == {"revision": 2, "edited_by": trainer.name}
    lesson.refresh_from_db()
    assert (lesson.title, lesson.content, lesson.edited_by_id) == ("Mine", {"markdown": "Mine."}, trainer.user_id)


def test_two_trainers_changing_a_course(trainer):
    course = draft_course()
    fields = {"course": course, "revision": 1, "industry": "retail", "summary": "S"}
    services.update_course(actor=trainer, title="One", **fields)
    with pytest.raises(DraftChanged):
        services.update_course(actor=trainer, title="Two", **fields)
    assert Course.objects.get(pk=course.pk).title == "One"


def test_a_half_written_lesson_is_kept_but_not_published(trainer):
    course = draft_course()
    quiz = lessons_of(course)[1]
    half = {"questions": [{"key": "q1", "prompt": "", "options": [{"key": "a"}, {"key": "b", "text": "No"}]}]}
    services.save_lesson(actor=trainer, lesson=quiz, title="Check", content=half, pass_percent=80, revision=1, at=AT)
    with pytest.raises(NotReady) as refused:
        publish(course.versions.get(), trainer)
    assert [(p["lesson"], p["where"]) for p in refused.value.detail["problems"]] == [
        ("Check", "q1"),
        ("Check", "q1"),
        ("Check", "q1.a"),
    ]
    assert course.versions.get().state == VersionState.DRAFT


def test_an_empty_draft_is_not_published(trainer):
    course = services.create_course(
        actor=trainer, slug="empty", language="en", industry="general", title="T", summary="S", at=AT
    )
    draft = course.versions.get()
    with pytest.raises(NotReady):
        publish(draft)
    services.add_level(actor=trainer, version=draft, title="Lonely", revision=revision_of(draft))
    with pytest.raises(NotReady) as refused:
        publish(draft)
    assert len(refused.value.detail["problems"]) == 1


def test_publishing_says_what_changed_and_is_audited(trainer):
    draft = draft_course().versions.get()
    with pytest.raises(Invalid) as refused:
        publish(draft, trainer, changes=" ")
    assert list(refused.value.fields) == ["changes"]
    version = publish(draft, trainer)
    assert (version.state, version.changes, version.published_at) == (VersionState.PUBLISHED, "Clearer examples.", AT)
    entry = AuditEntry.objects.get(action="training.publish_version")
    assert (entry.subject, entry.actor) == (version.public_id, trainer.audit_name)
    with pytest.raises(AlreadyPublished):
        publish(version, trainer)


def test_publishing_what_somebody_else_has_changed_since_is_refused(trainer):
    draft = draft_course().versions.get()
    seen = revision_of(draft)
    services.add_level(actor=trainer, version=draft, title="New", revision=seen)
    with pytest.raises(DraftChanged):
        services.publish_version(actor=trainer, version=draft, changes="x", revision=seen, at=AT)


def test_a_new_draft_begins_with_what_is_published(trainer):
    course = published_course()
    draft = services.start_draft(actor=trainer, course=course, at=AT)
    assert (draft.number, draft.state) == (2, VersionState.DRAFT)
    first, second = course.versions.order_by("number")
    assert titles(first) == titles(second)
    old = Lesson.objects.filter(level__version=first).order_by("lineage")
    new = Lesson.objects.filter(level__version=second).order_by("lineage")
    assert [row.lineage for row in old] == [row.lineage for row in new]
    assert not {row.public_id for row in old} & {row.public_id for row in new}
    assert services.start_draft(actor=trainer, course=course, at=AT) == draft


def test_a_draft_is_discarded(trainer):
    course = published_course()
    draft = services.start_draft(actor=trainer, course=course, at=AT)
    services.discard_draft(actor=trainer, version=draft, revision=draft.revision)
    assert list(course.versions.values_list("number", flat=True)) == [1]
    fresh = draft_course()
    only = fresh.versions.get()
    services.discard_draft(actor=trainer, version=only, revision=revision_of(only))
    assert titles(fresh.versions.get()) == []


def test_drafts_are_hidden_from_all_but_staff(trainer):
    course = draft_course()
    agent = agent_actor(AgentFactory())
    assert selectors.courses_for(actor=agent) == []
    for hidden in (
        lambda: selectors.course_by_public_id(actor=agent, public_id=course.public_id),
        lambda: selectors.course_path(actor=agent, course=course),
        lambda: selectors.lesson_at_hand(actor=agent, public_id=lessons_of(course)[0].public_id),
        lambda: selectors.lesson_to_edit(actor=agent, public_id=lessons_of(course)[0].public_id),
        lambda: selectors.version_tree(actor=agent, public_id=course.versions.get().public_id),
        lambda: selectors.authored_courses(actor=agent),
    ):
        with pytest.raises(NotFound):
            hidden()
    assert selectors.course_by_public_id(actor=trainer, public_id=course.public_id) == course


def test_authored_courses_count_learners_in_constant_queries(trainer, django_assert_num_queries):
    course = published_course()
    for _ in range(2):
        agent = AgentFactory()
        services.enrol(actor=agent_actor(agent), agent=agent, course=course, at=AT)
    with django_assert_num_queries(3):
        [row] = selectors.authored_courses(actor=trainer)
    assert (row.course, row.draft, row.published.number, row.learners, row.completed) == (course, None, 1, 2, 0)
    draft_course()
    draft_course()
    with django_assert_num_queries(3):
        assert len(selectors.authored_courses(actor=trainer)) == 3
    [history] = selectors.version_history(actor=trainer, course=course)
    assert (history.lessons, history.learners, history.completed) == (3, 2, 0)


# -- The database refuses ------------------------------------------------------------------------


def refuses(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except Exception as error:
        return type(error).__name__ in {"InternalError", "IntegrityError", "ProgrammingError"}
    return False


def test_a_published_version_never_changes():
    course = published_course()
    version = course.versions.get()
    level = version.levels.first()
    lesson = level.lessons.first()
    other_level = draft_course().versions.get().levels.first()
    for write in (
        lambda: CourseVersion.objects.filter(pk=version.pk).update(changes="Something else."),
        lambda: CourseVersion.objects.filter(pk=version.pk).update(state=VersionState.DRAFT, published_at=None),
        lambda: version.delete(),
        lambda: Level.objects.filter(pk=level.pk).update(title="Other"),
        lambda: Level.objects.create(version=version, position=9, title="More"),
        lambda: Lesson.objects.filter(pk=lesson.pk).update(title="Other"),
        lambda: Lesson.objects.filter(pk=lesson.pk).update(level=other_level, position=9),
        lambda: Lesson.objects.filter(pk=lesson.pk).delete(),
        lambda: Lesson.objects.create(level=level, position=9, kind=LessonKind.ARTICLE, title="More"),
        lambda: Lesson.objects.filter(level=other_level).update(level=level, position=8),
    ):
        assert refuses(write)
    assert titles(version) == [("Begin", ["Listening"]), ("Practise", ["Check", "A late parcel"])]


def test_a_course_has_one_draft():
    course = draft_course()
    with pytest.raises(IntegrityError, match="course_has_one_draft"), transaction.atomic():
        CourseVersion.objects.create(course=course, number=2, created_at=AT)


def test_a_version_is_not_born_published():
    course = draft_course()
    assert refuses(
        lambda: CourseVersion.objects.create(
            course=course, number=2, created_at=AT, state=VersionState.PUBLISHED, published_at=AT, changes="x"
        )
    )


# -- Pictures ------------------------------------------------------------------------------------


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", size, "teal").save(out, format=kind, exif=exif)
    out.seek(0)
    return out


@pytest.fixture
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("_media")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_without_metadata(trainer, kind):
    course = draft_course()
    image = services.upload_image(actor=trainer, course=course, file=picture(kind, (2000, 1000)), name="a.png", at=AT)
    assert (image.width, image.height, image.media_type) == (1600, 800, f"image/{kind.lower()}")
    with Image.open(image.file) as kept:
        assert dict(kept.getexif()) == {}
    image.file.close()
    assert refuses(lambda: CourseImage.objects.filter(pk=image.pk).update(name="b.png"))


@pytest.mark.usefixtures("_media")
@pytest.mark.parametrize(
    "data", [b"", b"<svg onload='alert(1)'/>", picture().getvalue()[:60], b"\x89PNG" + b"0" * (4 * 1024 * 1024)]
)
def test_what_is_not_a_picture_is_refused_at_the_field(trainer, data):
    with pytest.raises(BadImage) as refused:
        services.upload_image(actor=trainer, course=draft_course(), file=io.BytesIO(data), name="a.png", at=AT)
    assert list(refused.value.fields) == ["file"]
    assert CourseImage.objects.count() == 0


@pytest.mark.usefixtures("_media")
def test_pictures_of_drafts_are_hidden(trainer):
    course = draft_course()
    image = services.upload_image(actor=trainer, course=course, file=picture(), name="a.png", at=AT)
    agent = agent_actor(AgentFactory())
    with pytest.raises(NotFound):
        selectors.image_by_public_id(actor=agent, public_id=image.public_id)
    publish(course.versions.get())
    assert selectors.image_by_public_id(actor=agent, public_id=image.public_id) == image


def test_course_content_is_published_once():
    course = published_course(slug="same")
    assert published_course(slug="same") == course
    assert [lesson.content for lesson in lessons_of(course)][1:] != [quiz_content(), dialogue_content()]
    assert course.versions.get().published_at == AT
