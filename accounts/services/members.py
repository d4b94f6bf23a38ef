"""Who acts for an organisation. Lock order: organisation -> membership. The last owner stays (trigger)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import policies
from accounts.actors import Actor
from accounts.errors import LastOwner
from accounts.models import Membership, Organisation
from accounts.states import ClientRole
from core import audit
from core.errors import NotFound


@transaction.atomic
def change_member_role(*, actor: Actor, membership: Membership, role: ClientRole, at: datetime) -> Membership:
    """Give a member another role. Owners only; audited. Raises `LastOwner`."""
    membership = _lock(actor, membership)
    if membership.role == ClientRole.OWNER and role != ClientRole.OWNER:
        _require_another_owner(membership)
    before = membership.role
    membership.role = ClientRole(role)
    membership.save(update_fields=["role"])
    _record("accounts.change_member_role", membership, actor, at, before=before, role=str(role))
    return membership


@transaction.atomic
def remove_member(*, actor: Actor, membership: Membership, at: datetime) -> None:
    """End a membership: owners end any, members their own. Audited. Raises `LastOwner`."""
    membership = _lock(actor, membership, may_leave=True)
    if membership.role == ClientRole.OWNER:
        _require_another_owner(membership)
    _record("accounts.remove_member", membership, actor, at, role=membership.role)
    membership.delete()


def _lock(actor: Actor, membership: Membership, *, may_leave: bool = False) -> Membership:
    policies.require_person(actor)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
    row = Membership.objects.select_for_update(of=("self",)).filter(pk=membership.pk).first()
    if row is None:
        raise NotFound
    if not (may_leave and row.user_id == actor.user_id):
        policies.require_client(actor, organisation, ClientRole.OWNER)
    row.organisation = organisation
    return row


def _require_another_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(organisation_id=membership.organisation_id, role=ClientRole.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def _record(action: str, membership: Membership, actor: Actor, at: datetime, **data: str) -> None:
    audit.record(
        stream="accounts",
        action=action,
        subject=membership.organisation.public_id,
        at=at,
        actor=actor,
        data={"member": membership.user.public_id, **data},
    )
