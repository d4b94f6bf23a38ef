"""Invitations by e-mail into a client organisation; each works once.

The token is derived from the invitation's id and the site's secret, so the e-mail can be written
after commit by a job without the token ever lying in the database, which keeps only its hash.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.errors import (
    AlreadyMember,
    InvitationForAnother,
    InvitationGone,
    InvitationUnknown,
    InvitationUsed,
)
from accounts.events import MemberInvited
from accounts.logic import secret_hash
from accounts.models import Invitation, Membership, Organisation
from accounts.states import ClientRole, StaffRole
from core import audit, refusals
from core.errors import Invalid
from core.events import publish

VALID_FOR = timedelta(days=7)


def invitation_token(*, invitation: Invitation) -> str:
    """What the link in the e-mail carries."""
    mac = salted_hmac("accounts.invitation", invitation.public_id, algorithm="sha256").hexdigest()
    return f"{invitation.public_id}.{mac}"


@transaction.atomic
def invite_member(
    *, actor: Actor, organisation: Organisation, email: str, role: ClientRole, at: datetime
) -> Invitation:
    """Offer somebody a role; the e-mail goes out after commit. Owners, or an operator for the first owner.

    Raises `Invalid`, `AlreadyMember`, `AlreadyInvited`. Audited; publishes `MemberInvited`.
    """
    inviter_id = policies.person_id(actor)
    if not policies.can_staff(actor, StaffRole.OPERATOR):
        policies.require_client(actor, organisation, ClientRole.OWNER)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(fields={"email": list(error.messages)}) from error
    if role not in ClientRole.values:
        raise Invalid(fields={"role": _("Choose a role.")})
    if Membership.objects.filter(organisation=organisation, user__email__iexact=address).exists():
        raise AlreadyMember
    open_ones = Invitation.objects.filter(organisation=organisation, email=address, accepted_at=None, revoked_at=None)
    open_ones.filter(expires_at__lte=at).update(revoked_at=at)
    invitation = Invitation(
        organisation=organisation,
        email=address,
        role=role,
        invited_by_id=inviter_id,
        created_at=at,
        expires_at=at + VALID_FOR,
    )
    invitation.token_hash = secret_hash(invitation_token(invitation=invitation))
    with refusals.translated():
        invitation.save(force_insert=True)
    _record("accounts.invite_member", invitation, actor, at)
    publish(MemberInvited(invitation_id=invitation.pk, at=at))
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: Invitation, at: datetime) -> Invitation:
    """Make an open invitation useless. Owners and operators; audited. Raises `InvitationUsed`."""
    policies.require_person(actor)
    if not policies.can_staff(actor, StaffRole.OPERATOR):
        policies.require_client(actor, invitation.organisation, ClientRole.OWNER)
    row = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if row.accepted_at:
        raise InvitationUsed
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        _record("accounts.revoke_invitation", row, actor, at)
    return row


@transaction.atomic
def accept_invitation(*, actor: Actor, token: str, at: datetime) -> Membership:
    """Become a member by an invitation sent to one of one's verified addresses; it works once.

    Raises `InvitationUnknown`, `InvitationUsed`, `InvitationGone`, `InvitationForAnother`,
    `AlreadyMember`. Audited.
    """
    user_id = policies.person_id(actor)
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(token_hash=secret_hash(token))
        .first()
    )
    if invitation is None:
        raise InvitationUnknown
    mine = EmailAddress.objects.filter(user_id=user_id, verified=True, email__iexact=invitation.email)
    if not mine.exists():
        raise InvitationForAnother
    if invitation.accepted_at:
        raise InvitationUsed
    if invitation.revoked_at or invitation.expires_at <= at:
        raise InvitationGone
    membership, created = Membership.objects.get_or_create(
        user_id=user_id, organisation=invitation.organisation, defaults={"role": invitation.role}
    )
    if not created:
        raise AlreadyMember
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    _record("accounts.accept_invitation", invitation, actor, at)
    return membership


def _record(action: str, invitation: Invitation, actor: Actor, at: datetime) -> None:
    audit.record(
        stream="accounts",
        action=action,
        subject=invitation.public_id,
        at=at,
        actor=actor,
        data={"organisation": invitation.organisation.public_id, "role": str(invitation.role)},
    )
