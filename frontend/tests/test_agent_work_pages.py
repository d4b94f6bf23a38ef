"""What an agent reads of the work that is open, and of what Today asks of them."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.clock import BLOCK
from frontend.tests.reading import text
from live.models import Conversation
from live.tests.factories import AT as LIVE_AT
from live.tests.factories import active, floor
from tasks.models import Claim
from tasks.tests.factories import NEXT_WEEK, ClaimFactory, OpenTaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_card_names_one_day_once_with_its_hours_and_counts_coming_blocks(agent, agent_browser):
    evening = NEXT_WEEK + timedelta(hours=3, minutes=30)  # to midnight in Shanghai, NEXT_WEEK is 20:00
    task = OpenTaskFactory(title="One day", blocks=[NEXT_WEEK, evening])
    for block in task.blocks.all():
        ClaimFactory(agent=agent, block=block)
    url = reverse("agent:find_work")
    assert "Tue, Nov 17 20:00 – 00:00" in text(agent_browser.get(url))
    assert "2 coming blocks are yours" in text(agent_browser.get(url))
    with time_machine.travel(NEXT_WEEK + timedelta(minutes=5), tick=False):
        agent_browser.force_login(agent.user)
        assert "1 coming block is yours" in text(agent_browser.get(url))
    two = OpenTaskFactory(title="Two days", blocks=[NEXT_WEEK, NEXT_WEEK + timedelta(days=1)])
    ClaimFactory(agent=agent, block=two.blocks.order_by("starts_at").last())
    agent_browser.force_login(agent.user)
    shown = text(agent_browser.get(url, {"day": "2026-11-17"}))
    assert shown.count("coming block") == 2
    assert "Tue, Nov 17 – Wed, Nov 18" in text(agent_browser.get(url))


def test_a_task_tells_hours_promised_from_hours_served(agent_browser):
    task = OpenTaskFactory(blocks=[NEXT_WEEK])
    for address in (reverse("agent:find_work"), reverse("agent:task", args=[task.public_id])):
        shown = text(agent_browser.get(address))
        assert "Really paid per hour promised (committed), last 30 days" in shown
        assert "At least, per hour served" in shown
        assert "falls below" not in shown
    assert "An hour served never pays less than the floor" in shown


def test_today_names_the_block_that_follows_directly_and_how_it_stands(agent, agent_browser):
    task = OpenTaskFactory(blocks=[NEXT_WEEK, NEXT_WEEK + BLOCK])
    first, second = (ClaimFactory(agent=agent, block=block) for block in task.blocks.order_by("starts_at"))
    home, check_in = reverse("agent:home"), reverse("agent:check_in", args=[second.public_id])
    Claim.objects.filter(pk=first.pk).update(checked_in_at=NEXT_WEEK)
    with time_machine.travel(NEXT_WEEK + timedelta(minutes=5), tick=False):
        agent_browser.force_login(agent.user)
        assert "Check-in opens at" in text(agent_browser.get(home))
    with time_machine.travel(NEXT_WEEK + timedelta(minutes=26), tick=False):
        page = agent_browser.get(home)
        starts_at = timezone.localtime(second.starts_at, ZoneInfo(agent.user.time_zone))
        assert f"Directly after it {starts_at:%H:%M}" in text(page)
        assert check_in in page.content.decode()
        agent_browser.post(check_in)
        page = agent_browser.get(home)
        assert check_in not in page.content.decode()
        assert "Checked in" in text(page)
        assert ' calm="1"' in page.content.decode()


def test_today_says_how_many_conversations_are_open_in_the_workspace(client):
    made = floor(2)
    active(made, at=LIVE_AT)
    owner, idle = sorted(made.agents, key=lambda agent: not Conversation.objects.filter(agent=agent).exists())
    with time_machine.travel(LIVE_AT, tick=False):
        client.force_login(owner.user)
        page = client.get(reverse("agent:home"))
        assert "1 conversation is open in the workspace" in text(page)
        client.force_login(idle.user)
        assert "open in the workspace" not in text(client.get(reverse("agent:home")))
