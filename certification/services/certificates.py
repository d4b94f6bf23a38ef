"""Writes to standards and certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from accounts.services import hold_standing
from certification.errors import IssuedMeanwhile, NotIssuable
from certification.events import CertificateIssued, CertificateRevoked
from certification.models import AgentTier, Attempt, Certificate, Standard
from certification.policies import require_decide_on_agent, require_standards_author
from certification.services.skills import record_evidence, record_tier
from certification.states import CERTIFICATE, AttemptState, CertificateState, SkillInput, Tier
from core import audit, refusals, states
from core.errors import DomainError, Invalid
from core.events import publish

if TYPE_CHECKING:
    from accounts.models import AgentProfile

STREAM = "certification"
JUST_NOW = timedelta(minutes=1)
"""A second certificate vouched for within this time of the first is a double click, not a renewal."""


@transaction.atomic
def save_standard(
    *,
    actor: Actor,
    at: datetime,
    standard: Standard | None = None,
    values: Mapping[str, Any],
    requires: Sequence[Standard] = (),
) -> Standard:
    """Make a standard or a new version of one; audited.

    A standard under which certificates were issued never changes: saving it makes the next version.
    """
    require_standards_author(actor)
    used = standard is not None and standard.certificates.exists()
    if standard is None or used:
        slug = standard.slug if standard is not None else values["slug"]
        newest = Standard.objects.filter(slug=slug).order_by("-version").first()
        if standard is None and newest is not None:
            raise Invalid(fields={"slug": _("There is a standard of this short name already.")})
        version = newest.version + 1 if newest else 1
        standard = Standard(**{**values, "slug": slug, "version": version}, created_at=at)
    else:
        for name, value in values.items():
            setattr(standard, name, value)
    with refusals.translated():
        standard.save()
    standard.requires.set(requires)
    audit.record(
        stream=STREAM,
        action="certification.save_standard",
        subject=standard.public_id,
        at=at,
        actor=actor,
        data={"slug": standard.slug, "version": standard.version},
    )
    return standard


@transaction.atomic
def issue_certificate(
    *,
    actor: Actor,
    at: datetime,
    agent: AgentProfile,
    standard: Standard,
    attempt: Attempt | None = None,
    reason: str = "",
) -> Certificate:
    """Issue a certificate; a valid one of the same standard is replaced by it ("renewed").

    With an `attempt`: it must be this agent's, at the standard's exam, and passed, else `NotIssuable`.
    Without one, a certifier vouches and writes why in `reason`. Asking twice for the same attempt
    gives the certificate already issued; vouching for what somebody vouched for at the same time, or within the
    last minute, is refused with `IssuedMeanwhile`. Audited. Events: `CertificateIssued`, and through the skill
    tag's evidence (an attempt's percent, or 100) `SkillChanged`; a first certificate starts the agent
    in Bronze (`TierChanged`).
    """
    require_decide_on_agent(actor, agent.pk)
    if attempt is not None:
        attempt = Attempt.objects.select_for_update(no_key=True, of=("self",)).get(pk=attempt.pk)
        known = Certificate.objects.filter(attempt=attempt, standard=standard).first()
        if known is not None:
            return known
        matches = attempt.agent_id == agent.pk and attempt.exam_id == standard.exam_id
        if not matches or attempt.state != AttemptState.PASSED:
            raise NotIssuable
    elif not reason.strip():
        raise Invalid(fields={"reason": _("Write why this is issued without an exam.")})
    old = _lock_valid(agent, standard.slug)
    if attempt is None and old is not None and at - old.issued_at < JUST_NOW:
        raise IssuedMeanwhile(detail={"certificate": old.public_id})
    new = Certificate(
        standard=standard,
        slug=standard.slug,
        agent=agent,
        attempt=attempt,
        issued_at=at,
        valid_until=at + timedelta(days=standard.valid_days),
        issued_by_id=actor.user_id,
    )
    if old is not None:
        held = old.valid_until > at
        to = CertificateState.RENEWED if held else CertificateState.EXPIRED
        states.move(old, to, table=CERTIFICATE, at=at, actor=actor)
    with refusals.translated():
        new.save(force_insert=True)
    if old is not None and held:
        Certificate.objects.filter(pk=old.pk).update(renewed_by=new)
    audit.record(
        stream=STREAM,
        action="certification.issue_certificate",
        subject=new.public_id,
        at=at,
        actor=actor,
        data={
            "agent": agent.public_id,
            "standard": standard.public_id,
            "attempt": attempt.public_id if attempt else None,
            "reason": reason,
            "valid_until": new.valid_until.isoformat(),
        },
    )
    with translation.override(agent.user.language):
        name = str(standard)
    record_evidence(
        actor=PLATFORM,
        at=at,
        agent=agent,
        tag=standard.skill_tag,
        input=SkillInput.CERTIFICATION,
        value=_percent(attempt),
        source=new.evidence_source,
        note=name,
    )
    if not AgentTier.objects.filter(agent=agent).exclude(tier=Tier.CERTIFICATION).exists():
        record_tier(
            actor=PLATFORM, at=at, agent=agent, tier=Tier.BRONZE, inputs={"reason": "newcomer", "from": new.public_id}
        )
    publish(CertificateIssued(certificate_id=new.pk, agent_id=agent.pk, standard_id=standard.pk, at=at))
    return new


def _lock_valid(agent: AgentProfile, slug: str) -> Certificate | None:
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(agent=agent, slug=slug, state=CertificateState.VALID).first()


def _percent(attempt: Attempt | None) -> int:
    """The attempt's result in whole percent, rounded down; 100 where a certifier vouched without one."""
    if attempt is None or not attempt.points_possible or attempt.points_earned is None:
        return 100
    return int(attempt.points_earned * 100 / attempt.points_possible)


@dataclass(frozen=True)
class Issued:
    """What became of one person in a run for many."""

    agent_public_id: str
    certificate: Certificate | None
    error: DomainError | None


def issue_many(
    *,
    actor: Actor,
    at: datetime,
    standard: Standard,
    chosen: Sequence[tuple[AgentProfile, Attempt | None]],
    reason: str = "",
) -> list[Issued]:
    """Issue to each of `chosen`, one transaction each; a refusal is reported and stops nobody else."""
    results = []
    for agent, attempt in chosen:
        try:
            made = issue_certificate(actor=actor, at=at, agent=agent, standard=standard, attempt=attempt, reason=reason)
            results.append(Issued(agent.public_id, made, None))
        except DomainError as error:
            results.append(Issued(agent.public_id, None, error))
    return results


@transaction.atomic
def revoke_certificate(*, actor: Actor, at: datetime, certificate: Certificate, reason: str) -> Certificate:
    """Revoke for good, for a reason the public page shows. Audited. Event: `CertificateRevoked`."""
    require_decide_on_agent(actor, certificate.agent_id)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write why; the holder and whoever verifies it will read this.")})
    hold_standing(agent_id=certificate.agent_id)
    states.move(
        certificate,
        CertificateState.REVOKED,
        table=CERTIFICATE,
        at=at,
        actor=actor,
        reason=reason,
        changes={"revoked_at": at, "revoked_reason": reason.strip()},
    )
    audit.record(
        stream=STREAM,
        action="certification.revoke_certificate",
        subject=certificate.public_id,
        at=at,
        actor=actor,
        data={"reason": reason.strip()},
    )
    publish(
        CertificateRevoked(
            certificate_id=certificate.pk,
            agent_id=certificate.agent_id,
            standard_id=certificate.standard_id,
            slug=certificate.slug,
            at=at,
        )
    )
    return certificate


@transaction.atomic
def expire_certificates(*, at: datetime, limit: int = 500) -> int:
    """Mark certificates whose end has come; whoever asks by the clock knew already. Returns how many."""
    due = Certificate.objects.filter(
        pk__in=list(
            Certificate.objects.filter(state=CertificateState.VALID, valid_until__lte=at)
            .order_by("valid_until")
            .values_list("pk", flat=True)[:limit]
        )
    )
    return len(states.move_all(due, CertificateState.EXPIRED, table=CERTIFICATE, at=at))
