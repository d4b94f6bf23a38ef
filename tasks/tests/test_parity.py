"""Every verb that a page and the API both offer: the same rows and events, and the same refusal."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import AgentProfile
from accounts.services import create_api_key
from accounts.states import ClientRole, Scope
from accounts.tests.factories import AgentFactory, client_user, fresh_actor
from tasks import services
from tasks.models import Block, Claim, RateCard, Task
from tasks.tests.factories import NEXT_WEEK, NOON, ClaimFactory, checked_in_claim, served_claim
from tasks.tests.scenes import Client, client_with, draft, published

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SOON = NOON + timedelta(hours=1)
TIERS = ("certification", "bronze", "silver", "gold", "platinum")
GOLD = {"any": [{"all": [{"subject": "tier", "op": "gte", "value": "gold"}]}]}


@dataclass
class Scene:
    """A client and an agent, each at a browser, and the client's program with a key."""

    shop: Client = field(default_factory=lambda: client_with(funds=10_000_000))
    agent: AgentProfile = field(default_factory=AgentFactory)

    def browser(self, user: Any) -> Browser:
        browser = Browser()
        browser.force_login(user)
        return browser

    def post(self, by: str, page: str, path: str, form: Any, body: Any, *, agent: bool = False, method: str = "post"):
        """Send the verb at one of the two doors: a form to the page, JSON to the API."""
        if by == "page":
            user = self.agent.user if agent else client_user(self.shop.organisation, ClientRole.MANAGER)
            return self.browser(user).post(page, form)
        api = self.browser(self.agent.user) if agent else self.key()
        return getattr(api, method)(f"/api/v1/{path}", body, content_type="application/json")

    def key(self) -> Browser:
        owner = fresh_actor(client_user(self.shop.organisation, ClientRole.OWNER))
        _key, secret = create_api_key(
            actor=owner, at=NOON, organisation=self.shop.organisation, name="Shop", scopes=list(Scope)
        )
        return Browser(headers={"Authorization": f"Bearer {secret}"})


# -- The verbs, at either door -------------------------------------------------------------------


def create(scene: Scene, programme: Any, by: str, **more: Any):
    body = {"programme": programme.public_id, "title": "Night peak", **more}
    return scene.post(by, reverse("client:task_new"), "tasks/", body, body)


def change(scene: Scene, task: Task, by: str, **more: Any):
    body = {"title": "Late peak", "brief": "Be kind.", "language": "en", "expected_units_per_seat": 3, **more}
    page = reverse("client:task_edit", args=[task.public_id, "what"])
    return scene.post(by, page, f"tasks/{task.public_id}/", body, body, method="patch")


def publish(scene: Scene, task: Task, by: str, **more: Any):
    page, path = reverse("client:task_publish", args=[task.public_id]), f"tasks/{task.public_id}/publish/"
    body = {"expected_budget_minor": _price(task), **more}
    return scene.post(by, page, path, {**body, "idempotency_key": "once"}, body)


def cancel(scene: Scene, task: Task, by: str, **more: Any):
    page, path = reverse("client:task_cancel", args=[task.public_id]), f"tasks/{task.public_id}/cancel/"
    body = {"reason": "Moved", "expected_pay_minor": 0, **more}
    return scene.post(by, page, path, body, body)


def new_rate_card(scene: Scene, programme: Any, by: str):
    form = {"floor_rate": "31", **{f"price_{tier}": "2.50" for tier in TIERS}}
    body = {"programme": programme.public_id, "floor_rate_minor": 3100, "unit_price_minor": dict.fromkeys(TIERS, 250)}
    return scene.post(by, reverse("client:rate_card_new", args=[programme.public_id]), "rate-cards/", form, body)


def claim(scene: Scene, block: Block, by: str):
    page, path = reverse("agent:claim", args=[block.public_id]), f"blocks/{block.public_id}/claim/"
    return scene.post(by, page, path, {}, {}, agent=True)


def _of_claim(page: str, path: str) -> Callable[[Scene, Claim, str], Any]:
    def act(scene: Scene, held: Claim, by: str):
        url, api = reverse(page, args=[held.public_id]), f"claims/{held.public_id}/{path}/"
        return scene.post(by, url, api, {}, {}, agent=True)

    return act


release = _of_claim("agent:release", "release")
check_in = _of_claim("agent:check_in", "check-in")
check_out = _of_claim("agent:check_out", "check-out")


def _price(task: Task) -> int:
    from tasks.selectors import preview_price

    return preview_price(task).quote.total_minor


# -- What they are done to -----------------------------------------------------------------------


def programme(scene: Scene):
    return scene.shop.programme


def a_draft(scene: Scene) -> Task:
    return draft(scene.shop)


def open_task(scene: Scene) -> Task:
    return published(scene.shop, starts=[NEXT_WEEK, NEXT_WEEK + timedelta(hours=1)])


def a_block(scene: Scene, **terms: Any) -> Block:
    return published(scene.shop, **terms).blocks.get()


def held(scene: Scene, start: datetime = SOON) -> Claim:
    return ClaimFactory(agent=scene.agent, block=a_block(scene, starts=[start]))


def at_work(scene: Scene) -> Claim:
    return checked_in_claim(agent=scene.agent, block=a_block(scene, starts=[SOON]))


def served(scene: Scene) -> Claim:
    return served_claim(agent=scene.agent, block=a_block(scene, starts=[SOON]))


def penniless(scene: Scene) -> Task:
    scene.shop = client_with(funds=1)
    return draft(scene.shop)


def over(scene: Scene) -> Task:
    task = published(scene.shop, starts=[SOON])
    services.advance_due(at=SOON + timedelta(minutes=5))
    services.advance_due(at=SOON + timedelta(hours=1))
    return task


def full(scene: Scene) -> Block:
    block = a_block(scene, seats=1)
    ClaimFactory(block=block)
    return block


def clashing(scene: Scene) -> Block:
    held(scene, NEXT_WEEK)
    return a_block(scene)


def given_back(scene: Scene) -> Claim:
    mine = held(scene, NEXT_WEEK)
    return services.release_claim(actor=fresh_actor(scene.agent.user), at=NOON, claim=mine)


DONE = [
    (create, programme, NOON),
    (change, a_draft, NOON),
    (publish, a_draft, NOON),
    (cancel, open_task, NOON),
    (new_rate_card, programme, NOON),
    (claim, a_block, NOON),
    (release, held, NOON),
    (check_in, held, SOON),
    (check_out, at_work, SOON + timedelta(minutes=20)),
]
REFUSED = [
    (lambda *a: create(*a, title="x"), programme, NOON, "core.invalid"),
    (lambda *a: change(*a, expected_units_per_seat=501), a_draft, NOON, "core.invalid"),
    (lambda *a: publish(*a, expected_budget_minor=1), a_draft, NOON, "tasks.price_changed"),
    (lambda *a: publish(*a, expected_budget_minor="much"), a_draft, NOON, "core.invalid"),
    (publish, penniless, NOON, "ledger.insufficient_funds"),
    (publish, open_task, NOON, "tasks.not_draft"),
    (lambda *a: cancel(*a, expected_pay_minor=1), open_task, NOON, "tasks.cancel_cost_changed"),
    (cancel, over, SOON + timedelta(hours=2), "tasks.not_cancellable"),
    (claim, full, NOON, "tasks.block_full"),
    (claim, clashing, NOON, "tasks.overlap"),
    (claim, a_block, NEXT_WEEK, "tasks.block_started"),
    (claim, lambda scene: a_block(scene, requirement=GOLD), NOON, "tasks.not_eligible"),
    (claim, lambda scene: a_block(scene, claims_open_at=SOON), NOON, "tasks.not_open"),
    (release, given_back, NOON, "tasks.not_committed"),
    (release, held, SOON, "tasks.release_too_late"),
    (check_in, held, NOON, "tasks.check_in_too_early"),
    (check_in, held, SOON + timedelta(minutes=30), "tasks.check_in_too_late"),
    (check_in, given_back, NEXT_WEEK, "tasks.not_committed"),
    (check_out, held, SOON, "tasks.not_checked_in"),
    (check_out, at_work, NOON, "tasks.block_not_started"),
    (check_out, served, SOON + timedelta(minutes=40), "tasks.already_checked_out"),
]


def rows() -> dict[str, list[Any]]:
    """What the verbs write, ids and moments of writing left out."""
    return {
        "tasks": list(
            Task.objects.order_by("pk").values_list(
                "state", "budget_minor", "title", "brief", "cancel_reason", "expected_units_per_seat"
            )
        ),
        "blocks": list(Block.objects.order_by("pk").values_list("seats", "seats_taken", "cancelled_at")),
        "claims": list(
            Claim.objects.order_by("pk").values_list(
                "state", "tier", "checked_in_at", "checked_out_at", "released_at", "minutes_served"
            )
        ),
        "cards": list(RateCard.objects.order_by("pk").values_list("version", "floor_rate_minor", "unit_price_minor")),
    }


@pytest.fixture
def events(monkeypatch) -> list[str]:
    """Names of the events published, in order."""
    seen: list[str] = []
    for module in ("publishing", "claims", "attendance", "rates"):
        real = getattr(services, module).publish

        def publish_and_note(event: Any, real: Any = real) -> None:
            seen.append(type(event).__name__)
            real(event)

        monkeypatch.setattr(f"tasks.services.{module}.publish", publish_and_note)
    return seen


def at_both_doors(act: Any, make: Any, at: datetime, events: list[str]):
    """`(answer, rows before, rows after, events)` of the verb at the page and at the API, each in the same world."""
    for by in ("page", "api"):
        with transaction.atomic(), time_machine.travel(NOON, tick=False) as clock:
            scene = Scene()
            target = make(scene)
            before = rows()
            events.clear()
            clock.move_to(at, tick=False)
            yield act(scene, target, by), before, rows(), list(events)
            transaction.set_rollback(True)


@pytest.mark.parametrize(("act", "make", "at"), DONE)
def test_page_and_api_leave_the_same_rows_and_events(act, make, at, events):
    (page, before, by_page, page_events), (api, _before, by_api, api_events) = at_both_doors(act, make, at, events)
    assert (page.status_code, api.status_code // 100) == (302, 2), api.content
    assert before != by_page == by_api
    assert page_events == api_events
    assert bool(page_events) == (act not in (create, change))  # a draft is nobody else's business yet


@pytest.mark.parametrize(("act", "make", "at", "code"), REFUSED)
def test_page_and_api_refuse_with_the_same_reason_and_change_nothing(act, make, at, code, events):
    (page, before, by_page, page_events), (api, _before, by_api, api_events) = at_both_doors(act, make, at, events)
    problem = api.json()
    assert problem["code"] == code
    assert before == by_page == by_api
    assert page_events == api_events  # what was announced was taken back with the rest
    if code == "core.invalid":
        assert page.status_code == 422 or says(page)
    else:
        assert problem["title"] in says(page)


def says(page: Any) -> str:
    """What the page tells: its text, or the messages that wait for the next one."""
    waiting = [str(message) for message in get_messages(page.wsgi_request) if message.level_tag == "error"]
    return " ".join([*waiting, html.unescape(page.content.decode())])
