"""People as the operator's desk sees them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts import policies
from accounts.actors import Actor
from accounts.models import User
from accounts.selectors.organisations import invitations_for_me
from accounts.states import StaffRole
from core.errors import NotFound

KINDS = ("agent", "client", "staff", "suspended")
_READERS = (StaffRole.OPERATOR, StaffRole.AUDITOR)


def landing(*, actor: Actor, at: datetime) -> str:
    """The URL name where a person's day begins: an open invitation, their area, or what they came for."""
    if invitations_for_me(actor=actor, at=at).exists():
        return "public:invitations"
    if actor.is_staff():
        return "desk:home"
    if actor.clients:
        return "client:home"
    if actor.agent_id is not None:
        return "agent:home" if actor.is_onboarded else "agent:onboarding"
    return "public:start"


def people(*, actor: Actor, search: str = "", kind: str = "") -> QuerySet[User]:
    """Everybody, newest first, with roles at hand; `kind` is one of `KINDS`. Operators and auditors."""
    policies.require_staff(actor, *_READERS)
    rows = (
        User.objects.select_related("agent__team_membership__team")
        .prefetch_related("staff_assignments", "memberships__organisation")
        .order_by("-pk")
    )
    if search:
        rows = rows.filter(
            Q(email__icontains=search)
            | Q(display_name__icontains=search)
            | Q(agent__nickname__icontains=search)
            | Q(public_id=search)
            | Q(agent__public_id=search)
        )
    match kind:
        case "agent":
            return rows.filter(agent__isnull=False)
        case "client":
            return rows.filter(memberships__isnull=False).distinct()
        case "staff":
            return rows.filter(staff_assignments__isnull=False).distinct()
        case "suspended":
            return rows.filter(agent__suspended_at__isnull=False)
    return rows


def people_page(public_id: str, *, actor: Actor) -> User:
    """One of `people` for the desk, or `NotFound`."""
    user = people(actor=actor).filter(public_id=public_id).first()
    if user is None:
        raise NotFound
    return user


def person_by_public_id(public_id: str, *, actor: Actor) -> User:
    """One of `people`, or `NotFound`; the person themself may see their own row."""
    if not policies.can_staff(actor, *_READERS):
        own = User.objects.filter(pk=policies.person_id(actor), public_id=public_id).first()
        if own is None:
            raise NotFound
        return own
    user = people(actor=actor).filter(public_id=public_id).first()
    if user is None:
        raise NotFound
    return user
