"""What certification hears from training, and what it adds to an agent's checklist."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from accounts.selectors import onboarding_checklist, own_data
from accounts.tests.factories import AgentFactory, agent_actor
from certification import selectors
from certification.models import AgentSkill, SkillEvidence
from certification.states import QuestionKind
from certification.tests.factories import StandardFactory, give_certificate, open_exam, pass_exam
from core.events import publish
from training.events import CourseCompleted
from training.tests.factories import published_course

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def complete(agent, course, score=92):
    with transaction.atomic():
        publish(
            CourseCompleted(
                agent_id=agent.pk, course_id=course.pk, version_id=course.versions.get().pk, score=score, at=AT
            )
        )


def test_a_completed_course_is_evidence_and_opens_the_exam():
    agent, course, exam = AgentFactory(), published_course(), open_exam()
    standard = StandardFactory(exam=exam, course_slug=course.slug)
    actor = agent_actor(agent)
    (need,) = selectors.exam_view(actor, exam, AT).needs
    assert (need.met, need.title, need.ref) == (False, course.title, course.public_id)
    complete(agent, course)
    complete(agent, course)
    assert [(e.tag, e.value, e.input) for e in SkillEvidence.objects.all()] == [(standard.skill_tag, 92, "training")]
    assert AgentSkill.objects.get().score == 40
    assert selectors.exam_view(actor, exam, AT).may_begin


def test_a_course_no_standard_names_is_evidence_of_nothing():
    StandardFactory(course_slug="another")
    complete(AgentFactory(), published_course())
    assert SkillEvidence.objects.count() == 0


def test_the_checklist_ends_with_course_and_certificate():
    agent, course = AgentFactory(), published_course()
    standard = StandardFactory(slug="foundation", course_slug=course.slug)
    actor = agent_actor(agent)

    def states():
        return {
            s.key: str(s.state) for s in onboarding_checklist(agent, actor=actor) if s.key in {"course", "certificate"}
        }

    assert states() == {"course": "todo", "certificate": "locked"}
    complete(agent, course)
    assert states() == {"course": "done", "certificate": "todo"}
    give_certificate(agent, standard, at=AT)
    assert states() == {"course": "done", "certificate": "done"}


def test_everything_about_oneself_can_be_taken_out():
    agent, exam = AgentFactory(), open_exam([QuestionKind.SINGLE])
    StandardFactory(slug="foundation", exam=exam, is_issued_at_once=True)
    pass_exam(agent, exam, at=AT)
    data = own_data(actor=agent_actor(agent), at=AT)["certification"]
    assert (data["tier"]["tier"], data["certificates"][0]["standard"]) == ("bronze", "foundation")
    assert len(data["attempts"][0]["answers"]) == 1
