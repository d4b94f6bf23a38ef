"""Frame x wrong actor: a coded error, an open socket, no row of any table changed. And who opens a socket at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from accounts.tests.factories import OrganisationFactory
from core import clock
from core.realtime import topic_token
from live.consumers import WidgetSocket, WorkspaceSocket
from live.models import AgentPresence, Conversation, Offer
from live.tests import factories
from live.tests.sockets import Socket, cookie_of, db, widget, workspace
from marketplace.tests.matrix.roles import Roles
from marketplace.tests.matrix.sockets import ABOUT_ONESELF, WIDGET, WORKSPACE
from marketplace.tests.matrix.unchanged import Watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BEATS = {"live_agentpresence", "live_customer", "live_conversation"}
"""Being there is noted by the minute; a conversation's own columns are compared one by one."""


@dataclass
class Floors:
    """A conversation and an offer of one client's agent, a colleague beside them, and the same at another client."""

    conversation: Conversation
    offer: Offer
    mine: factories.Floor
    elsewhere: factories.Floor

    @classmethod
    def make(cls) -> Floors:
        at = clock.now()
        here, elsewhere = (factories.floor(2, at=at, starts_at=clock.floor_to_block(at)) for _ in range(2))
        AgentPresence.objects.filter(agent=here.agents[1]).update(status="away")
        conversation = factories.active(here, at=at)
        other = factories.start(here.programme, at=at)
        factories.services.assign_waiting(programme_id=here.programme.pk, at=at)
        offer = Offer.objects.get(conversation=other, state="open")
        return cls(conversation, offer, here, elsewhere)

    def state(self) -> dict[str, Any]:
        """All contents, and of conversations what frames could change."""
        contents = Watch().contents
        kept: dict[str, Any] = {name: content for name, content in contents.items() if name not in BEATS}
        columns = ("pk", "state", "epoch", "last_seq", "agent_id", "customer_read_seq", "agent_read_seq")
        kept["conversations"] = list(Conversation.objects.order_by("pk").values_list(*columns))
        return kept


@pytest_asyncio.fixture
async def floors() -> Floors:
    return await db(Floors.make)()


def test_every_frame_is_in_a_table() -> None:
    for name, consumer, table in (("workspace", WorkspaceSocket, WORKSPACE), ("widget", WidgetSocket, WIDGET)):
        missing = consumer.handlers.keys() - table.keys() - ABOUT_ONESELF[name]
        assert not missing, f"Say in marketplace/tests/matrix/sockets.py what {missing} of the {name} must be refused."


@pytest.mark.parametrize("who", ["colleague", "agent of another client"])
async def test_another_agents_conversation_is_not_there(floors: Floors, who: str) -> None:
    agent = floors.mine.agents[1] if who == "colleague" else floors.elsewhere.agents[0]
    socket = await workspace(agent)
    await socket.until("ready")
    await _refuses_all(socket, floors, WORKSPACE)


@pytest.mark.parametrize("who", ["customer of the same shop", "customer of another client"])
async def test_another_customers_conversation_is_not_there(floors: Floors, who: str) -> None:
    floor = floors.mine if who == "customer of the same shop" else floors.elsewhere
    customer = await db(factories.CustomerFactory)(programme=floor.programme)
    resume = [{"conversation": floors.conversation.public_id, "after_seq": 0}]
    socket = await widget(customer, resume=resume)
    ready = await socket.until("ready")
    assert ready["conversation"] is None
    await _refuses_all(socket, floors, WIDGET)


async def _refuses_all(socket: Socket, floors: Floors, table: dict[str, Any]) -> None:
    before = await db(floors.state)()
    for name, foreign in table.items():
        await socket.say(name, **foreign.fields(floors), ref=name)
        error = await socket.until("error")
        assert (error["code"], error["ref"]) == (foreign.code, name)
    assert await db(floors.state)() == before
    secrets = (floors.conversation.public_id, floors.offer.public_id)
    assert not [frame for frame in socket.heard if any(secret in str(frame) for secret in secrets)]
    await socket.close()


async def test_only_agents_who_may_work_open_the_workspace() -> None:
    roles = await db(lambda: Roles(OrganisationFactory(), OrganisationFactory()))()
    before = await db(lambda: Watch().contents)()
    for name, user in roles.users.items():
        cookie = await db(lambda agent: cookie_of(agent))(_Person(user))
        socket = await workspace(roles.agents["agent"], cookie=cookie)
        heard = await socket.next()
        if name in ("agent", "other_agent", "lead"):
            assert (heard["type"], name) == ("ready", name)
        else:
            assert (heard["type"], name) == ("error", name)
            assert (await socket.next(), name) == ({"type": "closed", "code": 4403}, name)
        await socket.close()
    nobody = await workspace(roles.agents["agent"], cookie=b"sessionid=none")
    assert await nobody.next() == {"type": "closed", "code": 4401}
    after = await db(lambda: Watch().contents)()
    assert {table for table in after if after[table] != before[table]} <= {"live_agentpresence", "accounts_user"}


@dataclass
class _Person:
    """What `cookie_of` needs of an agent, for people who are none."""

    user: Any


async def test_page_updates_open_only_what_a_view_signed_for_this_person(floors: Floors) -> None:
    mine, other = floors.mine.agents[0], floors.mine.agents[1]
    cookie = await db(cookie_of)(other)
    token = topic_token(f"earnings.{mine.public_id}", user_id=mine.user_id)
    own_page = [(b"origin", b"http://testserver"), (b"host", b"testserver")]
    for headers in ([*own_page, (b"cookie", cookie)], own_page):
        page = await Socket("/ws/pages/", headers).open()
        for frame, code in [
            ({"type": "listen", "token": token}, "page.token"),
            ({"type": "listen", "token": f"earnings.{mine.public_id}"}, "page.token"),
            ({"type": "listen", "token": ["x"]}, "page.token"),
            ({"type": "listen"}, "page.token"),
            ({"type": "nudge", "topic": "gallery"}, "page.unknown_type"),
        ]:
            await page.say(**frame)
            assert (await page.next())["code"] == code
        for text in ("[" * 4000, "{", "7", '{"type": 1}', "x" * 5000):
            await page.say_raw(text)
            assert (await page.next())["code"] == "page.malformed"
        await page.close()
