"""An exam from the first question to the certificate anybody can verify, in Chromium, with a cut in the middle."""

import re

import pytest

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, staff_user
from certification.models import Attempt, Certificate, Standard
from certification.states import AttemptState, QuestionKind
from certification.tests.factories import (
    QuestionFactory,
    ScenarioFactory,
    SkillTagFactory,
    StandardFactory,
    open_exam,
)

KINDS = [k for k in QuestionKind if k != QuestionKind.FREE]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def standard() -> Standard:
    exam = open_exam(
        KINDS, title_en="After-sales exam", title_zh="电商售后考试", scenario=ScenarioFactory(), shuffle_questions=False
    )
    tag = SkillTagFactory(slug="after-sales", name_en="After-sales", name_zh="电商售后")
    return StandardFactory(exam=exam, skill_tag=tag, name_en="After-sales service", name_zh="电商售后")


def answer_on_screen(page) -> None:
    """Give the right answer to every question of the test exam, the way a person does."""

    def onward() -> None:
        page.get_by_role("button", name="Next", exact=True).click()

    page.get_by_label("7 days").check()
    onward()
    page.get_by_label("order number").check()
    page.get_by_label("photo").check()
    onward()
    page.get_by_label("False").check()
    onward()
    page.get_by_label("Your number").fill("12.5")
    onward()
    page.get_by_label("Your answer in a few words").fill("Refund, please")
    onward()
    for position, line in enumerate(["Greet", "Listen", "Solve", "Close"]):
        for _ in range(4):
            rows = page.locator("[data-ordering] li:visible")
            texts = [text.strip() for text in rows.all_inner_texts()]
            if texts.index(line) <= position:
                break
            page.get_by_role("button", name=f"Up: {line}").click()
    page.get_by_role("button", name="Up: Listen").click()
    page.get_by_role("button", name="Down: Listen").click()
    onward()
    page.get_by_label("Angry").select_option(label="Stay calm")
    page.get_by_label("Unsure").select_option(label="Explain")


def test_from_the_first_question_to_a_certificate_anybody_verifies(
    page_for, assert_accessible, assert_fits, standard
) -> None:
    agent = AgentFactory(nickname="Xiao Lin")
    page = page_for(agent.user, width=360, height=740)
    page.goto("/agent/exams/")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Look and begin").click()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Start the clock and begin").click()
    page.wait_for_url(re.compile("/attempts/"))
    assert_accessible(page)
    assert_fits(page)

    page.get_by_label("7 days").check()
    page.get_by_text("Saved at").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("password").check()
    page.get_by_text("No connection. 1 answer is kept").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Saved at").wait_for()
    page.reload()
    assert page.get_by_label("7 days").is_checked()
    page.get_by_role("button", name="Question 2, answered").click()
    assert page.get_by_label("password").is_checked()
    page.get_by_role("button", name="Take my answer back").click()
    page.get_by_role("button", name="Question 1, answered").click()
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("6 questions are not answered.").wait_for()
    page.get_by_role("button", name="Keep working").click()

    answer_on_screen(page)
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Every question is answered.").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.get_by_text("The conversation is next").wait_for()
    assert_accessible(page)
    assert Attempt.objects.get().state == AttemptState.MARKING

    page.get_by_role("link", name="Take the conversation").click()
    assert_accessible(page)
    page.get_by_role("button", name="Start the clock and take the conversation").click()
    page.get_by_label("Your reply (1 of 2)").fill("I am looking at it.")
    page.get_by_text("Draft saved.").wait_for()
    assert_accessible(page)
    assert_fits(page)
    page.reload()
    assert page.get_by_label("Your reply (1 of 2)").input_value() == "I am looking at it."
    page.get_by_role("button", name="Send the reply").click()
    page.get_by_label("Your reply (2 of 2)").fill("It comes tomorrow.")
    page.get_by_role("button", name="Send the reply").click()
    page.get_by_role("button", name="Hand in the conversation").click()
    page.get_by_text("You will see the result here.").wait_for()

    desk = page_for(staff_user(StaffRole.CERTIFIER))
    desk.goto("/desk/marking/")
    assert_accessible(desk)
    assert "Xiao Lin" not in desk.content()
    desk.get_by_label("Tone (0-10)").fill("10")
    desk.get_by_label("Solution (0-10)").fill("9")
    desk.get_by_role("button", name="Store marks").click()
    desk.get_by_text("Nothing waits for you").wait_for()
    desk.goto("/desk/certificates/")
    assert_accessible(desk)
    desk.get_by_role("link", name="After-sales service").first.click()
    desk.get_by_label("Xiao Lin").check()
    assert_accessible(desk)
    desk.get_by_role("button", name="Preview").click()
    desk.get_by_text("1 person will hold").wait_for()
    assert_accessible(desk)
    desk.get_by_role("button", name="Issue 1 certificate").click()
    desk.get_by_text("1 certificate issued.").wait_for()

    page.goto("/agent/skills/")
    assert_accessible(page)
    assert_fits(page)
    certificate = Certificate.objects.get()
    public = page_for(width=360)
    public.goto(f"/verify/{certificate.public_id}/")
    public.get_by_text("This certificate is valid").wait_for()
    assert_accessible(public)
    assert_fits(public)


def test_time_up_hands_in_what_was_saved(page_for, standard, advance_clock) -> None:
    agent = AgentFactory()
    page = page_for(agent.user)
    page.goto(f"/agent/exams/{standard.exam.public_id}/")
    page.get_by_role("button", name="Start the clock and begin").click()
    page.get_by_label("7 days").check()
    page.get_by_text("Saved at").wait_for()
    advance_clock(1800)
    page.reload()
    page.get_by_text("Time is up").wait_for()
    page.get_by_role("button", name="Hand in what is saved").click()
    page.get_by_text("Not this time").wait_for()
    assert Attempt.objects.get().questions.get(position=1).answer is not None


@pytest.mark.parametrize(("scheme", "language"), [("dark", "zh-hans")])
def test_the_desk_pages_read_well(page_for, assert_accessible, assert_fits, standard, scheme, language) -> None:
    QuestionFactory(pool=standard.exam.sections.get().pool)
    exam, pool = standard.exam.public_id, standard.exam.sections.get().pool.public_id
    page = page_for(staff_user(StaffRole.CERTIFIER, StaffRole.TRAINER), width=360, scheme=scheme, language=language)
    for address in (
        "questions/",
        f"questions/{pool}/",
        f"questions/{pool}/new/",
        "exams/",
        f"exams/{exam}/",
        f"exams/{exam}/edit/",
        "exams/scenarios/new/",
        "marking/",
        "integrity/",
        "certificates/",
        f"certificates/standards/{standard.public_id}/",
    ):
        page.goto(f"/desk/{address}")
        assert_accessible(page)
        assert_fits(page)
