"""Organisations, members, programmes and keys as an actor may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Count, F, Q, QuerySet

from accounts import policies
from accounts.actors import Actor
from accounts.errors import InvitationForAnother, InvitationUnknown
from accounts.logic import secret_hash
from accounts.models import ApiKey, Invitation, Membership, Organisation, Programme
from accounts.selectors.legal import client_ndas_signed
from accounts.states import ClientRole, StaffRole
from core.errors import NotFound


def organisations_for(actor: Actor) -> QuerySet[Organisation]:
    """Organisations the actor acts for; platform staff see all."""
    rows = Organisation.objects.order_by("name", "pk")
    return rows if policies.can_staff(actor) else rows.filter(pk__in=list(actor.clients))


def organisation_by_public_id(public_id: str, *, actor: Actor) -> Organisation:
    """One of `organisations_for`, or `NotFound`."""
    organisation = organisations_for(actor).filter(public_id=public_id).first()
    if organisation is None:
        raise NotFound
    return organisation


def all_organisations(*, actor: Actor, search: str = "") -> QuerySet[Organisation]:
    """The operator's list: every organisation with its numbers of members and programmes, newest first."""
    policies.require_staff(actor, StaffRole.OPERATOR, StaffRole.AUDITOR, StaffRole.FINANCE)
    rows = Organisation.objects.annotate(
        member_count=Count("memberships", distinct=True), programme_count=Count("programmes", distinct=True)
    ).order_by("-pk")
    return rows.filter(Q(name__icontains=search) | Q(alias__icontains=search)) if search else rows


def organisation_called(text: str, *, actor: Actor) -> Organisation | None:
    """The one organisation with this public id or exactly this name, for platform staff; None for none or several."""
    found = all_organisations(actor=actor).filter(Q(public_id=text) | Q(name=text))[:2]
    return found[0] if len(found) == 1 else None


def programmes_for(actor: Actor, organisation: Organisation | None = None) -> QuerySet[Programme]:
    """Programmes of the organisations the actor acts for (or of one of them); platform staff see all."""
    rows = Programme.objects.select_related("organisation").order_by("organisation_id", "name", "pk")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return rows if policies.can_staff(actor) else rows.filter(organisation_id__in=list(actor.clients))


def programme_by_public_id(public_id: str, *, actor: Actor) -> Programme:
    """One of `programmes_for`, or `NotFound`."""
    programme = programmes_for(actor).filter(public_id=public_id).first()
    if programme is None:
        raise NotFound
    return programme


def members_of(organisation: Organisation, *, actor: Actor) -> QuerySet[Membership]:
    """Who acts for an organisation; its members, and operators."""
    _require_member_or_operator(actor, organisation)
    return organisation.memberships.select_related("user").order_by("created_at", "pk")


def invitations_of(organisation: Organisation, *, actor: Actor) -> QuerySet[Invitation]:
    """Open invitations into an organisation, also expired ones; its members, and operators."""
    _require_member_or_operator(actor, organisation)
    return organisation.invitations.filter(accepted_at=None, revoked_at=None).order_by("-pk")


def api_keys_of(organisation: Organisation, *, actor: Actor) -> QuerySet[ApiKey]:
    """Keys of an organisation, live ones first; owners and managers."""
    policies.require_person(actor)
    policies.require_client(actor, organisation, *policies.CLIENT_EDITORS)
    return organisation.api_keys.select_related("created_by").order_by(F("revoked_at").asc(nulls_first=True), "-pk")


def invitations_for_me(*, actor: Actor, at: datetime) -> QuerySet[Invitation]:
    """Open invitations to one of the person's verified addresses."""
    policies.require_person(actor)
    addresses = EmailAddress.objects.filter(user_id=actor.user_id, verified=True).values_list("email", flat=True)
    return (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(email__in=[a.lower() for a in addresses], accepted_at=None, revoked_at=None, expires_at__gt=at)
        .order_by("pk")
    )


def membership_of(organisation: Organisation, user_public_id: str, *, actor: Actor) -> Membership:
    """One member of `members_of` by the person's public id, or `NotFound`."""
    row = members_of(organisation, actor=actor).filter(user__public_id=user_public_id).first()
    if row is None:
        raise NotFound
    return row


def invitation_of(organisation: Organisation, public_id: str, *, actor: Actor) -> Invitation:
    """One of `invitations_of`, or `NotFound`."""
    row = invitations_of(organisation, actor=actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def api_key_of(organisation: Organisation, public_id: str, *, actor: Actor) -> ApiKey:
    """One of `api_keys_of`, or `NotFound`."""
    row = api_keys_of(organisation, actor=actor).select_related("organisation").filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def own_invitation(public_id: str, *, actor: Actor, at: datetime) -> Invitation:
    """One of `invitations_for_me`, or `NotFound`."""
    row = invitations_for_me(actor=actor, at=at).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def invitation_for_token(token: str, *, actor: Actor) -> Invitation:
    """The invitation a link names, open or not. Who is logged in under another address is told so."""
    invitation = (
        Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=secret_hash(token)).first()
    )
    if invitation is None:
        raise InvitationUnknown
    if actor.user_id is not None:
        mine = EmailAddress.objects.filter(user_id=actor.user_id, verified=True, email__iexact=invitation.email)
        if not mine.exists():
            raise InvitationForAnother
    return invitation


def organisation_name_for(actor: Actor, organisation: Organisation, *, is_certified: bool = False) -> str:
    """The name `actor` may see: see `organisation_names_for`."""
    certified = {organisation.pk} if is_certified else set()
    return organisation_names_for(actor, [organisation], certified_for=certified)[organisation.pk]


def organisation_names_for(
    actor: Actor, organisations: Iterable[Organisation], *, certified_for: Collection[int] = ()
) -> dict[int, str]:
    """Name or alias of each organisation by id, with one query at most.

    Members, platform staff and the platform see names. Others see the alias where the client hides
    its name, unless they are certified for it (`certified_for` holds organisation ids, known to apps
    above) and have signed its NDA.
    """
    rows = list(organisations)
    hidden = [
        row for row in rows if row.hides_name and not policies.can_staff(actor) and not policies.can_client(actor, row)
    ]
    signed: dict[int, int] = {}
    if actor.user_id is not None and any(row.pk in certified_for for row in hidden):
        signed = client_ndas_signed([actor.user_id]).get(actor.user_id, {})
    known = {row.pk for row in hidden if row.pk in certified_for and row.pk in signed}
    aliased = {row.pk for row in hidden} - known
    return {row.pk: row.alias if row.pk in aliased else row.name for row in rows}


def verified_key(secret: str, at: datetime) -> ApiKey | None:
    """The live API key whose full text is `secret`, or None. Only hashes are stored and compared."""
    if not secret.startswith("tl_") or len(secret) > 200:
        return None
    key = ApiKey.objects.filter(key_hash=secret_hash(secret)).first()
    return key if key is not None and (key.revoked_at is None or key.revoked_at > at) else None


def _require_member_or_operator(actor: Actor, organisation: Organisation) -> None:
    if not policies.can_staff(actor, StaffRole.OPERATOR):
        policies.require_person(actor)
        policies.require_client(actor, organisation, *ClientRole)
