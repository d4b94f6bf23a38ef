"""The API's door: what a body may be, addresses that lead nowhere, damaged pages, and how fast one may ask."""

from __future__ import annotations

import logging

import pytest
import time_machine
from django.conf import settings as project
from django.test import Client

from accounts.services import create_api_key
from accounts.states import ClientRole, Scope
from accounts.tests.factories import client_user, fresh_actor
from core import limits
from core.limits import Rate, seconds_to_wait
from tasks.models import Task
from tasks.tests.factories import NOON
from tasks.tests.scenes import client_with

pytestmark = pytest.mark.django_db
TASKS = "/api/v1/tasks/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def shop():
    return client_with()


def key_of(shop) -> Client:
    owner = fresh_actor(client_user(shop.organisation, ClientRole.OWNER))
    _key, secret = create_api_key(actor=owner, at=NOON, organisation=shop.organisation, name="Shop", scopes=list(Scope))
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def api(shop) -> Client:
    return key_of(shop)


def told(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


# -- Bodies --------------------------------------------------------------------------------------

UNREADABLE = {
    "nothing said of its type": b"",
    "half a document": b'{"title": ',
    "not UTF-8": b'{"title": "\xff"}',
    "not a number of JSON": b'{"title": NaN}',
    "a number too long to read": b'{"expected_units_per_seat": ' + b"9" * 5000 + b"}",
    "a NUL character": b'{"title": "a\\u0000b"}',
    "a NUL character in a name": b'{"a\\u0000": 1}',
    "half a surrogate pair": b'{"title": "a\\ud800"}',
    "nested a little too deep": b'{"requirement": ' + b"[" * 20 + b"]" * 20 + b"}",
    "nested a hundred thousand deep": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_that_cannot_be_read_is_a_coded_400(api, body):
    answer = api.generic("POST", TASKS, body, content_type="application/json")
    assert told(answer) == ((400, "core.parse_error") if body else (422, "core.invalid"))
    assert Task.objects.count() == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_is_a_coded_415(api, kind):
    assert told(api.generic("POST", TASKS, b"title=Night", content_type=kind)) == (415, "core.unsupported_media_type")


def test_a_body_over_the_limit_is_a_coded_413(api):
    body = b'{"title": "' + b"a" * project.API_MAX_BODY_BYTES + b'"}'
    assert told(api.generic("POST", TASKS, body, content_type="application/json")) == (413, "core.body_too_large")


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", '[{"title": "Night"}]'])
def test_a_body_that_is_no_object_is_a_coded_422(api, body):
    assert told(api.generic("POST", TASKS, body, content_type="application/json")) == (422, "core.invalid")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z"])
def test_a_moment_that_cannot_be_moved_to_another_zone_is_a_coded_422(shop, api, moment):
    asked = api.get(TASKS, {"starts_after": moment})
    assert told(asked) == (422, "core.invalid")
    assert asked.json()["errors"] == {"starts_after": ["Choose a day between 2000 and 2099."]}
    body = {"programme": shop.programme.public_id, "title": "Night peak", "claims_open_at": moment}
    sent = api.post(TASKS, body, content_type="application/json")
    assert told(sent) == (422, "core.invalid")
    assert "claims_open_at" in sent.json()["errors"]


@pytest.mark.parametrize("version", ["1\r\nSet-Cookie: a=b", "1\n2", "\0"])
def test_a_version_that_no_header_can_carry_is_a_coded_400(version):
    assert told(Client().get("/api/schema/", {"version": version})) == (400, "core.bad_request")


@pytest.mark.parametrize("key", ["", "k" * 101, "é", "a\tb"])
def test_a_key_for_doing_once_that_cannot_be_taken_is_a_coded_422(shop, api, key):
    body = {"programme": shop.programme.public_id, "title": "Night peak"}
    answer = api.post(TASKS, body, content_type="application/json", headers={"Idempotency-Key": key})
    assert told(answer) == (422, "core.idempotency_key_invalid")
    assert Task.objects.count() == 0


# -- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/api/v1/tasks", "/api/v1/nothing/", "/api/v1/programmes/x/", "/api/", "/api/v2/tasks/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_address_that_is_none_is_a_coded_404_by_every_method(api, path, method):
    assert told(getattr(api, method)(path)) == (404, "core.not_found")


def test_another_form_than_json_is_a_coded_406(api):
    assert told(api.get(TASKS, headers={"Accept": "text/html"})) == (406, "core.not_acceptable")


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x", "cursor=cD1hYmM%3D", "cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk%3D",
        "page_size=0", "page_size=201", "page_size=x", "page_size=-1", "page_size=%C2%B2", "q=%00", "q=" + "a" * 121,
        "state=none", "programme=prg_x", "language=xx", "starts_after=yesterday", "starts_after=10000-01-01",
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_a_coded_422(api, query):
    assert told(api.get(f"{TASKS}?{query}")) == (422, "core.invalid")


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "since=2026-11-02&until=2026-11-01"])
def test_a_day_nobody_can_count_from_is_a_coded_422(api, query):
    assert told(api.get(f"/api/v1/spending/?{query}")) == (422, "core.invalid")


def test_what_django_itself_refuses_is_told_in_the_api_s_form(api):
    assert told(api.get(TASKS, headers={"Host": "elsewhere.example"})) == (400, "core.bad_request")


# -- How fast ------------------------------------------------------------------------------------


@pytest.fixture
def rates(settings):
    settings.API_RATES = {
        **settings.API_RATES,
        "key": (2, 60),
        "person": (2, 60),
        "address": (2, 60),
        "widget-session": (2, 60),
    }


def test_a_key_and_a_person_each_have_a_rate_of_their_own(shop, api, rates):
    person, other = Client(), key_of(shop)
    person.force_login(client_user(shop.organisation, ClientRole.MANAGER))
    with time_machine.travel(NOON.replace(second=48), tick=False):
        for asker in (api, person):
            assert [asker.get("/api/v1/me/").status_code for _ in range(2)] == [200, 200]
            refused = asker.get("/api/v1/me/")
            assert told(refused) == (429, "core.throttled")
            assert refused["Retry-After"] == "12"
        assert other.get("/api/v1/me/").status_code == 200
    with time_machine.travel(NOON.replace(minute=1), tick=False):
        assert api.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer tl_guess_guess"}, {}], ids=["bad key", "no key"])
def test_whoever_is_not_known_has_the_rate_of_their_address(api, rates, headers):
    seen = [Client(headers=headers).get(TASKS) for _ in range(3)]
    assert [told(answer) for answer in seen[1:]] == [
        (401, "core.bad_api_key" if headers else "core.not_authenticated"),
        (429, "core.throttled"),
    ]
    assert seen[2]["Retry-After"] == "60"
    assert api.get(TASKS).status_code == 200


def test_a_refused_request_changes_nothing(shop, api, rates):
    body = {"programme": shop.programme.public_id, "title": "Night peak"}
    seen = [api.post(TASKS, body, content_type="application/json").status_code for _ in range(3)]
    assert seen == [201, 201, 429]
    assert Task.objects.count() == 2


def session(**headers):
    return (
        Client()
        .post("/widget/session/", {"site_key": "x"}, content_type="application/json", headers=headers)
        .status_code
    )


def test_a_forged_forwarded_for_does_not_give_a_new_allowance(rates, settings):
    settings.TRUSTED_PROXIES = 0
    assert [session(**{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(3)] == [404, 404, 429]


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(rates, settings):
    settings.TRUSTED_PROXIES = 1
    assert [session(**{"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7"}) for n in range(3)] == [404, 404, 429]
    assert session(**{"X-Forwarded-For": "203.0.113.1, 198.51.100.8"}) == 404


def test_processes_count_together():
    rate = Rate(2, 60)
    assert [seconds_to_wait("together", rate, at=NOON) for _ in range(2)] == [0, 0]
    another = limits._Counts()
    period = int(NOON.timestamp()) // 60
    assert another.count(f"limit.together.60.{period}", 60) == 3


def test_without_redis_each_process_counts_by_itself_and_says_so(api, rates, settings, caplog):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}
    limits._shared = limits._Counts()
    with caplog.at_level(logging.WARNING, "core.limits"):
        assert [api.get("/api/v1/me/").status_code for _ in range(3)] == [200, 200, 429]
    said = [record.getMessage() for record in caplog.records if record.name == "core.limits"]
    assert [text.partition(";")[0] for text in said] == ["Redis does not answer"]
    limits._shared = limits._Counts()


def test_the_page_about_the_api_names_the_rates():
    page = (project.BASE_DIR / "docs" / "api.md").read_text()
    rates = project.API_RATES
    assert f"A key may ask {rates['key'][0]} times a minute, a person {rates['person'][0]} times" in page
    assert f"an address that shows no good key {rates['address'][0]} times" in page
    assert {seconds for _times, seconds in rates.values()} == {60}
    assert project.API_MAX_BODY_BYTES == 1024 * 1024
    assert "more than 1 MiB" in page
