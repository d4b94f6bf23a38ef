"""The agent's exam pages and wallet: each state of an attempt, who may see it, what a click changes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import AgentFactory, NewAgentFactory, agent_actor
from certification import services
from certification.models import Attempt
from certification.states import QuestionKind
from certification.tests.factories import (
    ScenarioFactory,
    StandardFactory,
    answer_all,
    give_certificate,
    open_exam,
    pass_exam,
)
from core.clock import now

pytestmark = pytest.mark.django_db
MACHINE = [k for k in QuestionKind if k != QuestionKind.FREE]


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def page(client, agent):
    client.force_login(agent.user)
    return client


def url(name, thing=None):
    return reverse(f"agent:{name}", args=[thing.public_id] if thing else [])


def start(agent, exam):
    return services.start_attempt(actor=agent_actor(agent), at=now(), agent=agent, exam=exam)


def test_the_list_says_what_may_be_done_and_costs_the_same(page, agent, django_assert_max_num_queries):
    foundation = StandardFactory()
    StandardFactory(exam=open_exam(title_en="After-sales")).requires.add(foundation)
    page.get(url("exams"))
    with django_assert_max_num_queries(25) as one:
        text = page.get(url("exams")).text
    assert "After-sales" in text
    assert "1 thing is needed first." in text
    start(agent, open_exam(title_en="Running"))
    StandardFactory(exam=open_exam(title_en="Other"))
    with django_assert_max_num_queries(25) as three:
        text = page.get(url("exams")).text
    assert "Go on" in text
    assert len(one) == len(three)


def test_no_exam_is_an_empty_state(page):
    assert "There is no exam yet." in page.get(url("exams")).text


def test_an_exam_says_its_rules_and_begins(page, agent):
    exam = open_exam(MACHINE, languages=["en"], time_limit_seconds=600)
    assert "Start the clock and begin" in page.get(url("exam", exam)).text
    response = page.post(url("exam_start", exam))
    attempt = Attempt.objects.get()
    assert response.url == url("attempt", attempt)
    text = page.get(response.url).text
    assert text.count("data-question=") == 7
    assert "refund*" not in text
    assert "12.5" not in text
    assert page.get(url("attempt_result", attempt)).url == url("attempt", attempt)


def test_starting_without_leave_comes_back_with_the_reason(page, agent):
    exam = open_exam(pass_mark=100)
    services.submit_attempt(actor=agent_actor(agent), at=now(), attempt=start(agent, exam))
    response = page.post(url("exam_start", exam), follow=True)
    assert "You have used every attempt at this exam." in response.text
    assert Attempt.objects.count() == 1
    response = page.post(url("exam_start", open_exam()), {"language": "xx"}, follow=True)
    assert response.status_code == 200
    assert Attempt.objects.count() == 1


def test_before_onboarding_nothing_begins(client):
    agent = NewAgentFactory()
    client.force_login(agent.user)
    exam = open_exam()
    assert "Start the clock" not in client.get(url("exam", exam)).text
    client.post(url("exam_start", exam))
    assert Attempt.objects.count() == 0


def test_handing_in_shows_result_and_explanations(page, agent):
    exam = open_exam(MACHINE)
    StandardFactory(exam=exam, is_issued_at_once=True)
    attempt = start(agent, exam)
    answer_all(agent_actor(agent), attempt, at=now())
    response = page.post(url("attempt_submit", attempt), follow=True)
    assert "You passed" in response.text
    assert "Because the policy says so." in response.text
    assert page.post(url("attempt_submit", attempt), follow=True).status_code == 200
    assert "Open Badge" in page.get(url("skills")).text


def test_a_failed_attempt_says_what_was_right(page, agent):
    attempt = start(agent, open_exam([QuestionKind.SINGLE]))
    text = page.post(url("attempt_submit", attempt), follow=True).text
    assert "Not this time" in text
    assert "Right answer" in text


def test_time_up_is_told_before_and_after_the_sweeper(page, agent):
    attempt = start(agent, open_exam(overdue="abandon"))
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=now() - timedelta(hours=2),
        deadline_at=now() - timedelta(hours=1),
        overdue_at=now() - timedelta(hours=1),
    )
    assert "Time is up" in page.get(url("attempt_result", attempt)).text
    services.close_overdue(at=now())
    assert "Time ran out" in page.get(url("attempt", attempt), follow=True).text


def test_the_practical_part_from_briefing_to_handed_in(page, agent):
    practical = pass_exam(agent, open_exam([QuestionKind.SINGLE], scenario=ScenarioFactory()), at=now()).practical
    assert "The conversation is next" in page.get(url("attempt_result", practical.attempt)).text
    assert "You are the shop." in page.get(url("practical", practical)).text
    text = page.post(url("practical_start", practical), follow=True).text
    assert "Where is it?" in text
    assert "And now?" not in text
    actor = agent_actor(agent)
    for turn in (1, 2):
        services.save_reply(actor=actor, at=now(), practical=practical, turn=turn, text="Soon.", is_sent=True)
    assert "The customer has nothing more to say." in page.get(url("practical", practical)).text
    assert "without seeing your name" in page.post(url("practical_submit", practical), follow=True).text


def test_another_agents_pages_are_not_found(page):
    other = AgentFactory()
    attempt = start(other, open_exam())
    practical = pass_exam(other, open_exam([QuestionKind.SINGLE], scenario=ScenarioFactory()), at=now()).practical
    certificate = give_certificate(other, StandardFactory(), at=now())
    for name, thing in (
        ("attempt", attempt),
        ("attempt_result", attempt),
        ("practical", practical),
        ("certificate_download", certificate),
    ):
        assert page.get(url(name, thing)).status_code == 404
    for name, thing in (("attempt_submit", attempt), ("practical_start", practical), ("practical_submit", practical)):
        assert page.post(url(name, thing)).status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == "in_progress"


def test_the_wallet_is_empty_then_shows_and_downloads(page, agent):
    text = page.get(url("skills")).text
    assert "No certificate yet." in text
    assert "No skill yet." in text
    certificate = give_certificate(agent, StandardFactory(name_en="After-sales service"), at=now())
    text = page.get(url("skills")).text
    assert "After-sales service" in text
    assert f"/verify/{certificate.public_id}/" in text
    response = page.get(url("certificate_download", certificate))
    assert response["Content-Disposition"] == f'attachment; filename="{certificate.public_id}.jwt"'
    assert response.text.count(".") == 2


def test_today_offers_what_is_under_way_first(page, agent):
    exam = open_exam(title_en="Foundation exam")
    assert "You may sit “Foundation exam” now." in page.get("/agent/").text
    start(agent, exam)
    assert "“Foundation exam” is under way." in page.get("/agent/").text


@pytest.mark.parametrize("state", ["valid", "revoked", "expired", "renewed"])
def test_the_public_page_says_each_state_plainly(client, agent, state):
    at = now() - timedelta(days=40)
    standard = StandardFactory(valid_days=365 if state != "expired" else 30)
    certificate = give_certificate(agent, standard, at=at)
    if state == "renewed":
        give_certificate(agent, standard, at=now())
    if state == "revoked":
        from accounts.actors import PLATFORM

        services.revoke_certificate(actor=PLATFORM, at=now(), certificate=certificate, reason="Somebody else sat it.")
    text = client.get(f"/verify/{certificate.public_id}/").text
    said = {
        "valid": "This certificate is valid",
        "revoked": "Somebody else sat it.",
        "expired": "This certificate has expired",
        "renewed": "Verify the newer one",
    }
    assert [name for name, words in said.items() if words in text] == [state]
    assert agent.nickname in text
    assert agent.user.email not in text


def test_the_public_search_forgives_a_pasted_link(client, agent):
    certificate = give_certificate(agent, StandardFactory(), at=now())
    link = f"https://tideline.example/verify/{certificate.public_id}/"
    assert client.get("/verify/", {"id": link}).url == f"/verify/{certificate.public_id}/"
    assert "This is not the id of a certificate" in client.get("/verify/", {"id": "crt_1"}).text
    unknown = client.get("/verify/crt_00000000000000000000000000/")
    assert (unknown.status_code, "never issued" in unknown.text) == (404, True)
