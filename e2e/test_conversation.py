"""A customer in the widget and an agent in the workspace: both sides of one conversation, cuts included."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.states import ClientRole
from accounts.tests.factories import client_actor, client_user
from core import clock
from e2e.shop import Shop
from live import services
from live.models import Conversation, Message, Segment
from live.tests.factories import Floor, closed, floor, join
from live.tests.files import PDF, picture
from quality.models import Rating
from tasks.tests.factories import OpenTaskFactory


def begin(page: Any, shop: Shop, text: str) -> None:
    page.goto(shop.origin)
    page.get_by_role("button", name="Chat with us").click()
    page.get_by_label("How can we help?").fill(text)
    page.get_by_role("button", name="Start chat").click()


def take(page: Any) -> None:
    page.goto("/agent/workspace/")
    page.get_by_role("button", name="Take conversations").click()
    page.get_by_role("button", name="Accept").click()


def snap(name: str, *pages: Any) -> None:
    """Keep pictures of the pages where `SNAPS` names a folder; for looking, not for judging."""
    if folder := os.environ.get("SNAPS"):
        for n, page in enumerate(pages):
            page.screenshot(path=f"{folder}/{name}-{n}.png")


def texts(page: Any) -> list[str]:
    """Every message bubble on the page, in order; system lines left out."""
    return page.locator("[data-author] p").all_inner_texts()


def test_conversation_from_first_word_to_rating(
    page_for: Callable[..., Any], shop: Shop, staffed: Floor, assert_accessible: Callable[..., None]
) -> None:
    customer, agent = page_for(width=1000), page_for(staffed.agents[0].user)
    begin(customer, shop, "Which tea keeps me awake?")
    expect(customer.get_by_text("You are next.")).to_be_visible()
    take(agent)
    expect(agent.locator("[data-author=customer]")).to_contain_text("Which tea keeps me awake?")
    expect(customer.get_by_text("You are talking with")).to_be_visible()
    agent.get_by_label("Write to the customer").fill("Hello! A strong black tea.\nAnything else?")
    agent.keyboard.press("Enter")
    expect(customer.locator("[data-author=agent]")).to_contain_text("A strong black tea.")
    customer.get_by_label("Write a message").fill("My number is 13800138000")
    expect(agent.get_by_text("is typing")).to_be_visible()
    customer.keyboard.press("Enter")
    expect(agent.get_by_text("Personal data was hidden")).to_be_visible()
    assert "13800138000" not in agent.content()
    assert_accessible(agent)
    assert_accessible(customer, context="#tideline-widget")
    snap("talk", agent, customer)
    agent.get_by_role("button", name="End conversation").click()
    agent.get_by_role("button", name="End it").click()
    agent.get_by_role("button", name="Close conversation").click()
    expect(agent.get_by_text("Choose an outcome first.")).to_be_visible()
    snap("wrapup", agent)
    agent.get_by_label("Outcome").select_option(index=1)
    agent.get_by_role("button", name="Close conversation").click()
    expect(agent.get_by_text("No open conversation")).to_be_visible()
    snap("ended", agent, customer)
    customer.get_by_role("radio", name="5: Very satisfied").check(force=True)
    customer.get_by_label("What should we know?").fill("Quick and kind.")
    customer.get_by_role("button", name="Send rating").click()
    expect(customer.get_by_text("Thank you.")).to_be_visible()
    assert Conversation.objects.get().state == "closed"
    assert Segment.objects.get().wrap_up_code
    assert (Rating.objects.get().csat, Rating.objects.get().comment) == (5, "Quick and kind.")


def test_nothing_is_lost_when_the_customers_network_is_cut_and_both_pages_reload(
    page_for: Callable[..., Any], shop: Shop, staffed: Floor
) -> None:
    customer, agent = page_for(width=1000), page_for(staffed.agents[0].user)
    begin(customer, shop, "one")
    take(agent)
    expect(agent.locator("[data-author=customer]")).to_have_count(1)
    customer.context.set_offline(True)
    customer.get_by_label("Write a message").fill("two")
    customer.keyboard.press("Enter")
    agent.get_by_label("Write to the customer").fill("three")
    agent.keyboard.press("Enter")
    expect(agent.locator("[data-author=agent]")).to_have_count(1)
    customer.context.set_offline(False)
    customer.page.reload()
    customer.get_by_role("button", name="Chat with us").click()
    expect(customer.locator("[data-author]")).to_have_count(3)
    agent.page.reload()
    expect(agent.locator("[data-author]")).to_have_count(3)
    stored = list(Message.objects.exclude(author="system").order_by("seq").values_list("body", flat=True))
    assert sorted(stored) == ["one", "three", "two"]
    assert texts(customer) == texts(agent) == stored
    customer.faults[:] = [f for f in customer.faults if "ERR_INTERNET_DISCONNECTED" not in f]


@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (1440, "en")])
def test_workspace_is_accessible_and_fits(
    page_for: Callable[..., Any],
    staffed: Floor,
    assert_accessible: Callable[..., None],
    assert_fits: Callable[[Any], None],
    width: int,
    language: str,
) -> None:
    page = page_for(staffed.agents[0].user, width=width, language=language, scheme="dark" if width == 360 else "light")
    page.goto("/agent/workspace/")
    expect(page.locator("[data-status=ready]")).to_be_visible()
    snap(f"workspace-{width}-{language}", page)
    assert_fits(page)
    assert_accessible(page)


def test_a_phrase_is_found_by_its_shortcut_and_inserted_but_not_sent(
    page_for: Callable[..., Any], shop: Shop, staffed: Floor, assert_accessible: Callable[..., None]
) -> None:
    manager = client_actor(staffed.programme.organisation, ClientRole.MANAGER)
    for shortcut, text in (("hello", "Hello {customer}, this is {programme}."), ("bye", "Good bye!")):
        services.add_programme_phrase(
            actor=manager,
            programme=staffed.programme,
            language="en",
            shortcut=shortcut,
            text=text,
            at=clock.now(),
        )
    customer, agent = page_for(width=1000), page_for(staffed.agents[0].user, width=360)
    begin(customer, shop, "Hi")
    take(agent)
    field = agent.get_by_label("Write to the customer")
    expect(field).to_be_visible()
    field.press_sequentially("/")
    expect(agent.get_by_role("option")).to_have_count(2)
    assert_accessible(agent)
    snap("phrases", agent)
    field.press_sequentially("hel")
    expect(agent.get_by_role("option")).to_have_count(1)
    agent.keyboard.press("Enter")
    expect(field).to_have_value("Hello, this is Harbour Tea.")
    expect(agent.get_by_role("option")).to_have_count(0)
    expect(agent.locator("[data-author=agent]")).to_have_count(0)
    agent.keyboard.press("Enter")
    expect(customer.locator("[data-author=agent]")).to_contain_text("Hello, this is Harbour Tea.")
    agent.get_by_role("button", name="Phrases").click()
    expect(agent.get_by_role("option")).to_have_count(2)
    agent.keyboard.press("Escape")
    expect(agent.get_by_role("option")).to_have_count(0)
    expect(field).to_have_value("/")


def test_a_customer_is_handed_to_an_expert_while_the_client_looks_on(
    page_for: Callable[..., Any], shop: Shop, staffed: Floor, assert_accessible: Callable[..., None]
) -> None:
    beside = OpenTaskFactory(rate_card=staffed.claims[0].rate_card, blocks=[staffed.block.starts_at])
    expert = join(replace(staffed, block=beside.blocks.get()), available=False, at=clock.now())
    person = client_user(staffed.programme.organisation, ClientRole.SUPERVISOR)
    client = page_for(person, width=1440)
    client.goto("/client/live/")
    expect(client.get_by_text("No conversations yet")).to_be_visible()
    assert_accessible(client)
    customer, agent = page_for(width=1000), page_for(staffed.agents[0].user, width=1440)
    begin(customer, shop, "The boiler shows E5.")
    row = client.get_by_role("row").filter(has_text="Waiting").or_(client.get_by_role("row").filter(has_text="Offered"))
    expect(row).to_be_visible()  # by a nudge, without a reload
    take(agent)
    expect(client.get_by_role("row").filter(has_text="Being served")).to_be_visible()
    agent.get_by_role("button", name="Hand to an expert").click()
    dialog = agent.get_by_role("dialog")
    dialog.get_by_role("button", name="Hand to an expert").click()
    expect(dialog.get_by_text("Choose a reason first.")).to_be_visible()
    dialog.get_by_label("Reason").select_option(label="Needs deeper product knowledge")
    dialog.get_by_label("What the expert should know").fill("He has reset it twice.")
    assert_accessible(agent)
    snap("escalate", agent, client)
    dialog.get_by_role("button", name="Hand to an expert").click()
    expect(agent.get_by_text("Handed over.")).to_be_visible()
    expect(customer.get_by_text("is passing you on to an expert")).to_be_visible()
    second = page_for(next(a for a in staffed.agents if a.pk == expert.agent_id).user, width=360)
    second.goto("/agent/workspace/")
    second.get_by_role("button", name="Take conversations").click()
    expect(second.get_by_text("A colleague hands this customer to you")).to_be_visible()
    second.get_by_role("button", name="Accept").click()
    expect(second.get_by_text("He has reset it twice.")).to_be_visible()
    expect(second.locator("[data-author=customer]")).to_contain_text("The boiler shows E5.")
    assert_accessible(second)
    client.get_by_role("table").get_by_role("link").first.click()
    expect(client.get_by_text("The boiler shows E5.")).to_be_visible()
    expect(client.get_by_text("Handed to an expert", exact=True)).to_be_visible()
    assert "He has reset it twice." not in client.content() + customer.content()
    assert_accessible(client)
    snap("handed-on", second, client, customer)


def test_the_client_reads_what_was_said(
    page_for: Callable[..., Any],
    assert_accessible: Callable[..., None],
    assert_fits: Callable[[Any], None],
) -> None:
    made = floor()
    talk = closed(made, text="Where is my parcel? My number is 13800138000.")
    page = page_for(client_user(made.programme.organisation), width=360, language="zh-hans", scheme="dark")
    for address in ("/client/live/", f"/client/live/{talk.public_id}/"):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
        assert "13800138000" not in page.content()
        snap(f"live-{len(address)}", page)


def test_files_go_both_ways_survive_a_failed_upload_and_a_reload(
    page_for: Callable[..., Any], shop: Shop, staffed: Floor, assert_accessible: Callable[..., None]
) -> None:
    customer, agent = page_for(width=1000), page_for(staffed.agents[0].user)
    begin(customer, shop, "It is broken, look")
    take(agent)
    expect(agent.locator("[data-author=customer]")).to_have_count(1)
    leg = {"name": "broken leg.png", "mimeType": "image/png", "buffer": picture(size=(800, 600))}
    customer.route("**/widget/attachments/", lambda route: route.abort())
    customer.locator("input[type=file]").set_input_files([leg])
    expect(customer.locator("[data-file=failed]")).to_contain_text("no connection")
    snap("file-failed", customer)
    customer.unroute("**/widget/attachments/")
    customer.get_by_role("button", name="Try again").click()
    expect(customer.locator("[data-file=ready]")).to_be_visible()
    assert_accessible(customer, context="#tideline-widget")
    customer.get_by_role("button", name="Send", exact=True).click()
    for page in (customer, agent):
        image = page.get_by_role("img", name="Picture: broken leg.png")
        expect(image).to_be_visible()
        page.wait_for_function("image => image.complete", arg=image.element_handle())
        assert image.evaluate("image => image.naturalWidth") > 0
    virus = {"name": "run.png", "mimeType": "image/png", "buffer": b"MZ\x00\x01not a picture"}
    agent.locator("live-workspace input[type=file]").set_input_files([virus])
    expect(agent.locator("[data-file=failed]")).to_contain_text("This kind of file cannot be sent.")
    agent.get_by_role("button", name="Remove run.png").click()
    bill = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": PDF}
    agent.locator("live-workspace input[type=file]").set_input_files([bill])
    expect(agent.locator("[data-file=ready]")).to_be_visible()
    agent.page.reload()
    expect(agent.locator("[data-file=ready]")).to_contain_text("bill.pdf")
    assert_accessible(agent)
    agent.get_by_label("Write to the customer").fill("Here is your invoice.")
    agent.keyboard.press("Enter")
    expect(customer.get_by_role("link", name="bill.pdf")).to_be_visible()
    expect(customer.locator("[data-author=agent]")).to_contain_text("Here is your invoice.")
    snap("files", agent, customer)
    customer.page.reload()
    customer.get_by_role("button", name="Chat with us").click()
    expect(customer.get_by_role("img", name="Picture: broken leg.png")).to_be_visible()
    expect(customer.get_by_role("link", name="bill.pdf")).to_be_visible()
    with customer.page.expect_download() as download:
        customer.get_by_role("link", name="bill.pdf").click()
    assert download.value.suggested_filename == "bill.pdf"
    customer.faults[:] = [f for f in customer.faults if "attachments" not in f]
