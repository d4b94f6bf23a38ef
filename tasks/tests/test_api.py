"""The tasks API: the worked examples, filters, keys, refusals; and the same rows and events as the pages."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client as Browser

from accounts.actors import PLATFORM
from accounts.services import create_api_key
from accounts.states import ClientRole, Scope
from accounts.tests.factories import AgentFactory, client_user, fresh_actor
from tasks.api import examples
from tasks.models import RateCard, Task
from tasks.selectors import tasks_for
from tasks.states import TaskState
from tasks.tests.factories import NEXT_WEEK, NOON, ClaimFactory, OpenTaskFactory
from tasks.tests.scenes import client_with, draft, hours, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def shop():
    return client_with(funds=10_000_000)


def key_of(client, *scopes: Scope) -> Browser:
    """A caller with an API key of the client's."""
    owner = fresh_actor(client_user(client.organisation, ClientRole.OWNER))
    _key, secret = create_api_key(
        actor=owner, at=NOON, organisation=client.organisation, name="Shop", scopes=list(scopes) or list(Scope)
    )
    return Browser(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def api(shop):
    return key_of(shop)


def post(api: Browser, path: str, body=None, **headers):
    return api.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


@pytest.mark.slow
def test_the_worked_examples_post_change_publish_and_cancel_a_task(shop, api):
    programme = shop.programme.public_id
    made = post(api, "rate-cards/", {**examples.RATE_CARD.value, "programme": programme})
    assert (made.status_code, made.json()["version"]) == (201, 2)
    made = post(api, "tasks/", {**examples.NEW_TASK.value, "programme": programme})
    assert made.status_code == 201, made.json()
    task = made.json()
    assert (task["state"], [b["seats"] for b in task["blocks"]]) == ("draft", [20, 24])
    path = f"tasks/{task['id']}/"
    price = api.get(f"/api/v1/{path}price/").json()
    assert price["total_minor"] == 20 * (2735 + 547) + 24 * (2935 + 587)
    changed = api.patch(f"/api/v1/{path}", examples.CHANGES.value, content_type="application/json")
    assert (changed.json()["title"], len(changed.json()["blocks"])) == ("11.11 late peak", 1)
    budget = 12 * (2735 + 547)
    refused = post(api, f"{path}publish/", {"expected_budget_minor": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "tasks.price_changed")
    done = post(api, f"{path}publish/", {"expected_budget_minor": budget})
    assert (done.json()["state"], done.json()["budget_minor"]) == ("staffing", budget)
    done = post(api, f"{path}cancel/", examples.CANCEL.value)
    assert (done.json()["state"], shop.funds) == ("cancelled", 10_000_000)


def test_mistakes_are_named_at_their_place_as_problem_json(shop, api):
    body = {"programme": shop.programme.public_id, "title": "ab", "blocks": [{"starts_at": "x", "seats": 0}]}
    answer = post(api, "tasks/", body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert set(answer.json()["errors"]) == {"title", "blocks"}
    body = {
        "programme": shop.programme.public_id,
        "title": "Night",
        "language": "xx",
        "requirement": {"any": [{"all": [{"subject": "tier", "op": "gte", "value": "wood"}]}]},
    }
    answer = post(api, "tasks/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "core.invalid")
    assert set(answer.json()["errors"]) == {"language", "requirement.any.0.all.0.value"}
    for wrong in ("[]", "{", '"x"', "\xff", '{"programme": {"a": 1}}'):
        answer = api.post("/api/v1/tasks/", wrong, content_type="application/json")
        assert answer.status_code in (400, 422), wrong
    assert Task.objects.count() == 0


def test_idempotency_key(shop, api):
    body = {"programme": shop.programme.public_id, "title": "Night peak"}
    first = post(api, "tasks/", body, **{"Idempotency-Key": "k1"})
    again = post(api, "tasks/", body, **{"Idempotency-Key": "k1"})
    assert first.json() == again.json()
    other = post(api, "tasks/", {**body, "title": "Other"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "core.idempotency_key_used")
    bad = post(api, "tasks/", body, **{"Idempotency-Key": "k" * 101})
    assert (bad.status_code, list(bad.json()["errors"])) == (422, ["idempotency_key"])
    assert Task.objects.count() == 1


def test_a_key_used_for_one_command_is_refused_for_every_other(shop, api):
    key = {"Idempotency-Key": "k1"}
    task = post(api, "tasks/", {"programme": shop.programme.public_id, "title": "Night peak"}, **key).json()
    open_task, other = published(shop), draft(shop)
    for path, body in [
        (f"tasks/{other.public_id}/publish/", {}),
        (f"tasks/{open_task.public_id}/cancel/", {}),
        (f"tasks/{task['id']}/cancel/", {}),
    ]:
        refused = post(api, path, body, **key)
        assert (refused.status_code, refused.json()["code"]) == (409, "core.idempotency_key_used"), path
    assert sorted(Task.objects.values_list("state", flat=True)) == ["draft", "draft", "staffing"]
    once = {"Idempotency-Key": "k2"}
    first = post(api, f"tasks/{open_task.public_id}/cancel/", {"reason": "Moved"}, **once)
    again = post(api, f"tasks/{open_task.public_id}/cancel/", {"reason": "Moved"}, **once)
    assert (first.status_code, again.json()) == (200, first.json())
    other_reason = post(api, f"tasks/{open_task.public_id}/cancel/", {"reason": "Rain"}, **once)
    assert (other_reason.status_code, other_reason.json()["code"]) == (409, "core.idempotency_key_used")


def test_a_programme_of_another_client_is_not_there(shop, api):
    foreign = client_with()
    for path, body in [
        ("tasks/", {"title": "Night peak"}),
        ("rate-cards/", examples.RATE_CARD.value),
    ]:
        refused = post(api, path, {**body, "programme": foreign.programme.public_id})
        assert (refused.status_code, refused.json()["code"]) == (404, "core.not_found")
    assert (Task.objects.count(), RateCard.objects.count()) == (0, 2)


def test_filters_and_cursor(shop, api, django_assert_num_queries, django_assert_max_num_queries):
    first, second = draft(shop, language="zh-hans"), published(shop)
    api.get("/api/v1/tasks/")
    with django_assert_max_num_queries(12) as at_two:
        listed = api.get("/api/v1/tasks/").json()
    cost = len(at_two)
    assert [t["id"] for t in listed["results"]] == [second.public_id, first.public_id]
    for query, found in [
        ("state=draft", [first]),
        ("state=draft&state=staffing", [second, first]),
        ("language=zh-hans", [first]),
        (f"programme={shop.programme.public_id}", [second, first]),
        ("q=evening", [second, first]),
        ("q=nothing", []),
        ("starts_after=2026-11-18T00:00:00Z", []),
    ]:
        answer = api.get(f"/api/v1/tasks/?{query}").json()
        assert [t["id"] for t in answer["results"]] == [t.public_id for t in found], query
    assert api.get("/api/v1/tasks/?state=nope").status_code == 422
    other = client_with().programme.public_id
    assert api.get(f"/api/v1/tasks/?programme={other}").status_code == 422
    page = api.get("/api/v1/tasks/?page_size=1").json()
    assert [t["id"] for t in page["results"]] == [second.public_id]
    assert [t["id"] for t in api.get(page["next"]).json()["results"]] == [first.public_id]
    draft(shop)
    with django_assert_num_queries(cost):
        api.get("/api/v1/tasks/")


def test_scopes_strangers_and_nobody(shop):
    task = draft(shop)
    path = f"tasks/{task.public_id}/"
    reader, stranger = key_of(shop, Scope.TASKS_READ), key_of(client_with())
    money = key_of(shop, Scope.MONEY_READ)
    assert reader.get(f"/api/v1/{path}").status_code == 200
    assert post(reader, f"{path}publish/").status_code == 403
    assert post(reader, "tasks/", {"programme": shop.programme.public_id, "title": "Night"}).status_code == 403
    assert money.get(f"/api/v1/{path}").status_code == 403
    assert stranger.get(f"/api/v1/{path}").status_code == 404
    for verb in ("publish", "cancel"):
        assert post(stranger, f"{path}{verb}/").status_code == 404
    assert Browser().get(f"/api/v1/{path}").status_code in (401, 403)
    task.refresh_from_db()
    assert task.state == TaskState.DRAFT


def test_claims_on_a_task_and_rate_cards_are_read(shop, api):
    task = published(shop)
    claim = ClaimFactory(block=task.blocks.get())
    rows = api.get(f"/api/v1/tasks/{task.public_id}/claims/").json()["results"]
    assert [(r["id"], r["agent_name"], r["state"]) for r in rows] == [
        (claim.public_id, claim.agent.nickname, "committed")
    ]
    cards = api.get("/api/v1/rate-cards/").json()["results"]
    assert [c["id"] for c in cards] == [shop.card.public_id]
    one = api.get(f"/api/v1/rate-cards/{shop.card.public_id}/").json()
    assert one["unit_price_minor"]["gold"] == 240
    assert key_of(client_with()).get(f"/api/v1/rate-cards/{shop.card.public_id}/").status_code == 404


# -- Agents --------------------------------------------------------------------------------------


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def me(agent):
    browser = Browser()
    browser.force_login(agent.user)
    return browser


def test_an_agent_finds_claims_works_and_gives_back_by_api(agent, me):
    task = OpenTaskFactory(blocks=hours(1))
    work = me.get("/api/v1/work/?eligible_only=true").json()["results"]
    assert [(w["id"], w["eligible"], len(w["blocks"])) for w in work] == [(task.public_id, True, 2)]
    one = me.get(f"/api/v1/work/{task.public_id}/").json()
    block = one["blocks"][0]["id"]
    made = post(me, f"blocks/{block}/claim/", **{"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["state"]) == (201, "committed")
    assert post(me, f"blocks/{block}/claim/", **{"Idempotency-Key": "k"}).json() == made.json()
    refused = post(me, f"blocks/{block}/claim/")
    assert (refused.status_code, refused.json()["code"]) == (409, "tasks.overlap")
    claim = made.json()["id"]
    assert [c["id"] for c in me.get("/api/v1/claims/").json()["results"]] == [claim]
    early = post(me, f"claims/{claim}/check-in/")
    assert (early.status_code, early.json()["code"]) == (409, "tasks.check_in_too_early")
    with time_machine.travel(NEXT_WEEK, tick=False):
        me.force_login(agent.user)
        assert post(me, f"claims/{claim}/check-in/").json()["checked_in_at"] == "2026-11-17T12:00:00Z"
        assert post(me, f"claims/{claim}/check-out/").json()["checked_out_at"] == "2026-11-17T12:00:00Z"
    assert me.get("/api/v1/work/?day=x").status_code == 422


def test_open_work_comes_in_pages(me):
    tasks = [OpenTaskFactory(blocks=hours(1)).public_id for _ in range(3)]
    first = me.get("/api/v1/work/?page_size=2").json()
    assert (len(first["results"]), first["previous"]) == (2, None)
    last = me.get(first["next"]).json()
    assert (last["next"], len(last["results"])) == (None, 1)
    assert sorted(w["id"] for page in (first, last) for w in page["results"]) == sorted(tasks)
    for wrong in ("page=3&page_size=2", "page=0", "page=x", "page=%00", "page_size=201", "page_size=0"):
        refused = me.get(f"/api/v1/work/?{wrong}")
        assert (refused.status_code, refused.json()["code"]) == (422, "core.invalid"), wrong


def test_a_refusal_for_eligibility_carries_its_explanation(agent, me):
    asks = {"any": [{"all": [{"subject": "tier", "op": "gte", "value": "gold"}]}]}
    block = OpenTaskFactory(requirement=asks).blocks.get()
    refused = post(me, f"blocks/{block.public_id}/claim/")
    assert (refused.status_code, refused.json()["code"]) == (403, "tasks.not_eligible")
    assert refused.json()["detail"]["groups"][0][0] == {
        "subject": "tier", "op": "gte", "value": "gold", "met": False, "agent_value": None,
        "fix": {"kind": "exam", "ref": "", "title": ""},
    }  # fmt: skip


def test_others_claims_are_not_there(me):
    claim = ClaimFactory()
    for verb in ("release", "check-in", "check-out"):
        assert post(me, f"claims/{claim.public_id}/{verb}/").status_code == 404
    assert me.get("/api/v1/claims/").json()["results"] == []
    nobody = Browser()
    nobody.force_login(client_user(client_with().organisation))
    assert nobody.get("/api/v1/work/").status_code == 403
    assert nobody.get("/api/v1/claims/").status_code == 403


def test_the_platform_sees_every_task():
    draft(client_with())
    assert tasks_for(PLATFORM).count() == 1
