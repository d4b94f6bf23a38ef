"""The right to be forgotten: a person is replaced by a pseudonym, the books and the audit chain stay whole."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.files.storage import default_storage
from django.db import transaction

from accounts import policies
from accounts.actors import Actor
from accounts.errors import ErasureBlocked
from accounts.events import PersonErased
from accounts.models import AgentProfile, IdentityCheck, Invitation, Membership, StaffAssignment, User
from accounts.services.agents import hold_standing
from accounts.states import ClientRole, StaffRole
from core import audit
from core.errors import NotFound
from core.events import publish


@transaction.atomic
def erase_person(*, actor: Actor, user: User, at: datetime) -> User:
    """Replace name, address, log-in means and identity pictures of `user`; rows others count on stay.

    By the person or an operator; audited; publishes `PersonErased`, which apps above may refuse (pay does while money
    is owed). Raises `ErasureBlocked` for the only owner of an organisation and the only operator. Pictures are
    deleted after commit. Cannot be undone.
    """
    policies.require_person(actor)
    if actor.user_id != user.pk:
        policies.require_staff(actor, StaffRole.OPERATOR)
        policies.require_mfa(actor)
    for agent_id in AgentProfile.objects.filter(user_id=user.pk).values_list("pk", flat=True):
        hold_standing(agent_id=agent_id)  # Nobody is forgotten in the middle of a check-in or an acceptance.
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at:
        raise NotFound
    _require_replaceable(user)
    agent = _erase_agent(user)
    publish(PersonErased(user_id=user.pk, agent_id=agent.pk if agent else None, at=at))
    Membership.objects.filter(user=user).delete()
    StaffAssignment.objects.filter(user=user).delete()
    Invitation.objects.filter(email__iexact=user.email, accepted_at=None, revoked_at=None).update(revoked_at=at)
    Invitation.objects.filter(email__iexact=user.email).update(email=f"{user.public_id}@erased.invalid")
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    user.email = f"{user.public_id}@erased.invalid"
    user.display_name = ""
    user.set_unusable_password()
    user.is_active, user.erased_at = False, at
    user.save(update_fields=["email", "display_name", "password", "is_active", "erased_at"])
    audit.record(stream="accounts", action="accounts.erase_person", subject=user.public_id, at=at, actor=actor)
    return user


def _require_replaceable(user: User) -> None:
    owned = list(Membership.objects.filter(user=user, role=ClientRole.OWNER).values_list("organisation_id", flat=True))
    shared = set(
        Membership.objects.filter(organisation_id__in=owned, role=ClientRole.OWNER)
        .exclude(user=user)
        .values_list("organisation_id", flat=True)
    )
    operators = set(StaffAssignment.objects.filter(role=StaffRole.OPERATOR).values_list("user_id", flat=True))
    if set(owned) - shared or operators == {user.pk}:
        raise ErasureBlocked


def _erase_agent(user: User) -> AgentProfile | None:
    agent = AgentProfile.objects.select_for_update(no_key=True, of=("self",)).filter(user=user).first()
    if agent is None:
        return None
    check = IdentityCheck.objects.filter(agent=agent).first()
    if check is not None:
        for document in check.documents.all():
            name = document.file.name
            transaction.on_commit(lambda name=name: default_storage.delete(name or ""), robust=True)  # type: ignore[misc]
            document.delete()
        IdentityCheck.objects.filter(pk=check.pk).update(legal_name="")
    agent.nickname = agent.public_id[-6:]
    agent.region, agent.availability, agent.equipment = "", {}, {}
    agent.onboarded_at = None
    agent.save(update_fields=["nickname", "region", "availability", "equipment", "onboarded_at"])
    return agent
