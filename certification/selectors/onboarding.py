"""What certification adds to an agent's checklist, and to the export of everything about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.selectors import Step, StepState
from certification.models import AgentSkill, AgentTier, Attempt, Certificate, Standard
from certification.selectors.exams import courses_done
from training.selectors import published_courses

if TYPE_CHECKING:
    from accounts.models import AgentProfile

FOUNDATION = "foundation"
"""Slug of the standard every agent begins with."""


def onboarding_steps(agent: AgentProfile, actor: Actor) -> list[Step]:
    """The foundation course and the first certificate; the course only where that standard names one."""
    standard = Standard.objects.filter(slug=FOUNDATION).order_by("-version").first()
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


def _course(agent: AgentProfile, actor: Actor, standard: Standard) -> Step:
    done = standard.course_slug in courses_done(agent.pk)
    courses = {c.language: c for c in published_courses(actor=actor).filter(slug=standard.course_slug)}
    course = courses.get(actor.language) or next(iter(courses.values()), None)
    return Step(
        key="course",
        title=_("Foundation course"),
        why=_("It teaches what the first exam asks. Learning is free."),
        state=StepState.DONE if done else StepState.TODO if agent.onboarded_at else StepState.LOCKED,
        url_name="agent:learn",
        note=course.title if course else "",
    )


def export_own(actor: Actor) -> dict[str, Any]:
    """One's own skills, tier, certificates and attempts, JSON-safe."""
    agent_id = actor.agent_id or 0
    tier = AgentTier.objects.filter(agent_id=agent_id).first()
    return {
        "tier": {"tier": tier.tier, "since": tier.since.isoformat(), "inputs": tier.inputs} if tier else None,
        "skills": [
            {"tag": s.tag.slug, "score": s.score, "inputs": s.inputs}
            for s in AgentSkill.objects.filter(agent_id=agent_id).select_related("tag").order_by("tag__slug")
        ],
        "certificates": [
            {
                "id": c.public_id,
                "standard": c.slug,
                "state": c.state,
                "issued_at": c.issued_at.isoformat(),
                "valid_until": c.valid_until.isoformat(),
            }
            for c in Certificate.objects.filter(agent_id=agent_id).order_by("pk")
        ],
        "attempts": [
            {
                "id": a.public_id,
                "exam": a.exam.slug,
                "state": a.state,
                "started_at": a.started_at.isoformat() if a.started_at else None,
                "answers": [q.answer for q in a.questions.all()],
            }
            for a in Attempt.objects.filter(agent_id=agent_id)
            .select_related("exam")
            .prefetch_related("questions")
            .order_by("pk")
        ],
    }
