"""The trainer's pages: writing a course by page from nothing to published, conflicts, and who may."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, staff_user
from training.models import Course, CourseImage, CourseVersion, Lesson
from training.states import VersionState
from training.tests.factories import draft_course, lessons_of, published_course, revision_of

pytestmark = pytest.mark.django_db
URL = "/desk/courses/"


@pytest.fixture
def page(client):
    client.force_login(staff_user(StaffRole.TRAINER))
    return client


def url(name: str, thing) -> str:
    return reverse(f"desk:{name}", args=[thing.public_id])


def draft_of(course: Course) -> CourseVersion:
    return course.versions.get(state=VersionState.DRAFT)


def change(page, name: str, thing, version: CourseVersion, **data):
    return page.post(url(name, thing), {"revision": revision_of(version), **data})


@pytest.mark.slow
def test_a_course_is_written_and_published_by_page(page):
    details = {"title": "Calm words", "language": "en", "industry": "general", "summary": "How to stay calm."}
    response = page.post(reverse("desk:course_new"), details)
    course = Course.objects.get()
    draft = draft_of(course)
    assert (course.slug, response.url) == ("calm-words", url("course_version", draft))

    change(page, "course_level_add", draft, draft, title="Begin")
    level = draft.levels.get()
    change(page, "course_lesson_add", level, draft, kind="article", title="Breathe")
    change(page, "course_lesson_add", level, draft, kind="quiz", title="Check")
    change(page, "course_lesson_add", level, draft, kind="dialogue", title="Anger")
    article, quiz, dialogue = lessons_of(course)

    unfinished = change(page, "course_publish", draft, draft, changes="First.")
    assert unfinished.status_code == 422
    assert "First." in unfinished.text

    def save(lesson: Lesson, **data):
        lesson.refresh_from_db()
        fields = {"title": lesson.title, "pass_percent": 80, "revision": lesson.revision, "do": "save"}
        response = page.post(url("course_lesson", lesson), {**fields, **data})
        assert response.status_code == 302, response.text
        return response

    save(article, markdown="Breathe in, **breathe out**.")
    question = {"part": ["q1"], "q1.prompt": "Calm?", "q1.option": ["a", "b"], "q1.a.text": "Yes", "q1.b.text": "No"}
    assert save(quiz, **question, do="add:q1").url.endswith("#q1")
    save(quiz, **{**question, "q1.option": ["a", "b", "c"], "q1.c.text": "Perhaps", "q1.right": ["a"]})
    assert (
        save(quiz, **{**question, "q1.option": ["a", "b", "c"], "q1.right": ["a"]}, do="remove:q1.c").status_code == 302
    )
    turns = {
        "scenario": "Somebody is angry.",
        "part": ["n1", "n2"],
        "n1.says": "I am angry!",
        "n1.choice": ["a", "b"],
        "n1.a.text": "I hear you.",
        "n1.a.next": "n2",
        "n1.a.points": "5",
        "n1.a.feedback": "Named the feeling.",
        "n1.b.text": "Calm down.",
        "n1.b.next": "+",
        "n1.b.points": "-3",
        "n1.b.feedback": "Nobody calms down on command.",
        "n2.outcome": "good",
        "n2.title": "Heard",
    }
    save(dialogue, **turns)
    dialogue.refresh_from_db()
    assert [node["key"] for node in dialogue.content["nodes"]] == ["n1", "n3", "n2"]
    save(dialogue, **{**turns, "part": ["n1", "n3", "n2"], "n1.b.next": "n3", "n3.outcome": "bad", "n3.title": "Gone"})

    assert "things to mend" not in page.get(url("course_version", draft)).text
    assert change(page, "course_publish", draft, draft, changes="First.").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.changes) == (VersionState.PUBLISHED, "First.")
    assert "never changes" in page.get(url("course_version", draft)).text
    assert "First." in page.get(url("course", course)).text


def test_the_list_costs_the_same_for_one_course_and_for_three(page, django_assert_max_num_queries):
    published_course()
    page.get(URL)
    with django_assert_max_num_queries(15) as one:
        page.get(URL)
    draft_course()
    published_course()
    with django_assert_max_num_queries(15) as three:
        page.get(URL)
    assert len(one) == len(three)


def test_a_version_costs_the_same_for_one_lesson_and_for_three(page, django_assert_max_num_queries):
    small = draft_course(levels=[{"title": "One", "lessons": [{"kind": "article", "title": "A", "content": {}}]}])
    large = draft_course()
    page.get(url("course_version", draft_of(small)))
    with django_assert_max_num_queries(15) as one:
        page.get(url("course_version", draft_of(small)))
    with django_assert_max_num_queries(15) as three:
        page.get(url("course_version", draft_of(large)))
    assert len(one) == len(three)


def test_the_second_trainer_keeps_what_they_typed(page, client):
    lesson = lessons_of(draft_course())[0]
    mine = {"title": "Mine", "pass_percent": 80, "revision": 1, "markdown": "My words.", "do": "save"}
    page.post(url("course_lesson", lesson), mine)
    other = type(client)()
    other.force_login(staff_user(StaffRole.TRAINER))
    response = other.post(
        url("course_lesson", lesson), {**mine, "title": "Theirs", "markdown": "Their words, long typed."}
    )
    assert response.status_code == 409
    assert "Their words, long typed." in response.text
    assert "saved this lesson while you were writing" in response.text
    lesson.refresh_from_db()
    assert lesson.content == {"markdown": "My words."}
    assert 'name="revision" value="2"' in response.text


def test_a_stale_shape_is_refused_and_the_title_kept(page):
    course = draft_course()
    draft = draft_of(course)
    response = page.post(url("course_level_add", draft), {"revision": 1, "title": "My new level"})
    assert response.status_code == 409
    assert "My new level" in response.text
    assert draft.levels.count() == 2


def test_a_stale_course_is_refused_and_the_title_kept(page):
    course = draft_course()
    fields = {"title": "One", "industry": "general", "summary": "S", "revision": 1}
    assert page.post(url("course", course), fields).status_code == 302
    refused = page.post(url("course", course), {**fields, "title": "Two"})
    assert refused.status_code == 409
    assert 'value="Two"' in refused.text
    assert Course.objects.get().title == "One"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"title": "", "pass_percent": 80, "revision": 1},
        {"title": "T", "pass_percent": 101, "revision": 1},
        {"title": "T", "pass_percent": "many", "revision": 1},
        {"title": "T", "pass_percent": 80, "revision": "99999999999999999999"},
        {"title": "T" * 121, "pass_percent": 80, "revision": 1},
        {"title": "T", "pass_percent": 80, "revision": 1, "part": ["Q 1"], "Q 1.prompt": "Kept prompt"},
        {"title": "T", "pass_percent": 80, "revision": 1, "part": ["q1", "q1"]},
        {"title": "T", "pass_percent": 80, "revision": 1, "part": ["q1"], "q1.prompt": "x" * 2001},
        {"title": "T", "pass_percent": 80, "revision": 1, "part": ["q1"], "q1.prompt": "a\x00b"},
    ],
)
def test_a_bad_lesson_is_explained_and_changes_nothing(page, data):
    lesson = lessons_of(draft_course())[1]
    response = page.post(url("course_lesson", lesson), data)
    assert response.status_code == 422
    if prompt := data.get("Q 1.prompt"):
        assert prompt in response.text
    before = lesson.content
    lesson.refresh_from_db()
    assert (lesson.content, lesson.revision) == (before, 1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("course_level_add", {"title": ""}),
        ("course_level_add", {"title": "x" * 81}),
        ("course_level_rename", {"title": " "}),
        ("course_level_move", {"by": "5"}),
        ("course_lesson_add", {"kind": "video", "title": "T"}),
        ("course_lesson_move", {"by": ""}),
        ("course_publish", {"changes": ""}),
        ("course_lesson_remove", {"revision": "x"}),
        ("course_discard", {"revision": ""}),
    ],
)
def test_a_bad_change_of_shape_is_explained_and_changes_nothing(page, name, data):
    course = draft_course()
    draft = draft_of(course)
    thing = {"lesson_": lessons_of(course)[0], "level_r": draft.levels.first(), "level_m": draft.levels.first()}
    target = next((row for key, row in thing.items() if f"course_{key}" in name), draft)
    if name == "course_lesson_add":
        target = draft.levels.first()
    before = revision_of(draft)
    response = change(page, name, target, draft, **data)
    assert response.status_code == 422
    assert revision_of(draft) == before


def test_levels_and_lessons_move_and_go(page):
    course = draft_course()
    draft = draft_of(course)
    begin, practise = draft.levels.all()
    article = lessons_of(course)[0]
    assert change(page, "course_level_move", practise, draft, by="-1").url.endswith(f"#{practise.public_id}")
    change(page, "course_level_rename", begin, draft, title="Later")
    change(page, "course_lesson_move", article, draft, by="-1")
    change(page, "course_level_remove", begin, draft)
    change(page, "course_lesson_remove", article, draft)
    assert [level.title for level in draft.levels.all()] == ["Practise"]
    assert [lesson.title for lesson in lessons_of(course)] == ["Check", "A late parcel"]
    assert change(page, "course_discard", draft, draft).status_code == 302
    assert lessons_of(course) == []


def test_a_published_lesson_is_shown_and_not_written(page):
    course = published_course()
    lesson = lessons_of(course)[1]
    assert "never changes" in page.get(url("course_lesson", lesson)).text
    data = {"title": "T", "pass_percent": 80, "revision": 1, "do": "save"}
    assert page.post(url("course_lesson", lesson), data).status_code == 409
    assert page.post(url("course_draft", course)).status_code == 302
    assert draft_of(course).number == 2


def test_it_can_be_played_before_it_is_published(page):
    article, quiz, dialogue = lessons_of(draft_course())
    assert "Let the customer finish." in page.get(url("course_lesson_play", article)).text
    assert "Greeting comes first." not in page.get(url("course_lesson_play", quiz)).text
    assert "Greeting comes first." in page.get(url("course_lesson_play", quiz), {"n": "0", "given": "a"}).text
    assert page.get(url("course_lesson_play", quiz), {"n": "9" * 40}).status_code == 200
    assert "It ends good" in page.get(url("course_lesson_play", dialogue), {"path": "a,a"}).text
    assert "The conversation stops here." in page.get(url("course_lesson_play", dialogue), {"path": "z"}).text


def test_markdown_is_shown_safely(page):
    text = "> **bold** & bright\n\n<script>alert(1)</script>"
    response = page.post(reverse("desk:course_preview"), {"markdown": text})
    assert "<blockquote>\n<p><strong>bold</strong> &amp; bright</p>" in response.text
    assert "<script>" not in response.text
    assert "too long" in page.post(reverse("desk:course_preview"), {"markdown": "x" * 60_001}).text


def test_pictures_are_uploaded_and_served(page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    course = draft_course()
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(out, format="PNG")
    file = SimpleUploadedFile("a form.png", out.getvalue(), "image/png")
    assert "a form.png" in page.post(url("course_pictures", course), {"file": file}).text
    image = CourseImage.objects.get()
    served = page.get(reverse("public:course_image", args=[image.public_id]))
    assert served["Content-Type"] == "image/png"
    assert b"".join(served.streaming_content)[:4] == b"\x89PNG"
    page.force_login(AgentFactory().user)
    assert page.get(reverse("public:course_image", args=[image.public_id])).status_code == 404
    page.logout()
    assert page.get(reverse("public:course_image", args=[image.public_id])).status_code == 302


@pytest.mark.parametrize("data", [b"", b"<svg/>"])
def test_a_bad_picture_is_refused_at_the_field(page, data):
    course = draft_course()
    file = SimpleUploadedFile("a.png", data, "image/png")
    assert page.post(url("course_pictures", course), {"file": file}).status_code == 422
    assert CourseImage.objects.count() == 0


def test_only_trainers_write(client):
    course = draft_course()
    draft, lesson = draft_of(course), lessons_of(course)[0]
    client.force_login(staff_user(StaffRole.CERTIFIER))
    assert client.get(URL).status_code == 200
    assert client.get(url("course_version", draft)).status_code == 200
    assert client.get(reverse("desk:course_new")).status_code == 403
    assert change(client, "course_level_add", draft, draft, title="Mine").status_code == 403
    data = {"title": "T", "pass_percent": 80, "revision": 1, "do": "save"}
    assert client.post(url("course_lesson", lesson), data).status_code == 403
    assert draft.levels.count() == 2


def test_the_desk_is_closed_to_agents(client):
    course = draft_course()
    client.force_login(AgentFactory().user)
    for address in (URL, url("course", course), url("course_version", draft_of(course)), reverse("desk:course_new")):
        assert client.get(address).status_code == 404


def test_a_new_course_is_checked_at_its_fields(page):
    taken = draft_course(slug="taken")
    details = {"title": "Ton", "language": "en", "industry": "general", "summary": "S", "slug": taken.slug}
    refused = page.post(reverse("desk:course_new"), details)
    assert refused.status_code == 422
    assert "There is a course of this name" in refused.text
    assert 'value="Ton"' in refused.text
    assert page.post(reverse("desk:course_new"), {**details, "title": "客服", "slug": ""}).status_code == 422
    assert page.post(reverse("desk:course_new"), {}).status_code == 422
    assert Course.objects.count() == 1


def test_pages_speak_chinese(page):
    course = draft_course()
    page.cookies["django_language"] = "zh-hans"
    for address in (URL, url("course", course), url("course_version", draft_of(course))):
        text = page.get(address).text
        assert "Learners" not in text
        assert "Publish" not in text
