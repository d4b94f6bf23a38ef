"""Both sockets over the real routing, database and channel layer."""

import pytest
import pytest_asyncio

from core import clock
from live.tests import factories
from live.tests.sockets import db, widget, workspace

pytestmark = pytest.mark.django_db(transaction=True)


def make_floor(agents: int = 1, **options):
    """A floor whose block runs at this moment, on the real clock."""
    at = clock.now()
    return factories.floor(agents, at=at, starts_at=clock.floor_to_block(at), **options)


@pytest_asyncio.fixture
async def floor():
    return await db(make_floor)()


async def test_a_conversation_from_hello_to_close(floor):
    customer = await db(factories.CustomerFactory)(programme=floor.programme)
    agent, shop = await workspace(floor.agents[0]), await widget(customer)
    assert (await agent.until("ready"))["presence"]["status"] == "available"
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
