"""The simulated conversation and its blind marking."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from certification import errors, selectors, services
from certification.models import Practical, PracticalMark, PracticalReply
from certification.states import QuestionKind
from certification.tests.factories import ScenarioFactory, open_exam, pass_exam
from core.errors import Conflict, Invalid, NotAllowed, NotFound

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return AgentFactory(nickname="Unmistakable Lin")


@pytest.fixture
def actor(agent):
    return agent_actor(agent)


@pytest.fixture
def practical(agent):
    exam = open_exam([QuestionKind.SINGLE], scenario=ScenarioFactory(time_limit_seconds=900, pass_mark=60))
    return pass_exam(agent, exam, at=AT).practical


def reply(actor, practical, turn, text="I will look at once.", sent=True, at=AT):
    return services.save_reply(actor=actor, at=at, practical=practical, turn=turn, text=text, is_sent=sent)


@pytest.fixture
def handed_in(actor, practical):
    services.start_practical(actor=actor, at=AT, practical=practical)
    reply(actor, practical, 1)
    reply(actor, practical, 2)
    return services.submit_practical(actor=actor, at=AT, practical=practical)


def mark(certifier, practical, tone, solution, comment=""):
    return services.mark_practical(
        actor=certifier,
        at=AT,
        practical=practical,
        scores={"tone": tone, "solution": solution},
        comment=comment,
    )


def test_the_next_turn_shows_when_the_reply_is_sent(actor, practical):
    practical = services.start_practical(actor=actor, at=AT, practical=practical)
    assert [t.said for t in selectors.turns_of(practical)] == ["Where is it?"]
    reply(actor, practical, 1, "draft", sent=False)
    assert [(t.reply, t.is_current) for t in selectors.turns_of(practical)] == [("draft", True)]
    reply(actor, practical, 1, "On its way.")
    assert [t.said for t in selectors.turns_of(practical)] == ["Where is it?", "And now?"]
    assert reply(actor, practical, 1, "On its way.").text == "On its way."
    with pytest.raises(errors.BadAnswer):
        reply(actor, practical, 1, "Something else.")
    with pytest.raises(NotFound):
        reply(actor, practical, 3)
    with pytest.raises(Invalid):
        reply(actor, practical, 2, "  ")
    with pytest.raises(errors.BadAnswer):
        reply(actor, practical, 2, "x" * 2001)


def test_replies_until_the_last_moment_and_never_after(actor, practical):
    practical = services.start_practical(actor=actor, at=AT, practical=practical)
    end = AT + timedelta(seconds=900)
    assert practical.deadline_at == end
    reply(actor, practical, 1, at=end - MOMENT)
    with pytest.raises(errors.DeadlinePassed):
        reply(actor, practical, 2, at=end)
    assert services.close_overdue_practicals(at=end - MOMENT) == 0
    assert services.close_overdue_practicals(at=end) == 1
    practical.refresh_from_db()
    assert (practical.state, practical.submitted_at) == ("submitted", end)


def test_never_begun_or_never_answered_fails_the_attempt(actor, practical):
    assert services.close_overdue_practicals(at=AT + timedelta(days=7)) == 1
    practical.refresh_from_db()
    practical.attempt.refresh_from_db()
    assert (practical.state, practical.attempt.state) == ("expired", "failed")
    with pytest.raises(errors.NotInProgress):
        services.start_practical(actor=actor, at=AT, practical=practical)


def test_a_failed_written_part_asks_for_no_practical(actor, agent):
    attempt = services.start_attempt(actor=actor, at=AT, agent=agent, exam=open_exam(scenario=ScenarioFactory()))
    attempt = services.submit_attempt(actor=actor, at=AT, attempt=attempt)
    assert (attempt.state, Practical.objects.get().state) == ("failed", "voided")


def test_another_agents_practical_is_not_found(practical):
    stranger = agent_actor(AgentFactory())
    for act in (
        lambda: selectors.practical_by_public_id(stranger, practical.public_id),
        lambda: services.start_practical(actor=stranger, at=AT, practical=practical),
        lambda: reply(stranger, practical, 1),
        lambda: services.submit_practical(actor=stranger, at=AT, practical=practical),
    ):
        with pytest.raises(NotFound):
            act()
    practical.refresh_from_db()
    assert practical.state == "ready"


def test_the_database_takes_no_reply_after_handing_in(handed_in):
    with pytest.raises(IntegrityError, match="takes no replies"), transaction.atomic():
        PracticalReply.objects.filter(turn=1).update(text="better")
    with pytest.raises(IntegrityError, match="takes no replies"), transaction.atomic():
        PracticalReply.objects.create(practical=handed_in, turn=3, text="more", saved_at=AT)


def test_clear_marks_decide_alone(handed_in):
    certifier = staff_actor(StaffRole.CERTIFIER)
    practical = mark(certifier, handed_in, 10, 8)
    handed_in.attempt.refresh_from_db()
    assert (practical.state, practical.percent, handed_in.attempt.state) == ("marked", Decimal(90), "passed")
    with pytest.raises(Conflict):
        mark(staff_actor(StaffRole.CERTIFIER), handed_in, 1, 1)


def test_marks_near_the_pass_mark_go_to_a_second_person(handed_in):
    first, second = staff_actor(StaffRole.CERTIFIER), staff_actor(StaffRole.CERTIFIER)
    assert mark(first, handed_in, 6, 7).state == "second_marking"
    handed_in.attempt.refresh_from_db()
    assert handed_in.attempt.state == "marking"
    with pytest.raises(errors.AlreadyMarked):
        mark(first, handed_in, 10, 10)
    assert selectors.marking_queue(first) == []
    assert [i.is_second for i in selectors.marking_queue(second)] == [True]
    practical = mark(second, handed_in, 5, 5)
    handed_in.attempt.refresh_from_db()
    assert (practical.percent, handed_in.attempt.state) == (Decimal("57.50"), "failed")


def test_second_marking_is_blind(handed_in, agent):
    first = staff_actor(StaffRole.CERTIFIER)
    mark(first, handed_in, 6, 6, comment="A telling remark")
    second = staff_actor(StaffRole.CERTIFIER)
    seen = json.dumps(
        [
            dataclasses.asdict(selectors.practical_to_mark(second, handed_in.public_id)),
            [dataclasses.asdict(item) for item in selectors.marking_queue(second)],
        ],
        default=str,
    )
    for secret in (agent.nickname, agent.public_id, agent.user.email, "telling remark", first.name, "60.00"):
        assert secret not in seen


def test_marks_are_checked_at_the_field(handed_in):
    certifier = staff_actor(StaffRole.CERTIFIER)
    for tone, solution, fields in ((11, 5, ["score_tone"]), (None, -1, ["score_tone", "score_solution"])):
        with pytest.raises(Invalid) as refused:
            mark(certifier, handed_in, tone, solution)
        assert list(refused.value.fields) == fields
    assert PracticalMark.objects.count() == 0


def test_marking_needs_certifier_second_factor_and_distance(handed_in, actor, agent):
    for wrong in (actor, staff_actor(StaffRole.TRAINER), staff_actor(StaffRole.CERTIFIER, mfa=False)):
        with pytest.raises(NotAllowed):
            mark(wrong, handed_in, 5, 5)
    own = dataclasses.replace(staff_actor(StaffRole.CERTIFIER), agent_id=agent.pk)
    with pytest.raises(errors.OwnWork):
        mark(own, handed_in, 10, 10)
    assert selectors.marking_queue(own) == []


def test_marks_are_append_only_and_by_two_people(handed_in):
    certifier = staff_actor(StaffRole.CERTIFIER)
    mark(certifier, handed_in, 6, 6)
    with pytest.raises(IntegrityError, match="practical_marked_by_two_people"), transaction.atomic():
        PracticalMark.objects.create(
            practical=handed_in, number=2, marker_id=certifier.user_id, scores={}, percent=1, at=AT
        )
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        PracticalMark.objects.update(percent=100)
