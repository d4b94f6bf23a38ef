"""Learning and teaching in a browser: a phone, the keyboard, a reload, two trainers; axe on every page."""

from django.urls import reverse
from django.utils import timezone

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_user
from marketplace.demo.courses import all_courses
from training import services
from training.states import LessonKind
from training.tests.factories import draft_course, lessons_of


def foundation(language: str):
    """The demo world's foundation course, published."""
    content = next(c for c in all_courses() if c["language"] == language and c["slug"].startswith("customer"))
    return services.publish_course_content(actor=PLATFORM, content=content, at=timezone.now()).course


def begin(agent, course, passed: int):
    """Enrol, with the first articles read."""
    at, actor = timezone.now(), agent_actor(agent)
    enrolment = services.enrol(actor=actor, agent=agent, course=course, at=at)
    for lesson in [row for row in lessons_of(course) if row.kind == LessonKind.ARTICLE][:passed]:
        services.complete_article(actor=actor, enrolment=enrolment, lesson=lesson, at=at)
    return enrolment


def test_an_agent_learns(page_for, assert_accessible, assert_fits):
    agent, course = AgentFactory(), foundation("zh-hans")
    begin(agent, course, passed=4)
    lessons = lessons_of(course)
    quiz, dialogue = lessons[4], lessons[5]
    page = page_for(agent.user, width=360, language="zh-hans", scheme="dark")

    def check() -> None:
        assert_fits(page)
        assert_accessible(page)

    page.goto("/agent/learn/")
    check()
    page.get_by_role("link", name=course.title).first.click()
    check()
    page.goto(reverse("agent:lesson", args=[lessons[0].public_id]))
    check()

    page.goto(reverse("agent:lesson", args=[quiz.public_id]))
    check()
    page.locator("main form button[type=submit]").click()
    check()
    for number in range(6):
        page.locator("input[name=given]").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/?show=*")
        if number == 2:
            page.reload()
            check()
        page.locator("main a.btn-primary:focus").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "show=" not in url)
    check()

    page.goto(reverse("agent:lesson", args=[dialogue.public_id]))
    assert page.locator("main form").count() == 0, "the last level is locked until the quiz is passed"
    check()


def test_an_agent_takes_a_simulated_customer(page_for, assert_accessible, assert_fits):
    agent, course = AgentFactory(), foundation("zh-hans")
    enrolment = begin(agent, course, passed=4)
    quiz, dialogue = lessons_of(course)[4:]
    right = {q["key"]: [o["key"] for o in q["options"] if o["is_correct"]] for q in quiz.content["questions"]}
    services.submit_quiz(actor=agent_actor(agent), enrolment=enrolment, lesson=quiz, answers=right, at=timezone.now())
    page = page_for(agent.user, width=360, language="zh-hans", scheme="dark")
    page.goto(reverse("agent:lesson", args=[dialogue.public_id]))
    assert_accessible(page)
    page.locator("main form button[type=submit]").click()
    best = {
        node["key"]: max(node["choices"], key=lambda c: c["points"])
        for node in dialogue.content["nodes"]
        if node["choices"]
    }
    here = "n1"
    while here in best:
        choice = best[here]
        page.get_by_role("button", name=choice["text"]).click()
        page.wait_for_url("**/#now")
        if here == "n2":
            page.reload()
            assert_fits(page)
            assert_accessible(page)
        here = choice["next"]
    assert page.get_by_text("100%").is_visible()
    assert_fits(page)
    assert_accessible(page)
    page.goto(reverse("agent:course", args=[course.public_id]))
    assert_fits(page)
    assert_accessible(page)


def test_a_trainer_writes(page_for, assert_accessible, assert_fits):
    course = draft_course(language="en")
    article, quiz, dialogue = lessons_of(course)
    page = page_for(staff_user(StaffRole.TRAINER), width=1440, language="en", scheme="light")
    draft = article.level.version
    for name, args in [
        ("courses", []),
        ("course_new", []),
        ("course", [course.public_id]),
        ("course_version", [draft.public_id]),
        ("course_lesson", [quiz.public_id]),
        ("course_lesson", [dialogue.public_id]),
        ("course_lesson_play", [quiz.public_id]),
        ("course_lesson_play", [dialogue.public_id]),
        ("course_lesson", [article.public_id]),
    ]:
        page.goto(reverse(f"desk:{name}", args=args))
        assert_fits(page)
        assert_accessible(page)
    page.locator("#markdown").fill("## New\n\nWith **weight**.")
    page.locator("#preview strong").wait_for()
    page.locator("button.btn[name=do][value=save]").click()
    page.locator('.toast-item[data-kind="success"]').wait_for()
    article.refresh_from_db()
    assert article.content == {"markdown": "## New\n\nWith **weight**."}


def test_removing_a_question_asks_first_and_keeps_what_was_typed(page_for):
    quiz = lessons_of(draft_course())[1]
    page = page_for(staff_user(StaffRole.TRAINER))
    page.goto(reverse("desk:course_lesson", args=[quiz.public_id]))
    page.locator("[name='q1.prompt']").fill("Typed just now?")
    page.locator("[data-opens='remove-q2']").click()
    page.locator("dialog[open] button[value='remove:q2']").click()
    page.locator('.toast-item[data-kind="success"]').wait_for()
    quiz.refresh_from_db()
    assert [question["prompt"] for question in quiz.content["questions"]] == ["Typed just now?"]
