"""The widget's session and a client's reading of conversations over HTTP."""

import pytest

from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import AgentFactory, ProgrammeFactory, client_user, staff_user
from live.models import Customer
from live.policies import customer_of
from live.tests.factories import closed, floor
from live.tests.sockets import SHOP

pytestmark = pytest.mark.django_db


def ask(client, programme, origin=SHOP, **body):
    headers = {"origin": origin} if origin else {}
    body = {"site_key": programme.site_key, **body}
    return client.post("/widget/session/", body, content_type="application/json", headers=headers)


def test_session_makes_a_customer_and_finds_them_again(client, settings):
    settings.ATTACHMENT_MAX_BYTES = 1234
    programme = ProgrammeFactory(greeting="Hello!")
    first = ask(client, programme, language="en", name="Li")
    assert (first.status_code, first["Access-Control-Allow-Origin"]) == (201, SHOP)
    customer = Customer.objects.get()
    answer = first.json()
    assert answer["customer"] == {"id": customer.public_id, "name": "Li"}
    assert (answer["programme"]["greeting"], answer["file_max_bytes"]) == ("Hello!", 1234)
    assert answer["open"] == {
        "agents_available": 0,
        "waiting": 0,
        "estimate_seconds": None,
        "estimate_error_seconds": None,
    }
    assert customer_of(answer["token"]).customer_id == customer.pk
    again = ask(client, programme, visitor_key=answer["visitor_key"]).json()
    assert (again["customer"]["id"], again["visitor_key"]) == (customer.public_id, answer["visitor_key"])
    assert Customer.objects.count() == 1


def test_session_does_not_adopt_a_key_it_did_not_make(client):
    programme = ProgrammeFactory()
    answers = [ask(client, programme, visitor_key="1").json() for _ in range(2)]
    assert answers[0]["customer"]["id"] != answers[1]["customer"]["id"]
    assert "1" not in {a["visitor_key"] for a in answers}


def test_session_key_of_another_programme_finds_nobody(client):
    key = ask(client, ProgrammeFactory()).json()["visitor_key"]
    ask(client, ProgrammeFactory(), visitor_key=key)
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", None])
def test_session_is_refused_to_other_sites(client, origin):
    answer = ask(client, ProgrammeFactory(), origin=origin)
    assert (answer.status_code, answer.json()["code"]) == (403, "live.origin_refused")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"site_key": "wdg_none"}, 404, "core.not_found"),
        ({"site_key": ""}, 422, "core.invalid"),
        ({"site_key": ["x"]}, 422, "core.invalid"),
        ({"visitor_key": "x" * 121}, 422, "core.invalid"),
        ({"name": {"a": 1}}, 422, "core.invalid"),
    ],
)
def test_session_answers_bad_input_with_a_code(client, body, status, code):
    answer = ask(client, ProgrammeFactory(), **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_preflight_is_answered(client):
    answer = client.options("/widget/session/", headers={"origin": SHOP, "access-control-request-method": "POST"})
    assert (answer.status_code, answer["Access-Control-Allow-Methods"]) == (200, "POST, OPTIONS")


def test_conversations_are_read_by_their_client_only(client):
    conversation = closed(floor())
    client.force_login(client_user(conversation.programme.organisation, ClientRole.ANALYST))
    assert [c["id"] for c in client.get("/api/v1/conversations/").json()["results"]] == [conversation.public_id]
    detail = client.get(f"/api/v1/conversations/{conversation.public_id}/").json()
    assert [m["seq"] for m in detail["messages"]] == [1, 2, 3, 4]
    assert detail["segments"][0]["wrap_up_code"] == "resolved"

    client.force_login(client_user(ProgrammeFactory().organisation))
    assert client.get("/api/v1/conversations/").json()["results"] == []
    assert client.get(f"/api/v1/conversations/{conversation.public_id}/").status_code == 404
    client.force_login(AgentFactory().user)
    assert client.get(f"/api/v1/conversations/{conversation.public_id}/").status_code == 404


def test_reviewers_read_without_names(client):
    conversation = closed(floor())
    client.force_login(staff_user(StaffRole.REVIEWER))
    detail = client.get(f"/api/v1/conversations/{conversation.public_id}/").json()
    assert {m["name"] for m in detail["messages"]} == {""}
    assert {s["agent"] for s in detail["segments"]} == {""}
    agent = conversation.segments.get().agent.nickname
    assert agent not in str(detail)


def test_nobody_reads_without_logging_in(client):
    assert client.get("/api/v1/conversations/").status_code in (401, 403)


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(client, count, django_assert_num_queries):
    made = floor()
    for _ in range(count):
        closed(made)
    client.force_login(client_user(made.programme.organisation))
    client.get("/api/v1/conversations/")
    with django_assert_num_queries(4):
        assert len(client.get("/api/v1/conversations/").json()["results"]) == count
