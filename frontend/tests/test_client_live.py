"""A client's conversations as they happen: theirs only, page by page, at a constant cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import PLATFORM
from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, MembershipFactory, client_user
from core import realtime
from frontend.cursors import cursor_page
from live.selectors import conversations_for, floor_topic, transcript_topic
from live.services import send_message
from live.tests.factories import AT, Floor, active, closed, customer_actor, floor, start
from quality.tests.factories import rated

pytestmark = pytest.mark.django_db
SECRET = "Call me on 13800138000, please."


@pytest.fixture
def made() -> Floor:
    return floor()


def visit(client, user, name: str, *args: str, **query: str):  # type: ignore[no-untyped-def]
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def test_it_shows_ones_own_conversations_and_how_many_wait(client, made):
    served, waiting = active(made), start(made.programme)
    other = start(floor().programme)
    page = visit(client, client_user(made.programme.organisation, ClientRole.SUPERVISOR), "client:live")
    text = page.content.decode()
    assert (page.context["floor"].waiting, page.context["floor"].served) == (1, 1)
    assert page.context["floor"].waiting_since == AT
    for talk in (served, waiting):
        assert reverse("client:live_conversation", args=[talk.public_id]) in text
    assert other.public_id not in text
    assert f'href="{reverse("client:live")}"' in text


def test_filters_leave_out_what_does_not_match_and_say_so_when_nothing_does(client, made):
    start(made.programme)
    user = client_user(made.programme.organisation)
    assert len(visit(client, user, "client:live", state="queued").context["rows"]) == 1
    assert len(visit(client, user, "client:live", programme=made.programme.public_id).context["rows"]) == 1
    none = visit(client, user, "client:live", state="closed")
    assert "Nothing matches these filters" in none.content.decode()
    stranger = visit(client, user, "client:live", programme=floor().programme.public_id)
    assert stranger.context["form"].errors["programme"]


def test_without_conversations_it_says_what_comes(client):
    page = visit(client, MembershipFactory().user, "client:live")
    assert "No conversations yet" in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"state": "queued"}])
def test_the_list_costs_the_same_for_three_as_for_one(client, made, query, django_assert_num_queries):
    user = client_user(made.programme.organisation)
    start(made.programme)
    visit(client, user, "client:live", **query)
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("client:live"), query)
    for _ in range(2):
        start(made.programme)
    with django_assert_num_queries(len(one)):
        client.get(reverse("client:live"), query)


def test_pages_neither_double_nor_drop_what_comes_meanwhile(made):
    old = [start(made.programme).pk for _ in range(5)]
    rows = conversations_for(PLATFORM)
    first = cursor_page(rows, "", size=2)
    newer = start(made.programme).pk
    second = cursor_page(rows, first.next_cursor, size=2)
    third = cursor_page(rows, second.next_cursor, size=2)
    assert [r.pk for page in (first, second, third) for r in page.object_list] == old[::-1]
    assert (first.previous_cursor, third.next_cursor) == ("", "")
    back = cursor_page(rows, second.previous_cursor, size=2)
    assert [r.pk for r in back.object_list] == old[:-3:-1]
    top = cursor_page(rows, back.previous_cursor, size=2)
    assert ([r.pk for r in top.object_list], top.previous_cursor) == ([newer], "")
    for bad in ("nonsense", "<.cnv_none", ">."):
        assert [r.pk for r in cursor_page(rows, bad, size=2).object_list] == [newer, old[-1]]


def test_a_conversation_is_read_masked_with_how_it_was_judged(client, made):
    talk = closed(made, text=SECRET)
    rating = rated(talk.segments.select_related("conversation__programme", "agent", "claim").get(), csat=4)
    user = client_user(made.programme.organisation, ClientRole.ANALYST)
    page = visit(client, user, "client:live_conversation", talk.public_id)
    text = page.content.decode()
    assert "13800138000" not in text
    assert "It leaves today." in text
    assert f"{rating.csat} / 5" in text
    assert made.agents[0].nickname in text
    assert "<textarea" not in text
    listed = visit(client, user, "client:live").content.decode()
    assert "4 / 5" in listed
    assert made.agents[0].nickname in listed


def test_strangers_and_the_agent_who_served_find_nothing(client, made):
    talk = closed(made)
    stranger = MembershipFactory().user
    assert visit(client, stranger, "client:live_conversation", talk.public_id).status_code == 404
    MembershipFactory(user=made.agents[0].user)  # a member of another client who served this one as an agent
    assert visit(client, made.agents[0].user, "client:live_conversation", talk.public_id).status_code == 404
    assert visit(client, AgentFactory().user, "client:live").status_code == 404


def test_a_change_of_a_conversation_nudges_its_client(made, monkeypatch, django_capture_on_commit_callbacks):
    sent: list[str] = []
    monkeypatch.setattr(realtime, "send", lambda group, message: sent.append(group))
    with django_capture_on_commit_callbacks(execute=True):
        start(made.programme)
    assert realtime.group_name("page", floor_topic(made.programme.organisation.public_id)) in sent


def test_a_message_nudges_the_pages_that_show_its_conversation(
    client, made, monkeypatch, django_capture_on_commit_callbacks
):
    talk = start(made.programme)
    sent: list[str] = []
    monkeypatch.setattr(realtime, "send", lambda group, message: sent.append(group))
    with django_capture_on_commit_callbacks(execute=True):
        send_message(
            actor=customer_actor(talk.customer), conversation=talk, client_msg_id="more-0001", text="Hello?", at=AT
        )
    user = client_user(made.programme.organisation, ClientRole.ANALYST)
    topic = visit(client, user, "client:live_conversation", talk.public_id).context["topic"]
    assert realtime.group_name("page", topic) in sent
    assert topic != transcript_topic(start(made.programme).pk)
