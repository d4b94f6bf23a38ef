"""The API: public verification and the player's autosave."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.tests.factories import AgentFactory, agent_actor
from certification import services
from certification.models import AttemptQuestion, IntegritySignal
from certification.states import QuestionKind
from certification.tests.factories import ScenarioFactory, StandardFactory, give_certificate, open_exam, pass_exam

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    agent = AgentFactory(nickname="Xiao Lin")
    client.force_login(agent.user)
    return agent


@pytest.fixture
def attempt(agent):
    exam = open_exam([QuestionKind.SINGLE], time_limit_seconds=600)
    return services.start_attempt(actor=agent_actor(agent), at=AT, agent=agent, exam=exam)


def put(client, attempt, body, position=1):
    return client.put(f"/api/v1/attempts/{attempt.public_id}/answers/{position}/", body, "application/json")


def option(attempt):
    return attempt.questions.get().question.spec["options"][0]["id"]


def test_verify_is_open_and_says_nothing_personal(client):
    agent = AgentFactory(nickname="Xiao Lin")
    certificate = give_certificate(agent, StandardFactory(slug="after-sales"), at=AT)
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        response = client.get(f"/api/v1/certificates/{certificate.public_id}/")
    assert response.status_code == 200
    body = response.json()
    assert (body["state"], body["holds"], body["service_name"], body["standard"]) == (
        "valid",
        True,
        "Xiao Lin",
        "after-sales",
    )
    for secret in (agent.user.email, agent.public_id, agent.user.public_id, agent.user.display_name):
        assert secret not in response.content.decode()


def test_verify_unknown_is_a_404_problem(client):
    response = client.get("/api/v1/certificates/crt_00000000000000000000000000/")
    assert (response.status_code, response.json()["code"]) == (404, "core.not_found")


def test_an_answer_is_saved_and_told(client, attempt):
    with time_machine.travel(AT + timedelta(seconds=30), tick=False):
        response = put(client, attempt, {"answer": option(attempt), "flagged": True})
    assert response.status_code == 200
    body = response.json()
    assert (body["position"], body["answered"], body["flagged"]) == (1, True, True)
    assert datetime.fromisoformat(body["saved_at"]) == AT + timedelta(seconds=30)
    assert datetime.fromisoformat(body["deadline_at"]) == AT + timedelta(seconds=600)


def test_an_answer_after_the_deadline_is_a_coded_409(client, attempt):
    with time_machine.travel(AT + timedelta(seconds=600), tick=False):
        response = put(client, attempt, {"answer": option(attempt)})
    assert (response.status_code, response.json()["code"]) == (409, "certification.deadline_passed")
    assert AttemptQuestion.objects.get().answer is None


@pytest.mark.parametrize("body", [{}, {"answer": "no such"}, {"answer": {"a": 1}}, [], '"x"', {"answer": "x\x00"}])
def test_bad_answers_are_refused(client, attempt, body):
    with time_machine.travel(AT, tick=False):
        response = put(client, attempt, body)
    assert response.status_code == (400 if body == {"answer": "x\x00"} else 422)
    assert AttemptQuestion.objects.get().answer is None


def test_another_agents_attempt_is_404_and_nobody_is_refused(client, attempt):
    client.force_login(AgentFactory().user)
    assert put(client, attempt, {"answer": option(attempt)}).status_code == 404
    signal = client.post(f"/api/v1/attempts/{attempt.public_id}/signals/", {"kind": "paste"}, "application/json")
    assert signal.status_code == 404
    client.logout()
    assert put(client, attempt, {"answer": option(attempt)}).status_code in {401, 403}
    assert IntegritySignal.objects.count() == 0


def test_signals_are_noted(client, attempt):
    url = f"/api/v1/attempts/{attempt.public_id}/signals/"
    assert client.post(url, {"kind": "focus_lost", "seconds": 9}, "application/json").status_code == 204
    assert client.post(url, {"kind": "second_session"}, "application/json").status_code == 422
    assert client.post(url, {"kind": "shrug"}, "application/json").status_code == 422
    assert [(s.kind, s.seconds) for s in IntegritySignal.objects.all()] == [("focus_lost", 9)]


def test_replies_are_saved_and_sent(client, agent):
    exam = open_exam([QuestionKind.SINGLE], scenario=ScenarioFactory())
    practical = pass_exam(agent, exam, at=AT).practical
    services.start_practical(actor=agent_actor(agent), at=AT, practical=practical)
    url = f"/api/v1/practicals/{practical.public_id}/replies/1/"
    with time_machine.travel(AT, tick=False):
        assert client.put(url, {"text": "On "}, "application/json").json()["sent"] is False
        assert client.put(url, {"text": "On its way", "sent": True}, "application/json").json()["sent"] is True
        again = client.put(url, {"text": "Other", "sent": True}, "application/json")
    assert (again.status_code, again.json()["code"]) == (422, "certification.bad_answer")
