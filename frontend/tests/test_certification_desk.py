"""The certifiers' and trainers' desk: marking blind, issuing with a preview, revoking, authoring."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor, staff_user
from certification import services
from certification.models import Certificate, Exam, ExtraTime, IntegrityReview, Pool, Question, Scenario, Standard
from certification.states import QuestionKind
from certification.tests.factories import (
    LINES,
    PoolFactory,
    QuestionFactory,
    ScenarioFactory,
    SkillTagFactory,
    StandardFactory,
    answer_all,
    give_certificate,
    open_exam,
    pass_exam,
)
from core.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def certifier(client):
    user = staff_user(StaffRole.CERTIFIER)
    client.force_login(user)
    return user


@pytest.fixture
def page(client, certifier):
    return client


def url(name, thing=None):
    return reverse(f"desk:{name}", args=[thing.public_id] if thing else [])


def handed_in_practical(agent):
    exam = open_exam([QuestionKind.SINGLE], scenario=ScenarioFactory())
    practical = pass_exam(agent, exam, at=now()).practical
    actor = agent_actor(agent)
    services.start_practical(actor=actor, at=now(), practical=practical)
    for turn in (1, 2):
        services.save_reply(actor=actor, at=now(), practical=practical, turn=turn, text=f"Reply {turn}.", is_sent=True)
    return services.submit_practical(actor=actor, at=now(), practical=practical)


def test_marking_a_conversation_shows_no_name(page):
    agent = AgentFactory(nickname="Unmistakable Lin")
    practical = handed_in_practical(agent)
    text = page.get(url("marking"), follow=True).text
    assert "Reply 2." in text
    for secret in ("Unmistakable Lin", agent.public_id, agent.user.email):
        assert secret not in text
    wrong = page.post(url("marking_practical", practical), {"score_tone": "11", "score_solution": ""})
    assert wrong.status_code == 422
    assert 'name="score_tone" value="11"' in wrong.text
    page.post(url("marking_practical", practical), {"score_tone": "10", "score_solution": "9", "comment": "Warm."})
    practical.attempt.refresh_from_db()
    assert practical.attempt.state == "passed"
    assert "Nothing waits for you" in page.get(url("marking")).text
    assert page.get(url("marking_practical", practical)).status_code == 404


def test_marking_free_texts(page):
    agent = AgentFactory(nickname="Unmistakable Lin")
    actor = agent_actor(agent)
    attempt = services.start_attempt(actor=actor, at=now(), agent=agent, exam=open_exam([QuestionKind.FREE]))
    answer_all(actor, attempt, at=now())
    services.submit_attempt(actor=actor, at=now(), attempt=attempt)
    text = page.get(url("marking"), follow=True).text
    assert "I am sorry. I will put it right." in text
    assert "Unmistakable Lin" not in text
    assert page.post(url("marking_written", attempt), {"points_1": "2"}).status_code == 422
    page.post(url("marking_written", attempt), {"points_1": "1", "comment_1": "Good."})
    attempt.refresh_from_db()
    assert attempt.state == "passed"


def test_issuing_goes_through_a_preview(page, django_assert_max_num_queries):
    exam = open_exam([QuestionKind.SINGLE])
    standard = StandardFactory(exam=exam, name_en="After-sales service")
    attempts = [pass_exam(AgentFactory(nickname=f"Agent no {n}"), exam, at=now()) for n in range(2)]
    assert "After-sales service" in page.get(url("certificates")).text
    assert "Agent no 1" in page.get(url("certificate_issue", standard)).text
    assert page.post(url("certificate_issue", standard), {"do": "preview"}).status_code == 422
    chosen = [a.public_id for a in attempts]
    preview = page.post(url("certificate_issue", standard), {"do": "preview", "attempts": chosen}).text
    assert "2 people will hold" in preview
    assert "Passed attempt 1 with 100" in preview
    assert Certificate.objects.count() == 0
    done = page.post(url("certificate_issue", standard), {"do": "issue", "attempts": chosen}, follow=True)
    assert "2 certificates issued." in done.text
    assert Certificate.objects.count() == 2
    assert "Nobody waits" in page.get(url("certificate_issue", standard)).text


def test_a_stranger_cannot_be_slipped_into_the_issue(page):
    exam = open_exam([QuestionKind.SINGLE])
    standard = StandardFactory(exam=exam)
    pass_exam(AgentFactory(), exam, at=now())
    other = pass_exam(AgentFactory(), open_exam([QuestionKind.SINGLE]), at=now())
    page.post(url("certificate_issue", standard), {"do": "issue", "attempts": [other.public_id]})
    assert Certificate.objects.count() == 0


def test_revoking_needs_a_reason(page):
    certificate = give_certificate(AgentFactory(), StandardFactory(), at=now())
    assert page.post(url("certificate", certificate), {"reason": " "}).status_code == 422
    text = page.post(url("certificate", certificate), {"reason": "Somebody else sat it."}, follow=True).text
    assert "Somebody else sat it." in text
    certificate.refresh_from_db()
    assert certificate.state == "revoked"


@pytest.mark.parametrize("name", ["questions", "exams", "marking", "integrity", "certificates"])
def test_who_may_enter(client, name):
    allowed = {
        "questions": {"trainer", "certifier", "auditor"},
        "exams": {"trainer", "certifier", "auditor"},
        "marking": {"certifier"},
        "integrity": {"certifier", "auditor"},
        "certificates": {"certifier", "auditor"},
    }
    for role in StaffRole:
        client.force_login(staff_user(role))
        status = client.get(url(name)).status_code
        assert (status == 200) is (role.value in allowed[name]), (role, status)
    client.force_login(AgentFactory().user)
    assert client.get(url(name)).status_code == 404


def test_without_a_second_factor_nothing_is_written(client):
    certificate = give_certificate(AgentFactory(), StandardFactory(), at=now())
    client.force_login(staff_user(StaffRole.CERTIFIER, mfa=False))
    client.post(url("certificate", certificate), {"reason": "x"})
    client.post(url("questions"), {"name": "Pool"})
    certificate.refresh_from_db()
    assert (certificate.state, Pool.objects.count()) == ("valid", 0)
    assert client.get(url("marking")).url == "/second-factor/?next=%2Fdesk%2Fmarking%2F"


def test_integrity_is_cleared_or_voided_with_a_reason(page):
    agent = AgentFactory(nickname="Lin")
    actor = agent_actor(agent)
    attempt = services.start_attempt(actor=actor, at=now(), agent=agent, exam=open_exam())
    services.record_signal(actor=actor, at=now(), attempt=attempt, kind="paste", position=1)
    assert "Lin" in page.get(url("integrity")).text
    assert "Pasted text" in page.get(url("integrity_item", attempt)).text
    decide = url("integrity_decide", attempt)
    assert page.post(decide, {"do": "void", "reason": ""}).status_code == 422
    page.post(decide, {"do": "void", "reason": "Answers came from a friend."})
    attempt.refresh_from_db()
    assert (attempt.state, IntegrityReview.objects.get().verdict) == ("voided", "voided")


@pytest.mark.parametrize("button", [{}, {"do": "0pen"}])
def test_nothing_is_done_where_it_was_lost_which_button_was_pressed(page, button):
    agent, exam = AgentFactory(), open_exam([QuestionKind.SINGLE])
    standard, passed = StandardFactory(exam=exam), pass_exam(AgentFactory(), exam, at=now())
    attempt = services.start_attempt(actor=agent_actor(agent), at=now(), agent=agent, exam=exam)
    services.record_signal(actor=agent_actor(agent), at=now(), attempt=attempt, kind="paste", position=1)
    services.retire_exam(actor=staff_actor(StaffRole.CERTIFIER), at=now(), exam=exam)
    written = Question.objects.count()
    for address, sent in (
        (url("exam_state", exam), {}),
        (url("integrity_decide", attempt), {"reason": "Looked at it."}),
        (url("question_new", PoolFactory()), {**question(), "do": ""}),
        (url("certificate_issue", standard), {"attempts": [passed.public_id]}),
    ):
        answer = page.post(address, {**sent, **button})
        assert (answer.status_code, "which button you pressed" in answer.text) == (422, True), address
        assert sent.get("reason", "") in answer.text
    exam.refresh_from_db()
    assert exam.state == "retired"
    assert (IntegrityReview.objects.exists(), Question.objects.count(), Certificate.objects.count()) == (
        False,
        written,
        0,
    )


def question(**changes):
    data = {
        "do": "save",
        "kind": "single",
        "language": "en",
        "stem": "Why?",
        "lines": LINES[QuestionKind.SINGLE],
        "points": "2",
    }
    return {**data, "difficulty": "3", "tags": "refund, tone", "explanation": "So.", **changes}


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_every_kind_is_previewed_and_stored(page, kind):
    pool = PoolFactory()
    data = question(kind=kind.value, lines=LINES[kind])
    assert page.post(url("question_new", pool), {**data, "do": "preview"}).status_code == 200
    assert Question.objects.count() == 0
    page.post(url("question_new", pool), data)
    stored = Question.objects.get()
    assert (stored.kind, stored.points, stored.tags) == (kind.value, 2, ["refund", "tone"])
    assert page.get(url("question", stored)).status_code == 200


def test_a_bad_key_is_told_at_its_field_and_kept(page):
    response = page.post(url("question_new", PoolFactory()), question(lines="7 days\n30 days"))
    assert response.status_code == 422
    assert "Mark exactly one option as right" in response.text
    assert "30 days</textarea>" in response.text


def test_editing_makes_the_next_version_and_retiring_ends_it(page):
    old = QuestionFactory()
    page.post(url("question", old), question(stem="Better?"))
    new = old.replaced_by
    assert (new.version, new.stem) == (2, "Better?")
    page.post(url("question_retire", new))
    new.refresh_from_db()
    assert new.retired_at is not None


def test_pools_are_taken_out_and_in(page):
    pool, other = PoolFactory(), PoolFactory()
    QuestionFactory(pool=pool)
    file = page.get(url("pool_export", pool))
    rows = json.loads(file.content)["questions"]
    upload = SimpleUploadedFile("q.json", json.dumps({"questions": [*rows, {"kind": "no"}]}).encode())
    text = page.post(url("pool_import", other), {"file": upload}).text
    assert "1 question taken" in text
    assert "This kind of question is not known" in text
    for bad in (b"\xff\xfe", b"{}", b"[]", b"not json"):
        assert page.post(url("pool_import", other), {"file": SimpleUploadedFile("q", bad)}).status_code == 422


def exam_data(pool, **changes):
    return {
        "slug": "after-sales",
        "title_en": "After-sales",
        "title_zh": "售后",
        "languages": ["en"],
        "time_limit_minutes": "30",
        "pass_mark": "60",
        "overdue": "autosubmit",
        "section-TOTAL_FORMS": "1",
        "section-INITIAL_FORMS": "0",
        "section-0-title_en": "Rules",
        "section-0-title_zh": "规则",
        "section-0-pool": pool.public_id,
        "section-0-draw": "1",
        **changes,
    }


def test_a_blueprint_is_written_opened_changed_and_closed(page):
    pool = PoolFactory()
    assert page.post(url("exam_new"), exam_data(pool, time_limit_minutes="0")).status_code == 422
    page.post(url("exam_new"), exam_data(pool))
    exam = Exam.objects.get()
    assert (exam.time_limit_seconds, exam.retry_delay_seconds, exam.sections.get().draw) == (1800, None, 1)
    text = page.post(url("exam_state", exam), {"do": "open"}, follow=True).text
    assert "more questions than its pool holds" in text
    QuestionFactory(pool=pool)
    page.post(url("exam_state", exam), {"do": "open"})
    assert page.get(url("exam_edit", exam)).status_code == 200
    kept = {"section-INITIAL_FORMS": "1", "retry_delay_hours": "24", "attempts_allowed": "3"}
    page.post(url("exam_edit", exam), exam_data(pool, **kept))
    exam.refresh_from_db()
    assert (exam.state, exam.retry_delay_seconds, exam.attempts_allowed) == ("open", 86_400, 3)
    page.post(url("exam_state", exam), {"do": "retire"})
    exam.refresh_from_db()
    assert exam.state == "retired"


def test_a_person_is_given_time_and_an_attempt(page):
    agent, exam = AgentFactory(), open_exam()
    assert page.post(url("exam_extra_time", exam), {"agent": "x", "extra_minutes": "9"}).status_code == 422
    page.post(url("exam_extra_time", exam), {"agent": agent.public_id, "extra_minutes": "9", "reason": "eyesight"})
    assert ExtraTime.objects.get().extra_seconds == 540
    page.post(url("exam_grant", exam), {"agent": agent.public_id, "reason": "The line was cut."})
    assert exam.attempts.get().state == "ready"
    assert page.get(url("exam", exam)).status_code == 200


def test_a_scenario_is_written_and_read_back(page):
    data = {
        "slug": "late",
        "title_en": "Late",
        "title_zh": "迟到",
        "brief_en": "b",
        "brief_zh": "b",
        "turns_en": "Where?\n\nAnd now?",
        "turns_zh": "在哪？",
        "rubric": "10 | Tone | 语气 | warm | 温和",
        "pass_mark": "60",
        "time_limit_minutes": "20",
    }
    assert page.post(url("scenario_new"), data).status_code == 422
    page.post(url("scenario_new"), {**data, "turns_zh": "在哪？\n\n然后呢？"})
    scenario = Scenario.objects.get()
    assert scenario.turns == [{"en": "Where?", "zh": "在哪？"}, {"en": "And now?", "zh": "然后呢？"}]
    assert scenario.rubric[0]["points"] == 10
    assert "10 | Tone | 语气 | warm | 温和" in page.get(url("scenario", scenario)).text


def test_a_standard_is_written_and_gets_versions(page):
    tag, first = SkillTagFactory(), StandardFactory()
    data = {
        "slug": "vip",
        "name_en": "VIP",
        "name_zh": "贵宾",
        "criteria_en": "c",
        "criteria_zh": "c",
        "skill_tag": tag.public_id,
        "requires": [first.public_id],
        "valid_days": "90",
        "renewable_days": "30",
    }
    page.post(url("standard_new"), data)
    standard = Standard.objects.get(slug="vip")
    assert list(standard.requires.all()) == [first]
    give_certificate(AgentFactory(), standard, at=now())
    page.post(url("standard", standard), {**data, "valid_days": "180"})
    assert list(Standard.objects.filter(slug="vip").order_by("version").values_list("version", "valid_days")) == [
        (1, 90),
        (2, 180),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3])
def test_desk_lists_cost_the_same(page, count, django_assert_max_num_queries):
    for _ in range(count):
        exam = open_exam([QuestionKind.SINGLE], scenario=ScenarioFactory())
        give_certificate(AgentFactory(), StandardFactory(), at=now())
        handed_in_practical(AgentFactory())
        QuestionFactory(pool=exam.sections.get().pool)
    for name, most in (("questions", 12), ("exams", 18), ("certificates", 14), ("integrity", 12)):
        with django_assert_max_num_queries(most):
            assert page.get(url(name)).status_code == 200
