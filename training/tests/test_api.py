"""The API of courses: who reads what, filters, constant queries, nothing of what must stay on the server."""

import json

import pytest

from accounts.tests.factories import AgentFactory, OrganisationFactory, agent_actor, client_user
from training import services
from training.tests.factories import AT, draft_course, lessons_of, published_course

pytestmark = pytest.mark.django_db
URL = "/api/v1/courses/"


@pytest.fixture
def course():
    return published_course(slug="tone", title="Tone")


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def api(client, agent):
    client.force_login(agent.user)
    return client


def test_courses_with_ones_own_progress(api, agent, course):
    enrolment = services.enrol(actor=agent_actor(agent), agent=agent, course=course, at=AT)
    article = lessons_of(course)[0]
    services.complete_article(actor=agent_actor(agent), enrolment=enrolment, lesson=article, at=AT)
    [row] = api.get(URL).json()["results"]
    assert row == {
        "id": course.public_id,
        "slug": "tone",
        "language": "en",
        "industry": "general",
        "title": "Tone",
        "summary": "What one needs to begin.",
        "version": 1,
        "lessons": 3,
        "state": "started",
        "passed": 1,
        "score": None,
    }
    path = api.get(f"{URL}{course.public_id}/").json()
    assert [[lesson["state"] for lesson in level["lessons"]] for level in path["levels"]] == [
        ["passed"],
        ["open", "open"],
    ]
    assert (path["started_at"], path["completed_at"], path["newer_version"]) == ("2026-03-02T09:00:00Z", None, None)


def test_the_answer_holds_no_content(api, course):
    text = json.dumps([api.get(URL).json(), api.get(f"{URL}{course.public_id}/").json()])
    for secret in ("is_correct", "Greeting comes first", "Because a", "Let the customer finish"):
        assert secret not in text


def test_the_list_costs_the_same_for_one_course_and_for_three(api, course, django_assert_max_num_queries):
    api.get(URL)
    with django_assert_max_num_queries(15) as one:
        api.get(URL)
    published_course()
    published_course()
    with django_assert_max_num_queries(15) as three:
        assert len(api.get(URL).json()["results"]) == 3
    assert len(one) == len(three)


def test_a_client_looks_at_the_catalogue(client, course):
    client.force_login(client_user(OrganisationFactory()))
    [row] = client.get(URL).json()["results"]
    assert (row["state"], row["passed"]) == ("new", 0)
    assert client.get(f"{URL}{course.public_id}/").json()["started_at"] is None


def test_filters(api, course):
    published_course(language="zh-hans", industry="retail", title="售后")
    assert [row["title"] for row in api.get(URL, {"language": "zh-hans"}).json()["results"]] == ["售后"]
    assert [row["title"] for row in api.get(URL, {"q": "ton"}).json()["results"]] == ["Tone"]
    assert api.get(URL, {"industry": "travel"}).json()["results"] == []


@pytest.mark.parametrize("query", [{"industry": "x"}, {"language": "tlh"}, {"q": "x" * 81}, {"q": "a\x00"}])
def test_a_bad_filter_is_named(api, course, query):
    response = api.get(URL, query)
    assert response.status_code == 422
    assert list(response.json()["errors"]) == list(query)


def test_what_is_not_published_or_not_asked_for_in_ones_own_name(client, api, course):
    assert api.get(f"{URL}{draft_course().public_id}/").status_code == 404
    assert api.get(f"{URL}crs_00000000000000000000000000/").status_code == 404
    assert api.post(URL, {}).status_code == 405
    client.logout()
    assert client.get(URL).status_code in {401, 403}
