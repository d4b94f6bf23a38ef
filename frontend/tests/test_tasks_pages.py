"""Pages of finding work and keeping to it: what they show and what they refuse."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.states import StaffRole
from accounts.tests.factories import agent_actor, staff_actor
from certification.models import Certificate
from certification.services import revoke_certificate
from certification.tests.factories import StandardFactory, give_certificate
from core.clock import BLOCK
from core.money import Money
from frontend.tests.reading import text
from pay.selectors import HonestPrice
from tasks import services
from tasks.models import Block, CalendarFeed, Claim, Task
from tasks.states import ClaimState, Visibility
from tasks.tests.factories import NEXT_WEEK, NOON, ClaimFactory, OpenTaskFactory
from tasks.tests.scenes import draft, hours, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


# -- Finding work --------------------------------------------------------------------------------


def test_no_work_says_so_and_what_to_do(agent_browser):
    shown = text(agent_browser.get(reverse("agent:find_work")))
    assert "No client has open work just now." in shown


def test_work_is_listed_with_pay_seats_and_the_way_in(agent_browser):
    standard = StandardFactory(slug="retail-service", name_en="Retail service")
    assert standard
    open_task = OpenTaskFactory(title="Open to all")
    asking = OpenTaskFactory(
        title="Asks for more",
        requirement={"any": [{"all": [{"subject": "certificate.retail-service", "op": "exists"}]}]},
    )
    page = agent_browser.get(reverse("agent:find_work"))
    shown = text(page)
    assert shown.index("Open to all") < shown.index("Asks for more")
    assert "Certificate “Retail service” is held (you: none yet)" in shown
    assert ("CN¥1.80" in shown, "Conversations in English" in shown) == (True, True)
    assert "Conversations in English" in text(agent_browser.get(reverse("agent:task", args=[open_task.public_id])))
    assert {c.offered.task for c in page.context["cards"]} == {open_task, asking}
    only = agent_browser.get(reverse("agent:find_work"), {"eligible_only": "on"})
    assert [c.offered.task for c in only.context["cards"]] == [open_task]
    none = text(agent_browser.get(reverse("agent:find_work"), {"day": "2026-12-24"}))
    assert "Nothing matches these filters." in none
    assert agent_browser.get(reverse("agent:find_work"), {"day": "x", "language": "xx"}).status_code == 200


def test_work_is_narrowed_to_usual_hours_in_the_agents_own_time(agent, agent_browser):
    url = reverse("agent:find_work")
    OpenTaskFactory(title="Evening")  # Tuesday, 20:00 in Shanghai
    OpenTaskFactory(title="Late", blocks=[NEXT_WEEK + timedelta(hours=5)])  # 01:00 on Wednesday
    Block.objects.filter(task=OpenTaskFactory(title="Full")).update(seats_taken=2)
    assert "usual_hours_only" not in agent_browser.get(url).context["form"].fields
    shown = {}
    for usual in ({"tue": [["19:00", "20:30"]]}, {"tue": [["23:00", "02:00"]]}, {"fri": [["00:00", "24:00"]]}):
        agent.availability = usual
        agent.save()
        page = agent_browser.get(url, {"usual_hours_only": "on"})
        shown[next(iter(usual.values()))[0][0]] = [c.offered.task.title for c in page.context["cards"]]
    assert shown == {"19:00": ["Evening"], "23:00": ["Late"], "00:00": []}
    assert "Nothing matches these filters." in text(page)


def test_the_list_costs_the_same_at_one_and_at_three(
    agent_browser, django_assert_num_queries, django_assert_max_num_queries
):
    url = reverse("agent:find_work")
    requirement = {"any": [{"all": [{"subject": "certificate.retail-service", "op": "exists"}]}]}
    StandardFactory(slug="retail-service")
    OpenTaskFactory(requirement=requirement)
    agent_browser.get(url)
    with django_assert_max_num_queries(60) as first:
        agent_browser.get(url)
    OpenTaskFactory.create_batch(2, requirement=requirement)
    with django_assert_num_queries(len(first)):
        agent_browser.get(url)


def test_hidden_and_preview_tasks_show_no_more_than_they_may(agent_browser):
    asks = {"any": [{"all": [{"subject": "tier", "op": "gte", "value": "gold"}]}]}
    hidden = OpenTaskFactory(title="Secret", requirement=asks, visibility=Visibility.HIDDEN)
    preview = OpenTaskFactory(title="Preview", brief="The brief", requirement=asks, visibility=Visibility.PREVIEW)
    shown = text(agent_browser.get(reverse("agent:find_work")))
    assert "Secret" not in shown
    assert "Preview" in shown
    page = text(agent_browser.get(reverse("agent:task", args=[preview.public_id])))
    assert "This is a preview" in page
    assert "The brief" not in page
    assert preview.programme.organisation.name not in page
    assert agent_browser.get(reverse("agent:task", args=[hidden.public_id])).status_code == 404


def test_claim_undo_and_every_refusal_come_back_with_the_blocks(agent, agent_browser):
    task = OpenTaskFactory(blocks=hours(1))
    block = task.blocks.first()
    url = reverse("agent:claim", args=[block.public_id])
    page = text(agent_browser.post(url, {"key": "k"}, follow=True))
    assert "The block is yours. You can give it back freely until 48 hours before it starts." in page
    again = agent_browser.post(url, {"key": "k"}, headers={"HX-Request": "true"})
    assert again.status_code == 200
    assert Claim.objects.count() == 1
    refused = agent_browser.post(url, {"key": "other"}, headers={"HX-Request": "true"})
    assert "You already hold a block at this time." in refused.headers["HX-Trigger"]
    assert "Yours" in text(refused)
    claim = Claim.objects.get()
    agent_browser.post(reverse("agent:release", args=[claim.public_id]))
    claim.refresh_from_db()
    assert claim.state == ClaimState.RELEASED_FREE


@pytest.mark.parametrize(
    ("median", "lower", "said", "unsaid"),
    [
        (4000, 3900, ["a quarter paid under"], ["three quarters", "Under the floor per hour served"]),
        (4000, 3700, ["a quarter paid under", "Under the floor per hour served"], ["three quarters"]),
        (
            3674,
            3674,
            ["three quarters of the blocks paid this or more", "Under the floor per hour served"],
            ["a quarter paid under"],
        ),
    ],
)
def test_the_honest_price_says_once_what_is_one_number_and_why_it_is_below_the_floor(median, lower, said, unsaid):
    price = HonestPrice(Money(median, "CNY"), Money(lower, "CNY"), 40)
    shown = render_to_string("agent/work/_honest.html", {"price": price, "floor": Money(3800, "CNY")})
    assert [words for words in said if words not in shown] == []
    assert [words for words in unsaid if words in shown] == []


# -- The calendar and Today ----------------------------------------------------------------------


def test_the_week_shows_blocks_and_survives_any_address(agent, agent_browser):
    claim = ClaimFactory(agent=agent)
    page = text(agent_browser.get(reverse("agent:blocks"), {"week": "2026-11-17"}))
    assert claim.task.title in page
    assert "Committed" in page
    assert "Not enough data" in page
    for week in ("", "x", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert agent_browser.get(reverse("agent:blocks"), {"week": week}).status_code == 200


def test_check_in_and_out_from_today(agent, agent_browser):
    claim = ClaimFactory(agent=agent)
    assert "Check-in opens in" in agent_browser.get(reverse("agent:home")).content.decode()
    with time_machine.travel(NEXT_WEEK - timedelta(minutes=5), tick=False):
        agent_browser.force_login(agent.user)
        page = text(agent_browser.get(reverse("agent:home")))
        assert "Next block" in page
        assert "Block starts in" in page
        assert "Check in" in page
        agent_browser.post(reverse("agent:check_in", args=[claim.public_id]))
    with time_machine.travel(NEXT_WEEK + timedelta(minutes=5), tick=False):
        page = text(agent_browser.get(reverse("agent:home")))
        assert "Next block" not in page
        assert "Your block is running, you are checked in" in page
        assert "Block ends in" in page
        for address in (reverse("agent:home"), reverse("agent:blocks")):
            assert f"Leave {named(claim)} before the end?" in text(agent_browser.get(address))
        agent_browser.post(reverse("agent:check_out", args=[claim.public_id]))
        assert "You hold no block yet." in text(agent_browser.get(reverse("agent:home")))
    claim.refresh_from_db()
    assert (claim.checked_in_at, claim.checked_out_at) == (
        NEXT_WEEK - timedelta(minutes=5), NEXT_WEEK + timedelta(minutes=5),
    )  # fmt: skip


def named(claim):
    starts_at, ends_at = (
        timezone.localtime(at, ZoneInfo(claim.agent.user.time_zone)) for at in (claim.starts_at, claim.ends_at)
    )
    return f"{starts_at:%a, %b %-d} {starts_at:%H:%M}–{ends_at:%H:%M}"


def test_a_late_release_names_its_block(agent, agent_browser):
    claim = ClaimFactory(agent=agent)
    with time_machine.travel(NEXT_WEEK - timedelta(hours=1), tick=False):
        agent_browser.force_login(agent.user)
        assert f"Give {named(claim)} back?" in text(agent_browser.get(reverse("agent:blocks")))


@pytest.mark.parametrize("revoked", [False, True])
def test_a_refused_check_in_says_what_is_missing_and_leads_there(agent, agent_browser, revoked):
    claim = ClaimFactory(agent=agent)
    asked = {"subject": "certificate.retail", "op": "exists"}
    Task.objects.filter(pk=claim.task_id).update(requirement={"any": [{"all": [asked]}]})
    held = give_certificate(agent, StandardFactory(slug="retail", name_en="Retail"), at=NOON - timedelta(days=365))
    Certificate.objects.filter(pk=held.pk).update(valid_until=NEXT_WEEK + (BLOCK if revoked else timedelta(0)))
    if revoked:
        certifier = staff_actor(StaffRole.CERTIFIER)
        revoke_certificate(actor=certifier, at=NEXT_WEEK, certificate=held, reason="Cheated.")
    with time_machine.travel(NEXT_WEEK + timedelta(minutes=5), tick=False):
        agent_browser.force_login(agent.user)
        page = agent_browser.post(reverse("agent:check_in", args=[claim.public_id]), follow=True)
    shown = text(page)
    assert "Missing: Certificate “Retail”" in shown
    claim.refresh_from_db()
    assert claim.checked_in_at is None
    if revoked:
        assert "does not count against your adherence" in shown
        assert claim.state == ClaimState.WAIVED
    else:
        assert page.redirect_chain[-1][0] == reverse("agent:task", args=[claim.task.public_id])
        assert "come back before the block ends" in shown
        assert claim.state == ClaimState.COMMITTED


def test_nobody_acts_on_a_strangers_claim(agent_browser):
    claim = ClaimFactory()
    for verb in ("release", "check_in", "check_out"):
        assert agent_browser.post(reverse(f"agent:{verb}", args=[claim.public_id])).status_code == 404
    claim.refresh_from_db()
    assert (claim.state, claim.checked_in_at) == (ClaimState.COMMITTED, None)


def test_the_calendar_address_is_shown_once_and_read_without_log_in(agent, agent_browser):
    claim = ClaimFactory(agent=agent)
    page = agent_browser.post(reverse("agent:calendar_feed"), follow=True).content.decode()
    address = re.search(r"http://testserver(/calendar/[\w-]+\.ics)", page).group(1)
    assert address not in agent_browser.get(reverse("agent:blocks")).content.decode()
    feed = Browser().get(address)
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    body = feed.content.decode()
    assert f"UID:{claim.public_id}@tideline" in body
    assert "DTSTART:20261117T120000Z" in body
    assert Browser().get("/calendar/wrong.ics").status_code == 404
    agent_browser.post(reverse("agent:calendar_feed_close"))
    assert Browser().get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_renders_in_both_languages(shop, agent, agent_browser, language):
    StandardFactory(slug="retail-service")
    asks = {"any": [{"all": [{"subject": "certificate.retail-service", "op": "exists"}]}]}
    task, live = draft(shop, requirement=asks), published(shop, requirement={})
    services.claim_block(actor=agent_actor(agent), at=NOON, block=live.blocks.get(), agent=agent)
    for browser in (shop.browser, agent_browser):
        browser.cookies["django_language"] = language
    urls = [reverse("client:task_edit", args=[task.public_id, step]) for step in ("what", "who", "when", "check")]
    urls += [reverse("client:task", args=[live.public_id]), reverse("client:tasks"), reverse("client:task_new")]
    urls += [reverse("client:rate_cards"), reverse("client:rate_card_new", args=[shop.programme.public_id])]
    for url in urls:
        assert shop.browser.get(url).status_code == 200, url
    urls = [reverse("agent:find_work"), reverse("agent:task", args=[live.public_id]), reverse("agent:home")]
    urls += [reverse("agent:task_blocks", args=[live.public_id]), reverse("agent:blocks") + "?week=2026-11-17"]
    for url in urls:
        assert agent_browser.get(url).status_code == 200, url
