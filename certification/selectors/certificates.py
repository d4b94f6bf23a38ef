"""Reads of standards and certificates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.models import Certificate, Standard
from certification.states import CertificateState
from core.errors import NotFound

_READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR, StaffRole.OPERATOR)


@dataclass(frozen=True)
class Verified:
    """What anybody may learn of a certificate: no personal data beyond the service name."""

    public_id: str
    state: CertificateState
    service_name: str
    standard: Standard
    issued_at: datetime
    valid_until: datetime
    revoked_at: datetime | None
    revoked_reason: str
    renewed_by: str | None

    @property
    def holds(self) -> bool:
        return self.state == CertificateState.VALID


def verify_certificate(public_id: str, at: datetime) -> Verified:
    """Verify a certificate for anybody at all; the clock decides expiry, not the sweeper. `NotFound` if unknown."""
    row = Certificate.objects.select_related("agent", "standard", "renewed_by").filter(public_id=public_id[:30]).first()
    if row is None:
        raise NotFound
    return Verified(
        public_id=row.public_id,
        state=state_at(row, at),
        service_name=row.agent.nickname,
        standard=row.standard,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        renewed_by=row.renewed_by.public_id if row.renewed_by else None,
    )


def state_at(certificate: Certificate, at: datetime) -> CertificateState:
    """The state as the clock has it: valid in `[issued_at, valid_until)`, revoked from the moment it was."""
    state = CertificateState(certificate.state)
    if state == CertificateState.VALID and at >= certificate.valid_until:
        return CertificateState.EXPIRED
    return state


def certificates_for(
    actor: Actor, *, query: str = "", state: str = "", slug: str = "", own: bool = False
) -> QuerySet[Certificate]:
    """Certificates newest first: one's own (as an agent, or with `own`); all, searchable, for staff who read them."""
    rows = Certificate.objects.select_related("agent", "standard", "standard__skill_tag").order_by("-issued_at", "-pk")
    if own or not actor.is_staff(*_READERS):
        return rows.filter(agent_id=actor.agent_id) if actor.agent_id else rows.none()
    if query:
        rows = rows.filter(Q(agent__nickname__icontains=query) | Q(public_id=query) | Q(agent__public_id=query))
    if state:
        rows = rows.filter(state=state)
    if slug:
        rows = rows.filter(slug=slug)
    return rows


def certificate_by_public_id(actor: Actor, public_id: str) -> Certificate:
    """One certificate of `certificates_for`, or one's own whatever else one is; else `NotFound`."""
    rows = Certificate.objects.select_related("agent", "standard", "standard__skill_tag", "attempt", "issued_by")
    row = rows.filter(public_id=public_id).first()
    if row is None or not (actor.is_staff(*_READERS) or (actor.agent_id and actor.agent_id == row.agent_id)):
        raise NotFound
    return row


def standards_by_slug(slugs: Iterable[str]) -> dict[str, Standard]:
    """The newest version of each named standard, with its exam and tag, in one query; unknown slugs are left out."""
    rows = Standard.objects.filter(slug__in=set(slugs)).select_related("exam", "skill_tag", "programme")
    return {row.slug: row for row in rows.order_by("version")}


def standards_for(actor: Actor) -> list[Standard]:
    """The newest version of every standard, by slug: what may be earned is no secret."""
    rows = Standard.objects.select_related("exam", "exam__scenario", "skill_tag", "programme")
    newest = {row.slug: row for row in rows.prefetch_related("requires").order_by("version")}
    return [newest[slug] for slug in sorted(newest)]
