"""The learner's pages: lists, the path, the player; who may see what; what a bad answer changes."""

import pytest
from django.urls import reverse

from accounts.tests.factories import AgentFactory, NewAgentFactory, OrganisationFactory, client_user
from certification.tests.factories import StandardFactory, give_certificate
from core import clock
from training.models import Enrolment, LessonProgress, LessonRun
from training.tests.factories import draft_course, lessons_of, published_course

pytestmark = pytest.mark.django_db
URL = "/agent/learn/"


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def page(client, agent):
    client.force_login(agent.user)
    return client


def url(name: str, thing) -> str:
    return reverse(f"agent:{name}", args=[thing.public_id])


@pytest.fixture
def course():
    return published_course()


@pytest.fixture
def lessons(page, course):
    """The lessons of a course the agent has begun and whose article is read."""
    page.post(url("course_begin", course))
    article, quiz, dialogue = lessons_of(course)
    page.post(url("lesson_read", article))
    return article, quiz, dialogue


def test_the_list_costs_the_same_for_one_course_and_for_three(page, course, django_assert_max_num_queries):
    page.post(url("course_begin", course))
    page.get(URL)
    with django_assert_max_num_queries(22) as one:
        assert course.title in page.get(URL).text
    published_course()
    begun = published_course()
    page.post(url("course_begin", begun))
    with django_assert_max_num_queries(22) as three:
        page.get(URL)
    assert len(one) == len(three)


def test_the_list_is_in_ones_language_and_can_be_filtered(page, course):
    chinese = published_course(language="zh-hans", title="客服入门")
    assert chinese.title not in page.get(URL).text
    assert chinese.title in page.get(URL, {"language": "zh-hans"}).text
    assert course.title not in page.get(URL, {"language": "", "industry": "travel"}).text
    assert page.get(URL, {"language": "klingon", "industry": "\x00", "q": "x" * 500}).status_code == 200


def test_the_required_course_is_one_press_away_and_stands_first_until_it_is_done(page, agent, course):
    required = published_course(title="Zeal of service", industry="travel")
    StandardFactory(slug="foundation", course_slug=required.slug)
    for name in ("home", "onboarding"):
        assert url("course", required) in page.get(reverse(f"agent:{name}")).text
    listed = page.get(URL).text
    assert listed.index(required.title) < listed.index(course.title)
    assert listed.count(f'href="{url("course", required)}"') == listed.count(f'href="{url("course", course)}"')
    page.post(url("course_begin", course))
    page.post(url("course_begin", required))
    going_on = page.get(URL).context["page"]
    assert [card.course for card in going_on.going_on] == [required, course]
    assert going_on.first is None


def test_who_holds_the_first_certificate_is_asked_for_no_first_course(page, agent):
    required = published_course(title="Zeal of service")
    standard = StandardFactory(slug="foundation", course_slug=required.slug)
    assert page.get(URL).context["page"].first is not None
    give_certificate(agent, standard, at=clock.now())
    assert page.get(URL).context["page"].first is None


def test_an_empty_list_says_so(page):
    assert "No course fits." in page.get(URL).text


@pytest.mark.slow
def test_from_the_first_page_to_completion(page, agent, course):
    response = page.post(url("course_begin", course))
    article, quiz, dialogue = lessons_of(course)
    assert response.url == url("lesson", article)
    assert "Let the customer finish." in page.get(response.url).text
    assert "locked" in page.get(url("lesson", quiz)).text
    assert page.post(url("lesson_read", article)).url == url("lesson", quiz)

    page.post(url("lesson_start", quiz))
    run = LessonRun.objects.get()
    for key, given in {"q1": ["a"], "q2": ["a", "b"]}.items():
        shown = page.post(
            url("lesson_answer", quiz), {"run": run.public_id, "question": key, "given": given}, follow=True
        )
        assert "That is right." in shown.text
    assert "Passed. Well done." in page.get(url("lesson", quiz)).text

    page.post(url("lesson_start", dialogue))
    run = LessonRun.objects.get(progress__lesson=dialogue)
    for node in ("n1", "n2"):
        shown = page.post(
            url("lesson_choose", dialogue), {"run": run.public_id, "node": node, "choice": "a"}, follow=True
        )
    assert "It ends good" in shown.text
    assert "Because a." in shown.text
    enrolment = Enrolment.objects.get(agent=agent)
    assert enrolment.score == 100
    assert "Completed with 100%" in page.get(url("course", course)).text


def test_right_answers_do_not_leave_the_server_before_an_answer(page, lessons):
    _article, quiz, dialogue = lessons
    page.post(url("lesson_start", quiz))
    text = page.get(url("lesson", quiz)).text
    assert "Greeting comes first." not in text
    assert "is_correct" not in text
    page.post(url("lesson_start", dialogue))
    text = page.get(url("lesson", dialogue)).text
    assert "Say a" in text
    assert "Because a." not in text


def test_a_reload_goes_on_where_one_was(page, lessons):
    quiz = lessons[1]
    page.post(url("lesson_start", quiz))
    run = LessonRun.objects.get()
    current = page.get(url("lesson", quiz)).context["quiz"].current.key
    page.post(url("lesson_answer", quiz), {"run": run.public_id, "question": current, "given": ["a"]})
    response = page.get(url("lesson", quiz))
    assert "1 / 2" in response.text
    again = response.context["quiz"]
    assert again.current.key != current
    assert len(again.answered) == 1


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        ({"question": "q1"}, 422, "Choose an answer."),
        ({"question": "q1", "given": ["z"]}, 422, "Choose from the answers shown."),
        ({"question": "q9", "given": ["a"]}, 422, "Choose from the answers shown."),
        ({"question": "q" * 300, "given": ["a"]}, 422, "Please check"),
        ({"question": "q1\x00", "given": ["a"]}, 422, "Please check"),
        ({"run": "", "question": "q1", "given": ["a"]}, 422, "Please check"),
        ({"run": "run_of_somebody", "question": "q1", "given": ["a"]}, 409, "Start the course first."),
    ],
)
def test_a_bad_answer_is_explained_and_changes_nothing(page, lessons, data, status, says):
    quiz = lessons[1]
    page.post(url("lesson_start", quiz))
    run = LessonRun.objects.get()
    response = page.post(url("lesson_answer", quiz), {"run": run.public_id, **data})
    assert response.status_code == status
    assert says in response.text
    run.refresh_from_db()
    assert run.steps == []


def test_an_answer_from_a_stale_page_shows_where_one_is(page, lessons):
    dialogue = lessons[2]
    page.post(url("lesson_start", dialogue))
    run = LessonRun.objects.get()
    choose = url("lesson_choose", dialogue)
    page.post(choose, {"run": run.public_id, "node": "n1", "choice": "a"})
    stale = page.post(choose, {"run": run.public_id, "node": "n1", "choice": "b"})
    assert stale.status_code == 409
    assert "Since Monday." in stale.text
    twice = page.post(choose, {"run": run.public_id, "node": "n1", "choice": "a"})
    assert twice.status_code == 302


def test_a_locked_lesson_is_not_worked_on(page, course):
    page.post(url("course_begin", course))
    quiz = lessons_of(course)[1]
    assert page.post(url("lesson_start", quiz)).status_code == 409
    assert LessonRun.objects.count() == 0


def test_a_lesson_of_a_course_not_begun_sends_one_to_it(page, course):
    article = lessons_of(course)[0]
    assert "You have not started this course." in page.get(url("lesson", article)).text
    assert page.post(url("lesson_read", article)).status_code == 409
    assert LessonProgress.objects.count() == 0


def test_drafts_and_unknown_ids_are_not_found(page):
    course = draft_course()
    for address in (
        url("course", course),
        url("lesson", lessons_of(course)[0]),
        "/agent/learn/courses/crs_00000000000000000000000000/",
        "/agent/learn/lessons/%00/",
    ):
        assert page.get(address).status_code == 404
    assert page.post(url("course_begin", course)).status_code == 404


def test_who_is_not_onboarded_looks_and_cannot_begin(client, course):
    client.force_login(NewAgentFactory().user)
    assert "Finish your onboarding first" in client.get(url("course", course)).text
    assert client.post(url("course_begin", course)).status_code == 403
    assert Enrolment.objects.count() == 0


def test_the_area_is_for_agents(client, course):
    assert client.get(URL).status_code == 302
    client.force_login(client_user(OrganisationFactory()))
    assert client.get(URL).status_code == 404


def test_another_agents_progress_is_not_mine(page, lessons, client):
    quiz = lessons[1]
    page.post(url("lesson_start", quiz))
    run = LessonRun.objects.get()
    client.force_login(AgentFactory().user)
    data = {"run": run.public_id, "question": "q1", "given": ["a"]}
    assert client.post(url("lesson_answer", quiz), data).status_code == 409
    assert client.post(url("course_begin", lessons[0].level.version.course)).status_code == 302
    assert client.post(url("lesson_answer", quiz), data).status_code == 409
    run.refresh_from_db()
    assert run.steps == []


def test_pages_speak_chinese(page, lessons, course):
    page.cookies["django_language"] = "zh-hans"
    for address in (URL, url("course", course), url("lesson", lessons[1])):
        response = page.get(address)
        assert 'lang="zh-Hans"' in response.text
        assert "Start here" not in response.text
