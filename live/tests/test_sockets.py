"""Both sockets over the real routing, database and channel layer."""

from datetime import timedelta

import pytest
import pytest_asyncio
import time_machine
from django.conf import settings
from django.test import Client

import accounts.services
from accounts.states import StaffRole
from accounts.tests.factories import NewAgentFactory, staff_actor
from core import clock
from core.clock import BLOCK
from live import services
from live.consumers import frames, limits
from live.models import Conversation, ProgrammeRules
from live.policies import token_for
from live.tests import factories
from live.tests.sockets import SHOP, Socket, cookie_of, db, log_out_before_flush, widget, workspace
from tasks.tests.factories import ClaimFactory, OpenTaskFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def make_floor(agents: int = 1, **options):
    """A floor whose block runs at this moment, on the real clock."""
    at = clock.now()
    return factories.floor(agents, at=at, starts_at=clock.floor_to_block(at), **options)


@pytest_asyncio.fixture
async def floor():
    return await db(make_floor)()


async def test_the_workspace_knows_the_block_to_check_in_for_next(floor):
    starts_at = floor.block.ends_at + BLOCK
    claim = await db(ClaimFactory)(
        agent=floor.agents[0], block=await db(lambda: OpenTaskFactory(blocks=[starts_at]).blocks.get())()
    )
    agent = await workspace(floor.agents[0])
    known = (await agent.until("ready"))["presence"]["next_claim"]
    assert known["id"] == claim.public_id
    assert known["check_in_opens_at"] == frames.time_of(starts_at - timedelta(minutes=10))


async def test_a_conversation_from_hello_to_close(floor):
    customer = await db(factories.CustomerFactory)(programme=floor.programme)
    agent, shop = await workspace(floor.agents[0]), await widget(customer)
    ready = await agent.until("ready")
    assert (ready["presence"]["status"], ready["file_max_bytes"]) == ("available", settings.ATTACHMENT_MAX_BYTES)
    assert ready["presence"]["next_claim"] is None
    assert (await shop.until("ready"))["conversation"] is None

    await shop.say("start", client_msg_id="first-message", text="Where is my parcel?")
    stored = await shop.until("stored")
    talk = stored["conversation"]
    assert (stored["seq"], stored["client_msg_id"], stored["masked"]) == (1, "first-message", False)

    offer = await agent.until("offer")
    assert (offer["conversation"], offer["preview"], offer["requeued"]) == (talk, "Where is my parcel?", False)
    await agent.say("accept", offer=offer["offer"])
    state = await agent.until("state", conversation=talk)
    assert (state["state"], state["epoch"], state["owner"]["you"]) == ("active", 1, True)
    assert [(await agent.until("message"))["seq"] for _ in range(2)] == [1, 2]
    assert (await agent.until("resumed"))["last_seq"] == 2

    assert (await shop.seen("message", seq=2))["code"] == "agent_joined"
    assert (await shop.seen("state", state="active"))["owner"] == {"name": floor.agents[0].nickname, "you": False}

    await agent.say("send", conversation=talk, client_msg_id="reply-0001", text="Call 13812345678", epoch=1)
    assert (await agent.seen("stored"))["text"] == "Call 138****5678"
    message = await shop.seen("message", seq=3)
    assert (message["author"], message["text"], message["mine"]) == ("agent", "Call 138****5678", False)
    assert "client_msg_id" not in message

    await shop.say("typing", conversation=talk, on=True)
    assert (await agent.seen("typing"))["by"] == "customer"
    await shop.say("read", conversation=talk, seq=3)
    assert (await agent.seen("read", by="customer"))["seq"] == 3

    await agent.say("close", conversation=talk, epoch=1, code="resolved", note="Told them.")
    assert (await agent.seen("state", state="closed"))["owner"] is None
    assert (await shop.seen("state", state="closed"))["segment"].startswith("seg_")
    await agent.close()
    await shop.close()


# -- Bad input: a code, an open socket, nothing changed --------------------------------------------

BAD_FRAMES = [
    (" ", "live.malformed_frame"),
    ("{", "live.malformed_frame"),
    ("[1]", "live.malformed_frame"),
    ('{"type": 7}', "live.malformed_frame"),
    ('{"kind": "hello"}', "live.malformed_frame"),
    ("[" * 5000, "live.malformed_frame"),
    ('{"type": "accept"}', "live.unknown_type"),
    ('{"type": "live.wake"}', "live.unknown_type"),
    ('{"type": "' + "x" * 70_000 + '"}', "live.frame_too_large"),
    ('{"type": "send", "text": "' + "中" * 30_000 + '"}', "live.frame_too_large"),
    ('{"type": "send"}', "live.hello_first"),
]


async def test_bad_frames_are_answered_with_a_code():
    shop = await Socket("/ws/widget/", [(b"origin", SHOP.encode())]).open()
    for text, code in BAD_FRAMES:
        await shop.say_raw(text)
        assert ((await shop.next())["code"], text[:40]) == (code, text[:40])
    await shop.wire.send_to(bytes_data=b"{}")
    assert (await shop.next())["code"] == "live.malformed_frame"
    await shop.say("ping", n=1)
    assert (await shop.next())["n"] == 1
    await shop.close()


SOMEBODY = "cnv_01jd3k5w1r8m0q2y7x9z4t6v5b"
BAD_FIELDS = [
    ({"type": "send"}, "live.malformed_frame", "conversation"),
    ({"type": "send", "conversation": 1}, "live.malformed_frame", "conversation"),
    ({"type": "send", "conversation": "cnv_x"}, "live.malformed_frame", "conversation"),
    ({"type": "send", "conversation": SOMEBODY}, "core.not_found", None),
    ({"type": "resume", "conversation": SOMEBODY, "after_seq": 0}, "core.not_found", None),
    ({"type": "read", "conversation": SOMEBODY, "seq": 1}, "core.not_found", None),
    ({"type": "end", "conversation": SOMEBODY}, "core.not_found", None),
    ({"type": "start"}, "live.malformed_frame", "client_msg_id"),
    ({"type": "start", "client_msg_id": "start-0001", "text": ""}, "core.invalid", "text"),
    ({"type": "start", "client_msg_id": "x", "text": "Hi"}, "core.invalid", "client_msg_id"),
    ({"type": "start", "client_msg_id": "start-0001", "text": "Hi", "form": [1]}, "live.malformed_frame", "form"),
    ({"type": "start", "client_msg_id": "start-0001", "text": "Hi", "form": {"a": 1}}, "core.invalid", "form.a"),
]


async def test_bad_fields_are_named(floor):
    customer = await db(factories.CustomerFactory)(programme=floor.programme)
    shop = await widget(customer)
    await shop.until("ready")
    for frame, code, field in BAD_FIELDS:
        await shop.say(**frame, ref="ref-1")
        error = await shop.until("error")
        assert (error["code"], error["ref"], frame) == (code, "ref-1", frame)
        assert list(error.get("fields", {None: 1})) == [field]
    assert await db(Conversation.objects.count)() == 0
    await shop.close()


async def test_a_wait_begins_where_it_began_whatever_the_pace_is_now(floor):
    at = clock.now()
    waiting, ended = await db(factories.active)(floor, at=at), await db(factories.active)(floor, at=at)
    them, gone = await db(lambda: [factories.customer_actor(talk.customer) for talk in (waiting, ended)])()
    await db(services.end_by_customer)(actor=gone, conversation=ended, at=at + timedelta(seconds=1))
    pace = {"first_reply_seconds": 30, "wrap_up_seconds": 60}
    await db(ProgrammeRules.objects.create)(programme=floor.programme, **pace)
    desk = await workspace(floor.agents[0])
    first, second = (await desk.until("ready"))["conversations"]
    assert (first["reply_since"], first["wrap_up_since"]) == (frames.time_of(at), None)
    assert first["reply_due_at"] == frames.time_of(at + timedelta(seconds=180))
    assert (second["reply_since"], second["wrap_up_since"]) == (None, frames.time_of(at + timedelta(seconds=1)))
    asked = await db(services.send_message)(
        actor=them, conversation=waiting, client_msg_id="message-1", text="Hello?", at=at + timedelta(seconds=2)
    )
    news = await desk.until("message", seq=asked.seq)
    assert (news["reply_since"], news["reply_due_at"]) == (first["reply_since"], first["reply_due_at"])
    await desk.close()


REFUSED = [
    ({"type": "send", "client_msg_id": "message-1", "text": "Hi"}, "live.malformed_frame"),
    ({"type": "send", "client_msg_id": "message-1", "text": "Hi", "epoch": "1"}, "live.malformed_frame"),
    ({"type": "send", "client_msg_id": "message-1", "text": "Hi", "epoch": 0}, "live.stale_epoch"),
    ({"type": "close", "epoch": 0, "code": "resolved"}, "live.stale_epoch"),
    ({"type": "close", "epoch": 1, "code": "nonsense"}, "core.invalid"),
    ({"type": "close", "epoch": 1, "code": "resolved", "note": "x" * 2001}, "core.invalid"),
    ({"type": "abuse", "epoch": 1, "note": ""}, "core.invalid"),
    ({"type": "abuse", "epoch": 1, "note": "\x00"}, "live.malformed_frame"),
    ({"type": "escalate", "epoch": 1, "reason": "knowledge", "note": "\x00 "}, "live.malformed_frame"),
    ({"type": "wrap_up", "epoch": True}, "live.malformed_frame"),
    ({"type": "presence", "status": "away"}, "core.invalid"),
    ({"type": "accept", "offer": "ofr_01jd3k5w1r8m0q2y7x9z4t6v5b"}, "core.not_found"),
    ({"type": "resume", "after_seq": -1}, "live.malformed_frame"),
    ({"type": "end"}, "live.unknown_type"),
]


async def test_refused_verbs_of_an_agent_change_nothing(floor):
    row = await db(factories.active)(floor, at=clock.now())
    agent = await workspace(floor.agents[0])
    await agent.until("resumed")
    for frame, code in REFUSED:
        await agent.say(**{"conversation": row.public_id, **frame})
        assert ((await agent.until("error"))["code"], frame) == (code, frame)
    await db(row.refresh_from_db)()
    assert (row.state, row.epoch, row.last_seq) == ("active", 1, 2)
    await agent.close()


# -- Doors -----------------------------------------------------------------------------------------


async def test_the_widget_turns_strangers_away(floor):
    customer = await db(factories.CustomerFactory)(programme=floor.programme)
    with time_machine.travel(clock.now() - timedelta(hours=25), tick=False):
        old = token_for(customer)
    for origin, token, code, closed in [
        ("http://elsewhere.example", token_for(customer), "live.origin_refused", 4403),
        (SHOP, "nonsense", "live.token_invalid", 4401),
        (SHOP, old, "live.token_expired", 4401),
    ]:
        shop = await Socket("/ws/widget/", [(b"origin", origin.encode())]).open()
        await shop.say("hello", token=token)
        assert (await shop.next())["code"] == code
        assert await shop.next() == {"type": "closed", "code": closed}


async def test_the_workspace_is_opened_from_its_own_site_only(floor):
    cookie = await db(cookie_of)(floor.agents[0])
    for origin in (b"http://elsewhere.example", b"null", b""):
        wire = Socket("/ws/workspace/", [(b"origin", origin), (b"host", b"testserver"), (b"cookie", cookie)]).wire
        assert (await wire.connect())[0] is False


async def test_the_workspace_needs_an_agent_who_may_work(floor):
    nobody = await workspace(floor.agents[0], cookie=b"sessionid=none")
    assert await nobody.next() == {"type": "closed", "code": 4401}
    fresh = await db(NewAgentFactory)()
    newcomer = await workspace(fresh)
    assert (await newcomer.next())["type"] == "error"
    assert await newcomer.next() == {"type": "closed", "code": 4403}


async def test_logging_out_closes_the_workspace_at_once(floor):
    cookie = await db(cookie_of)(floor.agents[0])
    agent = await workspace(floor.agents[0], cookie=cookie)
    await agent.until("ready")

    def log_out():
        client = Client()
        client.cookies["sessionid"] = cookie.decode().removeprefix("sessionid=")
        client.logout()

    await db(log_out)()
    assert await agent.until("closed", seconds=2) == {"type": "closed", "code": 4401}


async def test_it_does_so_even_while_the_session_is_still_in_its_store(floor):
    cookie = await db(cookie_of)(floor.agents[0])
    agent, elsewhere = await workspace(floor.agents[0], cookie=cookie), await workspace(floor.agents[0])
    for socket in (agent, elsewhere):
        await socket.until("ready")
    await db(log_out_before_flush)(cookie)
    assert await agent.until("closed", seconds=2) == {"type": "closed", "code": 4401}
    assert await elsewhere.quiet()


@pytest.mark.slow
async def test_a_suspended_agent_is_out_and_the_conversation_waits(floor):
    row = await db(factories.active)(floor, at=clock.now())
    agent = await workspace(floor.agents[0])
    await agent.until("resumed")

    def suspend():
        operator = staff_actor(StaffRole.OPERATOR)
        accounts.services.suspend_agent(actor=operator, agent=floor.agents[0], reason="Rude", at=clock.now())

    await db(suspend)()
    assert (await agent.until("closed", seconds=3))["code"] == 4403
    await db(row.refresh_from_db)()
    assert (row.state, row.epoch, row.agent_id) == ("queued", 2, None)


@pytest.mark.slow
async def test_an_agent_whose_identity_proved_false_is_out_at_once(floor):
    row = await db(factories.active)(floor, at=clock.now())
    agent = await workspace(floor.agents[0])
    await agent.until("resumed")

    def withdraw():
        certifier, check = staff_actor(StaffRole.CERTIFIER), floor.agents[0].identity_check
        accounts.services.withdraw_identity(actor=certifier, check=check, reason="A false passport", at=clock.now())

    await db(withdraw)()
    assert (await agent.until("closed", seconds=3))["code"] == 4403
    await db(row.refresh_from_db)()
    assert (row.state, row.agent_id) == ("queued", None)


@pytest.mark.slow
async def test_only_so_many_windows(floor, monkeypatch):
    monkeypatch.setattr(limits.CONNECTIONS, "most", 2)
    cookie = await db(cookie_of)(floor.agents[0])
    sockets = [await workspace(floor.agents[0], cookie=cookie) for _ in range(2)]
    for socket in sockets:
        await socket.until("ready")
    third = await workspace(floor.agents[0], cookie=cookie)
    assert (await third.next())["code"] == "live.too_many_connections"
    assert (await third.next())["code"] == 4409
    await sockets[0].close()
    again = await workspace(floor.agents[0], cookie=cookie)
    await again.until("ready")
    for socket in (sockets[1], again):
        await socket.close()


@pytest.mark.slow
async def test_too_many_frames_are_refused_but_not_lost(floor):
    customer = await db(factories.CustomerFactory)(programme=floor.programme)
    shop = await widget(customer)
    await shop.until("ready")
    for _ in range(70):
        await shop.say("ping")
    error = await shop.until("error")
    assert error["code"] == "live.too_many_frames"
    assert 0 < error["detail"]["retry_after_seconds"] <= 0.1
    await shop.close()


# -- Several windows, queue, resume ----------------------------------------------------------------


async def test_two_windows_of_an_agent_stay_in_step(floor):
    row = await db(factories.active)(floor, at=clock.now())
    first, second = await workspace(floor.agents[0]), await workspace(floor.agents[0])
    await first.until("resumed")
    await second.until("resumed")
    await first.say("send", conversation=row.public_id, client_msg_id="message-1", text="Hello", epoch=1)
    assert (await first.until("stored"))["seq"] == 3
    message = await second.until("message", seq=3)
    assert (message["mine"], message["client_msg_id"]) == (True, "message-1")
    assert await first.quiet()  # its own message does not come back
    await second.say("close", conversation=row.public_id, epoch=1, code="resolved")
    assert (await first.until("state", state="closed"))["owner"] is None
    await first.close()
    await second.close()


@pytest.mark.slow
async def test_an_accept_in_one_window_takes_the_offer_from_the_other(floor):
    first, second = await workspace(floor.agents[0]), await workspace(floor.agents[0])
    await first.until("ready")
    await second.until("ready")
    row = await db(factories.start)(floor.programme, at=clock.now())
    offer = (await first.until("offer"))["offer"]
    assert (await second.until("offer"))["offer"] == offer
    await first.say("accept", offer=offer)
    assert (await second.until("offer_gone"))["reason"] == "accepted"
    assert (await second.seen("state", conversation=row.public_id))["state"] == "active"
    await second.say("accept", offer=offer)
    assert (await second.until("error"))["code"] == "live.offer_gone"
    await second.say("why", conversation=row.public_id)
    assert (await second.until("why"))["you"]["rank"] == 1
    await first.close()
    await second.close()


@pytest.mark.slow
async def test_who_waits_sees_the_line_move():
    floor = await db(make_floor)(1, available=False)
    customers = [await db(factories.CustomerFactory)(programme=floor.programme) for _ in range(2)]
    shops = [await widget(customer) for customer in customers]
    for n, shop in enumerate(shops):
        await shop.until("ready")
        await shop.say("start", client_msg_id="start-0001", text="Hi")
        assert (await shop.until("state"))["position"] == n + 1
    await shops[0].say("end", conversation=(await shops[0].seen("stored"))["conversation"])
    assert (await shops[0].until("state"))["state"] == "abandoned"
    assert (await shops[1].until("state", position=1))["state"] == "queued"
    for shop in shops:
        await shop.close()


async def test_a_reloaded_page_gets_everything_and_a_resuming_one_the_rest(floor):
    row = await db(factories.active)(floor, at=clock.now())
    customer = await db(lambda: Conversation.objects.select_related("customer").get(pk=row.pk).customer)()
    reloaded = await widget(customer)
    assert (await reloaded.until("resumed"))["last_seq"] == 2
    assert [f["seq"] for f in reloaded.heard if f["type"] == "message"] == [1, 2]
    resuming = await widget(customer, resume=[{"conversation": row.public_id, "after_seq": 1}])
    await resuming.until("resumed")
    assert [f["seq"] for f in resuming.heard if f["type"] == "message"] == [2]
    await resuming.say("resume", conversation=row.public_id, after_seq=0)
    await resuming.until("resumed")
    assert [f["seq"] for f in resuming.heard if f["type"] == "message"] == [2, 1, 2]
    await reloaded.close()
    await resuming.close()
