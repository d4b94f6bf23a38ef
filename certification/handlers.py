"""What follows from events of this and lower apps."""

from dataclasses import replace

from accounts.actors import PLATFORM
from accounts.selectors import own_agent
from certification import services
from certification.events import AttemptDecided, CertificateRevoked
from certification.models import Attempt, Certificate, Standard
from certification.states import SkillInput
from core.events import on
from training.events import CourseCompleted
from training.selectors import published_courses


@on(AttemptDecided)
def issue_at_once(event: AttemptDecided) -> None:
    """A passed attempt brings its certificate where the standard needs no certifier's decision."""
    if not event.passed:
        return
    attempt = Attempt.objects.select_related("agent").get(pk=event.attempt_id)
    newest = {s.slug: s for s in Standard.objects.filter(exam_id=event.exam_id).order_by("version")}
    for standard in newest.values():
        if standard.is_issued_at_once:
            services.issue_certificate(
                actor=PLATFORM, at=event.at, agent=attempt.agent, standard=standard, attempt=attempt
            )


@on(CertificateRevoked)
def withdraw_its_evidence(event: CertificateRevoked) -> None:
    """What a revoked certificate said of a skill counts no longer, from the same moment on."""
    certificate = Certificate.objects.only("public_id", "revoked_reason").get(pk=event.certificate_id)
    services.withdraw_evidence(
        actor=PLATFORM,
        at=event.at,
        source=certificate.evidence_source,
        reason=certificate.revoked_reason,
    )


@on(CourseCompleted)
def record_training_result(event: CourseCompleted) -> None:
    """A completed course is evidence of the skills whose standards it leads to."""
    course = published_courses(actor=PLATFORM).filter(pk=event.course_id).first()
    if course is None:
        return
    newest = {s.slug: s for s in Standard.objects.select_related("skill_tag").order_by("version")}
    agent = own_agent(replace(PLATFORM, agent_id=event.agent_id))
    for tag in {s.skill_tag for s in newest.values() if s.course_slug == course.slug}:
        services.record_evidence(
            actor=PLATFORM,
            at=event.at,
            agent=agent,
            tag=tag,
            input=SkillInput.TRAINING,
            value=event.score,
            source=f"course:{course.slug}:{course.language}:{event.version_id}",
            note=course.title,
        )
