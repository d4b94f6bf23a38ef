"""Certify: the exam and its practical part by page, marked and issued at the desk, verified in the open."""

from typing import Any

from playwright.sync_api import expect

from certification.models import Standard
from certification.states import QuestionKind
from certification.tests.factories import QuestionFactory, ScenarioFactory, SkillTagFactory, StandardFactory, open_exam
from e2e.chain.screens import close_toasts

DRAW, IN_POOL = 4, 12
RIGHT = "7 days"
REPLIES = ("I am sorry. I look at your order now.", "It comes tomorrow before noon. I write to you when it is out.")


def write_exam(course_slug: str) -> Standard:
    """A pool of single-choice questions of which some are drawn, a conversation, and the standard they lead to."""
    exam = open_exam([QuestionKind.SINGLE] * DRAW, title_en="Retail service", scenario=ScenarioFactory())
    QuestionFactory.create_batch(IN_POOL - DRAW, pool=exam.sections.get().pool)
    return StandardFactory(
        slug="retail-service",
        name_en="Retail service",
        name_zh="零售客服",
        course_slug=course_slug,
        exam=exam,
        skill_tag=SkillTagFactory(slug="retail", name_en="Retail", name_zh="零售"),
    )


def sit_exam(agent: Any, standard: Standard) -> None:
    """The questions, through a cut of the network, and the simulated conversation."""
    agent.goto(f"/agent/exams/{standard.exam.public_id}/")
    agent.get_by_role("button", name="Start the clock and begin").click()
    for n in range(1, DRAW + 1):
        question = agent.locator(f"[data-question='{n}']")
        question.get_by_label(RIGHT).check()
        if n == 1:
            expect(agent.locator("[data-save-state]")).to_contain_text("Saved at")
            agent.page.reload()  # answers are kept by the server
            expect(agent.locator("[data-question='1']").get_by_label(RIGHT)).to_be_checked()
        if n < DRAW:
            agent.get_by_role("button", name="Next", exact=True).click()
    agent.get_by_role("button", name="Hand in").first.click()
    agent.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    agent.get_by_role("link", name="Take the conversation").click()
    agent.get_by_role("button", name="Start the clock and take the conversation").click()
    for n, reply in enumerate(REPLIES, 1):
        agent.get_by_label(f"Your reply ({n} of {len(REPLIES)})").fill(reply)
        agent.get_by_role("button", name="Send the reply").click()
    agent.get_by_role("button", name="Hand in the conversation").click()


def mark_and_issue(certifier: Any) -> None:
    """The certifier marks on the rubric without a name, then issues after a preview."""
    certifier.goto("/desk/marking/")
    expect(certifier.get_by_text(REPLIES[0])).to_be_visible()  # the oldest opens by itself
    assert "Mei" not in certifier.locator("main").inner_text()
    certifier.get_by_label("Tone").fill("9")
    certifier.get_by_label("Solution").fill("10")
    certifier.get_by_role("button", name="Store marks").click()
    certifier.goto("/desk/certificates/")
    certifier.get_by_role("link", name="Retail service").click()
    certifier.get_by_label("Mei").check()
    certifier.get_by_role("button", name="Preview").click()
    certifier.get_by_role("button", name="Issue 1 certificate").click()
    expect(certifier.get_by_text("1 certificate issued.")).to_be_visible()


def show_and_verify(agent: Any, stranger: Any) -> None:
    """The wallet shows the skill with its evidence; anybody may verify the certificate."""
    agent.goto("/agent/skills/")
    close_toasts(agent)
    expect(agent.get_by_role("heading", name="Retail").first).to_be_visible()
    link = agent.locator("a[href*='/verify/crt_']").first.get_attribute("href")
    stranger.goto(link)
    expect(stranger.get_by_text("Mei", exact=True).first).to_be_visible()
