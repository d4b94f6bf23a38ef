"""Posting work by page: the wizard, publishing, cancelling, the client's list and rate cards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, ProgrammeFactory, client_user
from core.clock import BLOCK
from frontend.tests.reading import browser_of, text
from tasks import services
from tasks.models import Block, RateCard, Task
from tasks.states import TaskState
from tasks.tests.factories import NEXT_WEEK, NOON, ClaimFactory
from tasks.tests.scenes import client_with, draft, hours, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_the_wizard_from_title_to_published(shop):
    b = shop.browser
    assert "You have not posted anything yet." in text(b.get(reverse("client:tasks")))
    new = b.post(reverse("client:task_new"), {"programme": shop.programme.public_id, "title": "Night peak"})
    task = Task.objects.get()
    what, who, when, check = (
        reverse("client:task_edit", args=[task.public_id, step]) for step in ("what", "who", "when", "check")
    )
    assert new.url == what
    assert b.get(what).status_code == 200
    values = {"title": "Night peak", "brief": "Help people.", "language": "en", "expected_units_per_seat": "5"}
    assert b.post(what, values).url == who
    rows = {"g0p0-subject": "tier", "g0p0-op": "gte", "g0p0-value": "bronze", "visibility": "preview"}
    assert b.post(who, rows).url == when
    grid = {"verb": "grid", "first": "2026-11-17", "days": "2", "s20261117T1200": "3", "s20261117T1230": "4"}
    assert b.post(when, {**grid, "then": "next"}).url == check
    page = b.get(check)
    assert "Reserve and publish" in text(page)
    price = page.context["preview"].budget.minor
    done = b.post(
        reverse("client:task_publish", args=[task.public_id]),
        {"expected_budget_minor": price, "idempotency_key": "k"},
        follow=True,
    )
    task.refresh_from_db()
    assert (task.state, task.budget_minor, task.visibility) == (TaskState.STAFFING, price, "preview")
    assert task.requirement == {"any": [{"all": [{"subject": "tier", "op": "gte", "value": "bronze"}]}]}
    assert [(x.starts_at, x.seats) for x in task.blocks.all()] == [(NEXT_WEEK, 3), (NEXT_WEEK + BLOCK, 4)]
    assert "Published." in text(done)
    assert "Times are Asia/Shanghai." in text(done)


def test_nobody_who_can_take_it_is_a_warning_before_money_is_reserved_and_a_fact_after(shop):
    task = draft(shop)
    page = shop.browser.get(edit(task, "check"))
    assert "0 of 0 agents can take this now." in text(page)
    assert "Publishing reserves the budget all the same." in text(page)
    assert f'href="{edit(task, "who")}"' in page.content.decode().partition("0 of 0 agents")[2]
    services.publish_task(actor=shop.manager, at=NOON, task=task)
    address = reverse("client:task", args=[task.public_id])
    unclaimed = "Nobody has claimed a block yet."
    assert f"{unclaimed} No agent can take the work now." in text(shop.browser.get(address))
    AgentFactory()
    assert f"{unclaimed} Agents who can take the work see it now." in text(shop.browser.get(address))
    page = text(shop.browser.get(edit(draft(shop), "check")))
    assert ("1 of 1 agents can take this now." in page, "all the same" in page) == (True, False)


@pytest.mark.parametrize(
    ("offered", "preset"), [(["zh-hans", "en"], "en"), (["ja", "zh-hans"], "ja"), (["en", "zh-hans"], "en")]
)
def test_a_draft_begins_in_the_language_of_who_writes_it_where_the_programme_offers_it(shop, offered, preset):
    shop.programme.languages = offered
    shop.programme.save()
    new = shop.browser.post(
        reverse("client:task_new"), {"programme": shop.programme.public_id, "title": "Night peak"}, follow=True
    )
    assert (Task.objects.get().language, new.context["form"]["language"].value()) == (preset, preset)


def test_language_conversations_and_opening_are_read_before_and_after_publishing(shop):
    opens = NOON + timedelta(days=1)
    task = draft(shop, language="zh-hans", expected_units_per_seat=6, claims_open_at=opens)
    terms = (
        "Language of the conversations Chinese (Mandarin) Conversations expected per seat 6 Claims open at Nov 11, 2026"
    )
    assert terms in text(shop.browser.get(edit(task, "check")))
    services.publish_task(actor=shop.manager, at=NOON, task=task)
    assert terms in text(shop.browser.get(reverse("client:task", args=[task.public_id])))
    assert "Claims open at As soon as you publish" in text(shop.browser.get(edit(draft(shop), "check")))


def edit(task: Task, step: str) -> str:
    return reverse("client:task_edit", args=[task.public_id, step])


def test_a_wrong_step_keeps_what_was_typed_and_saves_nothing(shop):
    task = draft(shop)
    page = shop.browser.post(edit(task, "what"), {"title": "x", "brief": "Kept words", "language": "fr"})
    assert page.status_code == 422
    assert "Kept words" in page.content.decode()
    assert set(page.context["form"].errors) == {"title", "language", "expected_units_per_seat"}
    page = shop.browser.post(edit(task, "who"), {"g0p0-subject": "skill.none", "g0p0-op": "gte", "g0p0-value": "900"})
    assert page.status_code == 422
    assert "There is no “none”." in text(page)
    page = shop.browser.post(
        edit(task, "when"), {"verb": "grid", "first": "2026-11-17", "days": "1", "s20261117T1200": "many"}
    )
    assert page.status_code == 422
    assert 'value="many"' in page.content.decode()
    assert "1 cell is not a whole number from 1 to 5000." in text(page)
    page = shop.browser.post(edit(task, "when"), {"verb": "text", "text": "2026-11-18,20:00,20:30,2\nnonsense"})
    assert page.status_code == 422
    assert "nonsense" in page.content.decode()
    assert "Expected date, from, to, seats" in text(page)
    page = shop.browser.post(edit(task, "when"), {"verb": "gird", "text": "2026-11-18,20:00,20:30,2"})
    assert (page.status_code, "which button you pressed" in text(page)) == (422, True)
    page = shop.browser.post(
        edit(task, "when"),
        {
            "verb": "fill",
            "first_day": "2026-11-20",
            "last_day": "2026-11-19",
            "begin": "20:10",
            "end": "x",
            "seats": "0",
        },
    )
    assert set(page.context["fill_form"].errors) == {"last_day", "begin", "end", "seats"}
    task.refresh_from_db()
    assert (task.title, task.requirement, task.blocks.count()) == ("Evening peak", {}, 1)


def test_rows_hours_and_grid_add_up_to_one_plan(shop):
    task = draft(shop)
    url = edit(task, "when")
    shop.browser.post(url, {"verb": "text", "text": "2026-11-18,20:00,21:00,2,1.50\nnonsense", "skip_bad": "on"})
    shop.browser.post(
        url,
        {
            "verb": "fill",
            "first_day": "2026-11-19",
            "last_day": "2026-11-20",
            "begin": "20:00",
            "end": "20:30",
            "seats": "7",
        },
    )
    assert [(b.seats, b.bonus_minor) for b in task.blocks.all()] == [(2, 0), (2, 150), (2, 150), (7, 0), (7, 0)]
    shop.browser.post(url, {"verb": "grid", "first": "2026-11-18", "days": "1", "s20261118T1200": "9"})
    assert [(b.seats, b.bonus_minor) for b in task.blocks.all()] == [(2, 0), (9, 150), (7, 0), (7, 0)]
    priced = shop.browser.post(
        reverse("client:task_price", args=[task.public_id]),
        {"first": "2026-11-18", "days": "1", "s20261118T1200": "10"},
    )
    assert "26" in text(priced)
    assert task.blocks.count() == 4


def test_two_nights_stand_apart_with_their_dates(shop):
    night = [NEXT_WEEK + n * BLOCK for n in (5, 6, 7, 8)]  # 22:30 to 00:30 in Shanghai
    task = draft(shop, starts=[*night, *(start + timedelta(days=1) for start in night)])
    check = text(shop.browser.get(edit(task, "check")))
    assert (
        "Tue, Nov 17 22:30 – Wed, Nov 18 00:30 Wed, Nov 18 22:30 – Thu, Nov 19 00:30 8 half hours · 16 seats" in check
    )
    services.publish_task(actor=shop.manager, at=NOON, task=task)
    chart = shop.browser.get(reverse("client:task", args=[task.public_id])).context["chart"]
    days = ("Tue, Nov 17\n22:30", "Wed, Nov 18\n00:00", "Wed, Nov 18\n22:30", "Thu, Nov 19\n00:00")
    assert list(chart["xAxis"]["data"]) == [
        days[0], "23:00", "23:30", days[1], "", days[2], "23:00", "23:30", days[3],
    ]  # fmt: skip
    assert list(chart["xAxis"]["axisLabel"]["customValues"]) == [0, 3, 5, 8]
    assert [series["data"] for series in chart["series"]] == [[2] * 4 + [None] + [2] * 4, [0] * 4 + [None] + [0] * 4]


def test_many_days_are_all_named_the_first_seven_at_once(shop):
    one_day = text(shop.browser.get(edit(draft(shop, starts=hours(1)), "check")))
    assert ("Tue, Nov 17 20:00 – 21:00 2 half hours" in one_day, "more stretch" in one_day) == (True, False)
    page = text(shop.browser.get(edit(draft(shop, starts=[NEXT_WEEK + timedelta(days=n) for n in range(9)]), "check")))
    assert "Mon, Nov 23 20:00 – 20:30 2 more stretches Tue, Nov 24 20:00 – 20:30 Wed, Nov 25 20:00 – 20:30" in page


FILL = {"verb": "fill", "first_day": "2026-11-19", "last_day": "2026-11-19", "begin": "20:00", "end": "20:30"}
TEXT = {"verb": "text", "text": "2026-11-19,20:00,20:30,7"}


@pytest.mark.parametrize("added", [{**FILL, "seats": "7"}, TEXT])
def test_what_is_typed_in_the_grid_is_kept_when_hours_are_added_to_the_plan(shop, added):
    task = draft(shop)
    url = edit(task, "when")
    page = shop.browser.get(url).content.decode()
    assert page.count("data-takes-seats") == 2
    assert page.count('value="2" data-stored="2"') == 1
    grid = {"first": "2026-11-17", "days": "2", "s20261117T1200": "3", "s20261118T1230": "4"}
    wrong = shop.browser.post(url, {**added, **grid, "s20261118T1230": "many"})
    assert (wrong.status_code, task.blocks.get().seats) == (422, 2)
    assert "1 cell is not a whole number from 1 to 5000." in text(wrong)
    kept = wrong.content.decode()
    assert ('value="many"' in kept, "2026-11-19,20:00,20:30,7" in kept or 'value="20:30"' in kept) == (True, True)
    assert shop.browser.post(url, {**added, **grid}).status_code == 302
    assert [(b.starts_at - NEXT_WEEK, b.seats) for b in task.blocks.all()] == [
        (timedelta(0), 3),
        (timedelta(days=1, minutes=30), 4),
        (timedelta(days=2), 7),
    ]
    shop.browser.post(url, {**added, **grid, "s20261117T1200": ""})
    assert [b.seats for b in task.blocks.all()] == [4, 7]
    shop.browser.post(url, {**added, "first": "2026-11-17", "days": "2", "s20261117T1200": "5"})
    assert [b.seats for b in task.blocks.all()] == [5, 4, 7]  # a cell that was not sent is somebody else's


def test_hours_that_cannot_be_added_leave_the_grid_as_typed_and_save_nothing(shop):
    task = draft(shop)
    page = shop.browser.post(
        edit(task, "when"), {**FILL, "seats": "0", "first": "2026-11-17", "days": "2", "s20261118T1230": "4321"}
    )
    assert (page.status_code, 'value="4321" data-stored=""' in page.content.decode()) == (422, True)
    assert set(page.context["fill_form"].errors) == {"seats"}
    assert [b.seats for b in task.blocks.all()] == [2]


def test_typing_is_kept_when_the_window_closes(shop):
    task = draft(shop)
    shop.browser.post(reverse("client:task_keep", args=[task.public_id, "what"]), {"title": "", "brief": "Half a sen"})
    page = shop.browser.get(edit(task, "what"))
    assert "Half a sen" in page.content.decode()
    assert "Your unsaved typing is back" in text(page)
    shop.browser.post(reverse("client:task_drop_typed", args=[task.public_id, "what"]))
    page = shop.browser.get(edit(task, "what"))
    assert "Half a sen" not in page.content.decode()
    assert "Answer shop customers." in page.content.decode()


def test_the_builder_adds_drops_and_counts(shop, agent):
    task = draft(shop)
    url = reverse("client:task_rows", args=[task.public_id])
    page = shop.browser.post(url, {"press": "group"})
    assert "0 of 1 agents can take this now." in text(page)
    rows = {"g0p0-subject": "tier", "g0p0-op": "gte", "g0p0-value": "bronze"}
    page = shop.browser.post(url, {**rows, "press": "row-0"})
    assert 'name="g0p1-subject"' in page.content.decode()
    page = shop.browser.post(url, {**rows, "press": "drop-0-0"})
    assert "1 of 1 agents can take this now." in text(page)
    for press in ("drop-9-9", "row-99", "row-", "x", "drop-a-b"):
        assert shop.browser.post(url, {**rows, "press": press}).status_code == 200
    page = shop.browser.post(url, {"g0p0-subject": "skill.gone", "g0p0-op": "<", "g0p0-value": ""})
    assert "Mend the marked conditions" in text(page)


def test_the_check_names_what_is_missing_with_the_way_to_it(shop):
    task = draft(shop)
    services.update_draft(actor=shop.manager, at=NOON, task=task, brief=" ", blocks=[])
    page = shop.browser.get(edit(task, "check"))
    assert page.context["lacks"] == [
        (edit(task, "what"), "Tell agents what the work is about."),
        (edit(task, "when"), "Add at least one block."),
    ]
    assert ("Before you can publish" in text(page), "Reserve and publish" in text(page)) == (True, False)


def test_a_rate_card_is_asked_for_where_there_is_none(shop):
    asked = f"{shop.programme.name} needs a rate card first."
    assert asked not in text(shop.browser.get(reverse("client:task_new")))
    ProgrammeFactory(organisation=shop.organisation, name="Bare")
    page = text(shop.browser.get(reverse("client:task_new")))
    assert ("Bare needs a rate card first." in page, asked in page) == (True, False)


def test_hours_past_midnight_are_named(shop):
    sent = {"verb": "fill", "first_day": "2026-11-19", "last_day": "2026-11-19", "seats": "1"}
    url = edit(draft(shop), "when")
    late = text(shop.browser.post(url, {**sent, "begin": "22:00", "end": "20:00"}, follow=True))
    assert "44 half hours are in the plan. They run past midnight into the next day." in late
    evening = text(shop.browser.post(url, {**sent, "begin": "21:00", "end": "00:00"}, follow=True))
    assert ("6 half hours are in the plan." in evening, "past midnight" in evening) == (True, False)


def test_publish_without_funds_names_what_is_missing(shop):
    poor = client_with(funds=0)
    browser = browser_of(client_user(poor.organisation, ClientRole.MANAGER))
    task = draft(poor)
    page = browser.get(edit(task, "check"))
    assert "Your funds are not enough yet" in text(page)
    assert "CN¥65.64" in text(page)
    assert f'href="{reverse("client:deposit_new")}"' in page.content.decode()
    url = reverse("client:task_publish", args=[task.public_id])
    refused = browser.post(url, {"expected_budget_minor": "6564"}, follow=True)
    assert "There is not enough money" in refused.content.decode()
    task.refresh_from_db()
    assert task.state == TaskState.DRAFT


def test_cancel_names_its_consequence_and_returns_the_money(shop):
    task = published(shop, starts=hours(1))
    ClaimFactory(block=task.blocks.first())
    page = text(shop.browser.get(reverse("client:task", args=[task.public_id])))
    assert "2 half hours that have not started are called off." in page
    assert "1 agent loses a promised block, 1 claim in all." in page
    assert "Back to your funds at once: CN¥131.28" in page
    url = reverse("client:task_cancel", args=[task.public_id])
    assert (
        b'name="expected_pay_minor" value="0"'
        in shop.browser.get(reverse("client:task", args=[task.public_id])).content
    )
    stale = shop.browser.post(url, {"reason": "Moved", "expected_pay_minor": "1"})
    assert (stale.status_code, "changed since you looked" in stale.content.decode()) == (409, True)
    assert re.search(r"<textarea[^>]*>\s*Moved</textarea>", stale.content.decode())
    task.refresh_from_db()
    assert task.state != TaskState.CANCELLED
    done = text(shop.browser.post(url, {"reason": "Moved", "expected_pay_minor": "0"}, follow=True))
    assert "Cancelled. CN¥131.28 is back in your funds." in done
    task.refresh_from_db()
    assert (task.state, task.cancel_reason, shop.funds) == (TaskState.CANCELLED, "Moved", 10_000_000)
    assert "Moved" in text(shop.browser.get(reverse("client:task", args=[task.public_id])))


@pytest.mark.parametrize("price", [None, "", "x", "-1"])
def test_nothing_is_published_or_cancelled_at_a_price_that_was_not_shown(shop, price):
    sent = {} if price is None else {"expected_budget_minor": price, "expected_pay_minor": price}
    new, live = draft(shop), published(shop, starts=hours(1))
    answer = shop.browser.post(reverse("client:task_publish", args=[new.public_id]), sent, follow=True)
    assert "The price changed since you looked" in answer.content.decode()
    answer = shop.browser.post(reverse("client:task_cancel", args=[live.public_id]), {"reason": "Moved", **sent})
    assert (answer.status_code, "changed since you looked" in answer.content.decode()) == (422, True)
    assert re.search(r"<textarea[^>]*>\s*Moved</textarea>", answer.content.decode())
    for task in (new, live):
        before = task.state
        task.refresh_from_db()
        assert task.state == before


def test_cancelling_late_names_who_is_paid_how_much_before_it_is_confirmed(shop):
    task = published(shop, starts=hours(1))
    for _ in range(2):
        ClaimFactory(block=task.blocks.first())
    url = reverse("client:task", args=[task.public_id])
    with time_machine.travel(NEXT_WEEK - timedelta(hours=2), tick=False):
        page = shop.browser.get(url)
        told = "2 agents will be paid 40% of the floor for 2 half hours that start within 48 hours: CN¥12.00"
        assert told in text(page)
        sent = {"reason": "Moved", "expected_pay_minor": "1200"}
        shop.browser.post(reverse("client:task_cancel", args=[task.public_id]), sent)
    task.refresh_from_db()
    assert (task.state, shop.funds, shop.reserve(task)) == (TaskState.CANCELLED, 10_000_000 - 1_200, 1_200)


def test_the_clients_list_filters_and_costs_the_same(shop, django_assert_num_queries, django_assert_max_num_queries):
    draft(shop, language="zh-hans")
    url = reverse("client:tasks")
    shop.browser.get(url)
    with django_assert_max_num_queries(40) as first:
        shop.browser.get(url)
    published(shop)
    draft(shop)
    with django_assert_num_queries(len(first)):
        shop.browser.get(url)
    for query, n in [
        ({"state": "draft"}, 2),
        ({"state": ["draft", "staffing"]}, 3),
        ({"language": "zh-hans"}, 1),
        ({"q": "zzz"}, 0),
        ({"state": "x"}, 3),
    ]:
        page = shop.browser.get(url, query)
        assert (page.status_code, page.context["count"]) == (200, n)


def test_rate_cards_by_page(shop):
    url = reverse("client:rate_card_new", args=[shop.programme.public_id])
    assert 'value="30.00"' in shop.browser.get(url).content.decode()
    prices = {f"price_{tier}": "2.50" for tier in ("certification", "bronze", "silver", "gold", "platinum")}
    wrong = shop.browser.post(url, {**prices, "floor_rate": "0", "price_gold": "1"})
    assert set(wrong.context["form"].errors) == {"floor_rate", "price_platinum"}
    shop.browser.post(url, {**prices, "floor_rate": "31.5", "block_bonus": ""})
    newest = RateCard.objects.latest("version")
    assert (newest.version, newest.floor_rate_minor, newest.unit_price_minor["gold"]) == (2, 3150, 250)
    assert "v2" in text(shop.browser.get(reverse("client:rate_cards")))


def test_other_clients_and_other_roles(shop):
    task = draft(shop)
    live = published(shop)
    stranger = browser_of(client_user(client_with().organisation, ClientRole.OWNER))
    analyst = browser_of(client_user(shop.organisation, ClientRole.ANALYST))
    reads = [reverse("client:task", args=[live.public_id]), reverse("client:task_fill", args=[live.public_id])]
    writes = [edit(task, step) for step in ("what", "who", "when")]
    writes += [reverse(f"client:task_{verb}", args=[task.public_id]) for verb in ("publish", "cancel", "rows", "price")]
    for url in reads:
        assert stranger.get(url).status_code == 404
        assert analyst.get(url).status_code == 200
    for url in writes:
        assert stranger.post(url).status_code == 404
        assert analyst.post(url).status_code in (302, 403)
    before = Task.objects.values().get(pk=task.pk)
    assert before["state"] == TaskState.DRAFT
    assert Block.objects.filter(task=task).count() == 1
