"""What certification adds to an agent's checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.selectors import Step, StepState
from certification.models import Certificate, Standard
from certification.selectors.exams import courses_done
from training.selectors import published_courses

if TYPE_CHECKING:
    from accounts.models import AgentProfile
    from training.models import Course

FOUNDATION = "foundation"
"""Slug of the standard every agent begins with."""


def onboarding_steps(agent: AgentProfile, actor: Actor) -> list[Step]:
    """The foundation course and the first certificate; the course only where that standard names one."""
    standard = _foundation()
    steps = []
    if standard is not None and standard.course_slug:
        steps.append(_course(agent, actor, standard))
    has_certificate = Certificate.objects.filter(agent=agent).exists()
    is_open = agent.onboarded_at is not None and all(step.is_done for step in steps)
    steps.append(
        Step(
            key="certificate",
            title=_("First certificate"),
            why=_("It shows clients that you know the basics, and it opens paid work."),
            state=StepState.DONE if has_certificate else StepState.TODO if is_open else StepState.LOCKED,
            url_name="agent:exams",
        )
    )
    return steps


def required_course(*, actor: Actor) -> Course | None:
    """The foundation course an agent without its certificate has still to complete, in their language if it is."""
    standard = _foundation()
    if standard is None or not standard.course_slug or actor.agent_id is None:
        return None
    is_certified = Certificate.objects.filter(agent_id=actor.agent_id, standard__slug=FOUNDATION).exists()
    is_done = is_certified or standard.course_slug in courses_done(actor.agent_id)
    return None if is_done else _published(standard, actor)


def _foundation() -> Standard | None:
    return Standard.objects.filter(slug=FOUNDATION).order_by("-version").first()


def _published(standard: Standard, actor: Actor) -> Course | None:
    courses = {c.language: c for c in published_courses(actor=actor).filter(slug=standard.course_slug)}
    return courses.get(actor.language) or next(iter(courses.values()), None)


def _course(agent: AgentProfile, actor: Actor, standard: Standard) -> Step:
    done = standard.course_slug in courses_done(agent.pk)
    course = _published(standard, actor)
    return Step(
        key="course",
        title=_("Foundation course"),
        why=_("It teaches what the first exam asks. Learning is free."),
        state=StepState.DONE if done else StepState.TODO if agent.onboarded_at else StepState.LOCKED,
        url_name="agent:course" if course else "agent:learn",
        url_arg=course.public_id if course else "",
        note=course.title if course else "",
    )
