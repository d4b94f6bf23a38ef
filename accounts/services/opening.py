"""Opening a client organisation for somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.errors import AlreadyInvited
from accounts.models import Invitation, Organisation
from accounts.services.invitations import invite_member
from accounts.services.organisations import create_organisation
from accounts.states import ClientRole
from core.errors import Invalid


@transaction.atomic
def open_organisation(
    *,
    actor: Actor,
    name: str,
    alias: str,
    owner_email: str,
    industry: str,
    currency: str,
    time_zone: str,
    hides_name: bool,
    at: datetime,
) -> Organisation:
    """Make an organisation and invite its first owner, both or neither. Operators only.

    Raises `Invalid` with the field `owner_email` for a bad address, `AlreadyInvited` while this owner has an open
    invitation to an organisation of this name. Audited; publishes `MemberInvited`.
    """
    organisation = create_organisation(
        actor=actor,
        name=name,
        alias=alias,
        owner=None,
        industry=industry,
        currency=currency,
        time_zone=time_zone,
        hides_name=hides_name,
        at=at,
    )
    twice = Invitation.objects.filter(email=owner_email.strip().lower(), organisation__name=name.strip())
    if twice.filter(accepted_at=None, revoked_at=None, expires_at__gt=at).exists():
        raise AlreadyInvited
    try:
        invite_member(actor=actor, organisation=organisation, email=owner_email, role=ClientRole.OWNER, at=at)
    except Invalid as error:
        raise Invalid(fields={"owner_email": error.fields.get("email", [])}) from error
    return organisation
