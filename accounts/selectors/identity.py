"""Identity checks: the certifiers' queue, one check, one picture."""

from __future__ import annotations

from django.db.models import F, QuerySet

from accounts import policies
from accounts.actors import Actor
from accounts.models import AgentProfile, IdentityCheck, IdentityDocument
from accounts.states import IdentityState, StaffRole
from core.errors import NotFound


def identity_queue(*, actor: Actor, state: str = IdentityState.SUBMITTED) -> QuerySet[IdentityCheck]:
    """Checks in `state`, those waiting longest first; certifiers and operators only."""
    policies.require_staff(actor, StaffRole.CERTIFIER, StaffRole.OPERATOR)
    checks = (
        IdentityCheck.objects.filter(state=state)
        .select_related("agent__user", "decided_by")
        .prefetch_related("documents")
    )
    if state == IdentityState.SUBMITTED:
        return checks.order_by("submitted_at", "pk")
    return checks.order_by(F("decided_at").desc(nulls_last=True), "-pk")


def identity_check_for(*, actor: Actor, public_id: str | None = None) -> IdentityCheck:
    """One's own check, or with `public_id` any a certifier may see. Raises `NotFound`."""
    checks = IdentityCheck.objects.select_related("agent__user", "decided_by").prefetch_related("documents")
    if public_id is None:
        check = checks.filter(agent=actor.agent_id).first()
        if check is None and actor.agent_id is not None:
            return IdentityCheck(agent=AgentProfile.objects.get(pk=actor.agent_id))
    else:
        check = checks.filter(public_id=public_id).first()
    if check is None or not policies.can_see_identity(actor, check):
        raise NotFound
    return check


def document_by_public_id(public_id: str, *, actor: Actor) -> IdentityDocument:
    """One identity picture, for its agent, certifiers and operators. Raises `NotFound`, `SecondFactorNeeded`."""
    document = IdentityDocument.objects.select_related("check_of").filter(public_id=public_id).first()
    if document is None:
        raise NotFound
    policies.require_see_document(actor, document)
    return document
