"""Learn: a trainer writes and publishes a course by page, an agent works through it on a phone."""

from typing import Any

from playwright.sync_api import expect

TITLE = "Parcels and returns"
ARTICLE = "## Look first\n\nLook at the order **before** you promise a date.\n\n- Say what you see."
QUESTION, RIGHT, WRONG = "When do you promise a date?", "After looking at the order", "At once"
FIRST, KIND, CURT = "My parcel is late.", "I am sorry. I look at your order now.", "Wait."
THANKS, LEFT = "Thank you, that helps.", "Then I return it."


def publish_course(trainer: Any) -> None:
    """An article, a quiz and a simulated dialogue, on two levels."""
    trainer.goto("/desk/courses/new/")
    trainer.get_by_label("Title").fill(TITLE)
    trainer.get_by_label("Industry").select_option("retail")
    trainer.get_by_label("Summary").fill("Find a parcel and keep the customer informed.")
    trainer.get_by_label("Language", exact=True).select_option("en")
    trainer.get_by_role("button", name="Create the draft").click()
    trainer.wait_for_url("**/desk/courses/versions/**")
    draft = trainer.url.split("#")[0]
    _add_level(trainer, "Looking")
    _write_article(trainer, draft)
    _write_quiz(trainer, draft)
    _add_level(trainer, "Talking")
    _write_dialogue(trainer, draft)
    trainer.get_by_label("What changed").fill("The first version.")
    trainer.get_by_role("button", name="Publish").click()
    expect(trainer.get_by_text("is published and never changes")).to_be_visible()


def _add_level(trainer: Any, title: str) -> None:
    trainer.get_by_label("Title", exact=True).last.fill(title)
    trainer.locator("form[action$='/levels/']").get_by_role("button", name="Add").click()
    expect(trainer.get_by_role("heading", name=title)).to_be_visible()


def _add_lesson(trainer: Any, kind: str, title: str) -> None:
    """Add a lesson to the last level and open its editor."""
    level = trainer.locator("section[id^=lvl_]").last
    level.get_by_text("Add a lesson").click()
    level.get_by_label("Kind").select_option(kind)
    level.locator("form[action$='/lessons/']").get_by_label("Title").fill(title)
    level.locator("form[action$='/lessons/']").get_by_role("button", name="Add").click()
    level.get_by_role("link", name=title, exact=True).click()


def _save(trainer: Any, draft: str) -> None:
    trainer.get_by_role("button", name="Save", exact=True).last.click()
    expect(trainer.get_by_text("Ready to publish")).to_be_visible()
    trainer.goto(draft)


def _write_article(trainer: Any, draft: str) -> None:
    _add_lesson(trainer, "article", "Look before you promise")
    trainer.get_by_label("Text (Markdown)").fill(ARTICLE)
    expect(trainer.locator("#preview strong")).to_have_text("before")
    _save(trainer, draft)


def _write_quiz(trainer: Any, draft: str) -> None:
    _add_lesson(trainer, "quiz", "Promises")
    trainer.locator("[name='q1.prompt']").fill(QUESTION)
    answers = trainer.locator("#q1").get_by_role("textbox", name="Answer")
    answers.nth(0).fill(RIGHT)
    answers.nth(1).fill(WRONG)
    trainer.get_by_label("Answer 1 is right").check()
    trainer.locator("[name='q1.feedback']").fill("A date you have seen can be kept.")
    _save(trainer, draft)


def _write_dialogue(trainer: Any, draft: str) -> None:
    _add_lesson(trainer, "dialogue", "A late parcel")
    _type(trainer, {"scenario": "A customer waits for a parcel.", "customer": "Lin", "n1.says": FIRST})
    _type(trainer, {"n1.a.text": KIND, "n1.a.feedback": "It helps at once.", "n1.b.text": CURT, "n1.b.feedback": "No."})
    trainer.locator("[name='n1.a.points']").select_option("10")
    trainer.locator("[name='n1.b.next']").select_option(label="A new turn")
    _type(trainer, {"n2.says": THANKS, "n2.title": "Kept", "n2.text": "Look, then say."})
    trainer.get_by_role("button", name="Save", exact=True).last.click()
    trainer.locator("#n3").get_by_role("button", name="End the conversation here").click()
    _type(trainer, {"n3.says": LEFT, "n3.title": "Lost", "n3.text": "Nobody waits for a word."})
    trainer.locator("[name='n3.outcome']").select_option("bad")
    _save(trainer, draft)


def _type(page: Any, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.locator(f"[name='{name}']").fill(value)


def take_course(agent: Any) -> None:
    """Every lesson in turn, one quiz answer wrong at first: nobody passes by luck alone."""
    expect(agent.get_by_role("heading", name=TITLE)).to_be_visible()
    agent.get_by_role("button", name="Start the course").click()
    agent.get_by_role("button", name="I have read this. Go on").click()
    _answer(agent, WRONG)
    expect(agent.get_by_text("Not quite.")).to_be_visible()
    agent.get_by_role("link", name="See the result").click()
    agent.get_by_role("button", name="Try again").click()
    _answer(agent, RIGHT)
    expect(agent.get_by_text("That is right.")).to_be_visible()
    agent.page.reload()  # progress is kept per lesson: the phone went dark here
    agent.get_by_role("link", name="See the result").click()
    agent.get_by_role("link", name="Next: A late parcel").click()
    agent.get_by_role("button", name="Take the conversation").click()
    expect(agent.get_by_text(FIRST)).to_be_visible()
    agent.get_by_role("button", name=KIND).click()
    expect(agent.get_by_text(THANKS)).to_be_visible()
    agent.get_by_role("link", name="Back to the path").click()
    expect(agent.get_by_text("Completed with 100%")).to_be_visible()


def _answer(agent: Any, text: str) -> None:
    start = agent.get_by_role("button", name="Start the questions")
    start.or_(agent.get_by_role("button", name="Answer", exact=True)).first.wait_for()
    if start.count():
        start.click()
    agent.get_by_label(text).check()
    agent.get_by_role("button", name="Answer", exact=True).click()
