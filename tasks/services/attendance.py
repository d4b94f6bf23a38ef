"""Being there: check-in and check-out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from accounts.policies import require_onboarded, require_standing
from accounts.services import hold_standing
from core import audit
from core.events import publish
from tasks.eligibility import Explanation
from tasks.errors import (
    AlreadyCheckedOut,
    BlockNotStarted,
    CertificateLost,
    CheckInTooEarly,
    CheckInTooLate,
    NoLongerEligible,
    NotCheckedIn,
    NotCommitted,
)
from tasks.events import AgentCheckedIn, AgentCheckedOut
from tasks.logic.commitment import check_in_opens_at
from tasks.logic.rules import RULES
from tasks.models import Claim
from tasks.policies import require_own_claim
from tasks.selectors.eligibility import explain_claim
from tasks.services.waiving import waive_claim
from tasks.states import ClaimState


def check_in(*, actor: Actor, at: datetime, claim: Claim) -> Claim:
    """Be at work on one's block: from 10 minutes before its start until its end. Again is the same as once.

    The requirement is asked again (docs/decisions/0402). Who does not meet it any more is refused with
    `NoLongerEligible` and may come back when it is mended; if a certificate revoked since the claim is all that is
    missing, the claim is waived and the refusal is `CertificateLost`. Both carry the explanation.

    Raises besides: `NotCommitted`, `CheckInTooEarly`, `CheckInTooLate`, `AlreadyCheckedOut`, `Suspended`,
    `NotOnboarded`.
    Side effects: `AgentCheckedIn`, an audit entry on `claims.<agent>`; or those of `waive_claim`.
    """
    require_onboarded(actor)
    require_own_claim(actor, claim)
    with transaction.atomic():
        checked_in, missing = _check_in(actor, at, claim)
    if missing is None:
        return checked_in
    if waive_claim(actor=PLATFORM, at=at, claim=checked_in):
        raise CertificateLost(detail={**missing.as_json(), "counts": False})
    raise NoLongerEligible(detail={**missing.as_json(), "counts": True})


def _check_in(actor: Actor, at: datetime, claim: Claim) -> tuple[Claim, Explanation | None]:
    """The claim, checked in; or the claim as it was, and what is missing."""
    hold_standing(agent_id=claim.agent_id, shared=True)
    claim = _lock(claim)
    require_standing(claim.agent)
    if claim.checked_out_at is not None:
        raise AlreadyCheckedOut
    if claim.state != ClaimState.COMMITTED:
        raise NotCommitted(detail={"state": str(claim.state)})
    if claim.checked_in_at is not None:
        return claim, None
    opens_at = check_in_opens_at(claim.starts_at)
    if at < opens_at:
        message = _("Check-in opens %(n)d minutes before the block starts.") % {"n": RULES.check_in_opens.seconds // 60}
        raise CheckInTooEarly(message, detail={"opens_at": opens_at.isoformat()})
    if at >= claim.ends_at:
        raise CheckInTooLate
    answer = explain_claim(claim, at, language=actor.language)
    if not answer.eligible:
        return claim, answer
    claim.checked_in_at = at
    claim.save(update_fields=["checked_in_at"])
    _note("tasks.check_in", claim, actor, at)
    publish(AgentCheckedIn(claim_id=claim.pk, agent_id=claim.agent_id, programme_id=claim.task.programme_id, at=at))
    return claim, None


@transaction.atomic
def check_out(*, actor: Actor, at: datetime, claim: Claim) -> Claim:
    """Leave one's block before it ends, for good; at the end everybody is checked out by the sweeper.

    Raises `NotCheckedIn`, `AlreadyCheckedOut`, `BlockNotStarted` (release it instead), `NotCommitted`.
    Side effects: `AgentCheckedOut`, an audit entry on `claims.<agent>`.
    """
    require_own_claim(actor, claim)
    claim = _lock(claim)
    if claim.checked_out_at is not None:
        raise AlreadyCheckedOut
    if claim.state != ClaimState.COMMITTED:
        raise NotCommitted(detail={"state": str(claim.state)})
    if claim.checked_in_at is None:
        raise NotCheckedIn
    if at < claim.starts_at:
        raise BlockNotStarted
    claim.checked_out_at = min(at, claim.ends_at)
    claim.save(update_fields=["checked_out_at"])
    _note("tasks.check_out", claim, actor, at)
    publish(AgentCheckedOut(claim_id=claim.pk, agent_id=claim.agent_id, programme_id=claim.task.programme_id, at=at))
    return claim


def _lock(claim: Claim) -> Claim:
    rows = Claim.objects.select_related("task__programme", "block", "agent")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=claim.pk)


def _note(action: str, claim: Claim, actor: Actor, at: datetime) -> None:
    audit.record(stream=f"claims.{claim.agent.public_id}", action=action, subject=claim.public_id, at=at, actor=actor)
