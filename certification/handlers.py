"""What follows from events of this and lower apps."""

from accounts.actors import PLATFORM
from certification import services
from certification.events import AttemptDecided
from certification.models import Attempt, Standard
from core.events import on


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
