"""Integrity signals: noted, shown to a certifier, deciding nothing by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import Actor
from certification.errors import NotInProgress
from certification.logic.results import SECONDS_TO_READ
from certification.models import Attempt, AttemptQuestion, IntegrityReview, IntegritySignal, Practical
from certification.policies import require_decide_on_agent, require_sitter
from certification.states import ATTEMPT, PRACTICAL, AttemptState, PracticalState, SignalKind
from core import audit, states
from core.errors import Invalid

MAX_SIGNALS = 300
"""Kept per attempt; a page that floods is noted enough by then."""
_REPORTED = frozenset({SignalKind.FOCUS_LOST, SignalKind.PASTE, SignalKind.COPY})
"""What the player reports; the others the server sees for itself."""


@transaction.atomic
def record_signal(
    *,
    actor: Actor,
    at: datetime,
    attempt: Attempt,
    kind: SignalKind,
    position: int | None = None,
    seconds: int | None = None,
) -> None:
    """Note what the player saw in the agent's own running attempt; more than 300 are let go."""
    require_sitter(actor, attempt)
    if kind not in _REPORTED:
        raise Invalid(fields={"kind": _("This is not something a page reports.")})
    if not Attempt.objects.filter(pk=attempt.pk, state=AttemptState.IN_PROGRESS).exists():
        raise NotInProgress
    _note(attempt, kind, at, position=position, seconds=seconds)


def note_while_answering(*, attempt: Attempt, row: AttemptQuestion, answer: Any, device: str, at: datetime) -> None:
    """Note a change of device and answers faster than reading; called with the attempt locked, before saving."""
    device = device[:40]
    if device and device != attempt.device:
        if attempt.device:
            _note(attempt, SignalKind.SECOND_SESSION, at, position=row.position)
        Attempt.objects.filter(pk=attempt.pk).update(device=device)
        attempt.device = device
    if answer is None or row.answer is not None:
        return
    previous = attempt.questions.aggregate(last=Max("answered_at"))["last"] or attempt.started_at
    if previous is not None and (took := (at - previous).total_seconds()) < SECONDS_TO_READ:
        _note(attempt, SignalKind.IMPOSSIBLE_SPEED, at, position=row.position, seconds=max(0, int(took)))


def _note(
    attempt: Attempt, kind: SignalKind, at: datetime, *, position: int | None = None, seconds: int | None = None
) -> None:
    if IntegritySignal.objects.filter(attempt=attempt).count() < MAX_SIGNALS:
        IntegritySignal.objects.create(attempt=attempt, kind=kind, position=position, seconds=seconds, at=at)


@transaction.atomic
def clear_signals(*, actor: Actor, at: datetime, attempt: Attempt, reason: str) -> IntegrityReview:
    """Write that the signals of an attempt mean nothing; a certifier with a reason, audited."""
    return _review(actor=actor, at=at, attempt=attempt, verdict="cleared", reason=reason)


@transaction.atomic
def void_attempt(*, actor: Actor, at: datetime, attempt: Attempt, reason: str) -> IntegrityReview:
    """Void an attempt that is not decided yet; it no longer counts. A certifier with a reason, audited.

    A decided attempt stays as it is (`Conflict`): a certificate it led to is revoked instead.
    """
    review = _review(actor=actor, at=at, attempt=attempt, verdict="voided", reason=reason)
    states.move(
        attempt,
        AttemptState.VOIDED,
        table=ATTEMPT,
        at=at,
        actor=actor,
        reason=reason,
        changes={"finished_at": at},
    )
    practical = Practical.objects.filter(attempt=attempt).first()
    if practical is not None and practical.state not in PRACTICAL.final:
        states.move(practical, PracticalState.VOIDED, table=PRACTICAL, at=at, actor=actor, reason=reason)
    return review


def _review(*, actor: Actor, at: datetime, attempt: Attempt, verdict: str, reason: str) -> IntegrityReview:
    require_decide_on_agent(actor, attempt.agent_id)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write why.")})
    review = IntegrityReview.objects.create(
        attempt=attempt,
        verdict=verdict,
        reason=reason.strip(),
        signals_seen=attempt.signals.count(),
        by_id=actor.user_id,
        at=at,
    )
    audit.record(
        stream="certification",
        action=f"certification.integrity_{verdict}",
        subject=attempt.public_id,
        at=at,
        actor=actor,
        data={"reason": reason.strip(), "signals": review.signals_seen},
    )
    return review
