"""What the certificates' desk reads: who may be issued a certificate and why, standards by id, sittings of an exam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.models import Attempt, Certificate, Exam, ExtraTime, Practical, Standard
from certification.selectors.bank import blueprints_for
from certification.selectors.certificates import standards_for
from certification.selectors.results import percent_of
from certification.states import AttemptState, CertificateState
from core.errors import NotFound

_READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR)


@dataclass(frozen=True)
class Issuable:
    """A person who has passed and waits for a certificate: what would change, and on what grounds."""

    attempt: Attempt
    percent: Decimal
    practical_percent: Decimal | None
    signals: int
    renews: Certificate | None
    valid_until: datetime


def issuable(actor: Actor, standard: Standard, at: datetime) -> list[Issuable]:
    """Passed attempts at the standard's exam that led to no certificate of it yet, oldest first; four queries at most.

    Left out: one's own, and attempts older than the person's newest certificate of the standard.
    """
    if not actor.is_staff(*_READERS) or standard.exam_id is None:
        return []
    attempts = list(
        Attempt.objects.filter(exam_id=standard.exam_id, state=AttemptState.PASSED)
        .exclude(certificates__slug=standard.slug)
        .exclude(agent_id=actor.agent_id or 0)
        .select_related("agent")
        .annotate(signal_count=Count("signals"))
        .order_by("finished_at", "pk")
    )
    agents = [a.agent_id for a in attempts]
    newest: dict[int, Certificate] = {}
    for certificate in Certificate.objects.filter(slug=standard.slug, agent_id__in=agents).order_by("issued_at"):
        newest[certificate.agent_id] = certificate
    parts = dict(Practical.objects.filter(attempt__in=attempts).values_list("attempt_id", "percent"))
    found = []
    for attempt in attempts:
        held = newest.get(attempt.agent_id)
        if held is not None and attempt.finished_at is not None and attempt.finished_at <= held.issued_at:
            continue
        valid = held is not None and held.state == CertificateState.VALID and at < held.valid_until
        found.append(
            Issuable(
                attempt=attempt,
                percent=percent_of(attempt.points_earned or Decimal(0), attempt.points_possible or 0),
                practical_percent=parts.get(attempt.pk),
                signals=attempt.signal_count,
                renews=held if valid else None,
                valid_until=at + timedelta(days=standard.valid_days),
            )
        )
    return found


def waiting_to_be_issued(actor: Actor, at: datetime) -> list[tuple[Standard, int]]:
    """Standards with people waiting, and how many."""
    counted = [(s, len(issuable(actor, s, at))) for s in standards_for(actor) if s.exam_id is not None]
    return [(standard, count) for standard, count in counted if count]


def standard_by_public_id(actor: Actor, public_id: str) -> Standard:
    """One standard, in whichever version; for staff, else `NotFound`."""
    row = Standard.objects.select_related("exam", "skill_tag").filter(public_id=public_id).first()
    if row is None or not actor.is_staff():
        raise NotFound
    return row


def blueprint_by_public_id(actor: Actor, public_id: str) -> Exam:
    """One blueprint with its sections, for authors; else `NotFound`."""
    row = blueprints_for(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def sittings_of(actor: Actor, exam: Exam) -> QuerySet[Attempt]:
    """Attempts at an exam, newest first, with the person; for certifiers and auditors, nothing for others."""
    rows = Attempt.objects.filter(exam=exam).select_related("agent").order_by("-created_at", "-pk")
    return rows if actor.is_staff(*_READERS) else rows.none()


def extra_times_of(actor: Actor, exam: Exam) -> QuerySet[ExtraTime]:
    """Extra time granted at an exam; for certifiers and auditors."""
    rows = exam.extra_times.select_related("agent").order_by("-granted_at")
    return rows if actor.is_staff(*_READERS) else rows.none()
