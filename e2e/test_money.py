"""Pages of money in Chromium: an agent recomputes a line and is paid, a client deposits, finance proves the books."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, client_user, staff_user
from core.clock import floor_to_block, now
from pay.services import accept_due, price_claim, request_payout
from pay.tests.factories import give_account, reserve
from tasks.tests.factories import BlockFactory, OpenTaskFactory, served_claim

SHOTS = os.environ.get("TIDELINE_SHOTS")


def _shoot(page, name):
    """Keep a picture for a person to look at, where one was asked for."""
    if SHOTS:
        page.wait_for_timeout(400)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def worked():
    """An agent with some weeks of priced blocks; the older half is final."""
    start = floor_to_block(now()) - timedelta(days=20)
    agent = AgentFactory(nickname="小林")
    task = OpenTaskFactory(title="11.11 晚高峰", blocks=[start])
    reserve(task, 200_000, at=start)
    earnings = []
    for day in range(0, 20, 2):
        at = start + timedelta(days=day)
        block = task.blocks.get() if not day else BlockFactory(task=task, starts_at=at)
        claim = served_claim(agent=agent, block=block, minutes=30 - day % 7)
        earnings.append(price_claim(actor=PLATFORM, at=at + timedelta(minutes=31), claim=claim))
    accept_due(actor=PLATFORM, at=now())
    return agent, earnings


def test_an_agent_reads_recomputes_and_is_paid(page_for, assert_accessible, worked):
    agent, earnings = worked
    give_account(agent)
    page = page_for(agent.user, width=360, language="zh-hans", scheme="dark")

    page.goto("/agent/earnings/")
    page.wait_for_selector("tide-chart[data-drawn]")
    assert_accessible(page)
    _shoot(page, "earnings")

    page.goto(f"/agent/earnings/{earnings[0].public_id}/")
    page.fill("input[name=units]", "40")
    page.wait_for_selector("[data-amount='8000']")
    assert_accessible(page)
    _shoot(page, "earning")

    page.goto("/agent/earnings/payouts/")
    _shoot(page, "payouts")
    page.click("form[action$='/ask/'] button[type=submit]")
    page.wait_for_url("**/payouts/pyt_*/")
    assert_accessible(page)
    _shoot(page, "payout")
    page.goto("/agent/earnings/payouts/")
    assert_accessible(page)
    page.goto(f"/agent/earnings/statements/{now():%Y/%m}/CNY/")
    assert_accessible(page)
    _shoot(page, "statement")


def test_a_client_deposits_and_opens_the_numbers(page_for, assert_accessible, worked):
    organisation = worked[1][0].organisation
    page = page_for(client_user(organisation), width=1440, language="zh-hans", scheme="dark")

    page.goto("/client/money/deposit/")
    page.fill("input[name=amount]", "2500")
    assert_accessible(page)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/deposits/dep_*/")
    assert_accessible(page)
    _shoot(page, "bank")
    page.click("form[action$='/confirm/'] button[type=submit]")
    page.wait_for_url("**/client/money/")
    page.wait_for_selector("tide-chart[data-drawn]")
    assert "2,500.00" in page.inner_text("#money-now")
    assert_accessible(page)
    _shoot(page, "money")
    page.click("a[href*='/money/tasks/']")
    assert_accessible(page)
    _shoot(page, "money-task")
    page.goto("/client/money/entries/")
    assert_accessible(page)


def test_finance_pays_and_proves_the_books(page_for, assert_accessible, worked):
    agent, _earnings = worked
    give_account(agent)
    payout = request_payout(actor=agent_actor(agent), at=now(), agent=agent, idempotency_key="k")
    page = page_for(staff_user(StaffRole.FINANCE), width=1440, language="en", scheme="dark")

    page.goto(f"/desk/payouts/{payout.public_id}/")
    assert_accessible(page)
    _shoot(page, "desk-payouts")
    page.click("form[action$='/send/'] button[type=submit]")
    page.goto(f"/desk/payouts/{payout.public_id}/")
    page.keyboard.press("a")
    assert_accessible(page)
    _shoot(page, "desk-payout-paid")
    page.click("form[action$='/confirm/'] button[type=submit]")
    page.goto("/desk/books/")
    page.click("form[action$='/verify/'] button[type=submit]")
    page.wait_for_selector("#verified .text-success")
    assert_accessible(page)
    _shoot(page, "desk-books")
    page.goto(f"/desk/books/entries/?q={agent.public_id}")
    assert_accessible(page)
    page.click("tbody a")
    assert_accessible(page)
    _shoot(page, "desk-entry")


def test_finance_books_a_transfer_and_a_second_person_approves_it(page_for, assert_accessible, worked):
    organisation = worked[1][0].organisation
    first, second = (
        page_for(staff_user(StaffRole.FINANCE), width=360, language="zh-hans", scheme="dark") for _ in range(2)
    )
    first.goto("/desk/transfers/")
    first.fill("input[name=organisation]", organisation.public_id)
    first.fill("input[name=amount]", "9000")
    first.fill("input[name=reference]", "ICBC 20261127-0001")
    assert_accessible(first)
    first.click("form:has(input[name=reference]) button[type=submit]")
    first.wait_for_selector("[data-opens^='refuse-']")
    assert first.locator("form[action$='/approve/']").count() == 0
    assert_accessible(first)
    _shoot(first, "transfers")

    second.goto("/desk/transfers/")
    second.click("[data-opens^='approve-']")
    assert_accessible(second)
    _shoot(second, "transfer-approve")
    second.click("form[action$='/approve/'] button[type=submit]")
    second.wait_for_selector("a[href*='/desk/books/entries/']")
    assert_accessible(second)
