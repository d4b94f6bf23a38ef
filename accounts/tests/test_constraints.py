"""Each invariant of accounts, broken once: the database refuses it by name."""

import hashlib

import pytest
from django.db import DatabaseError, transaction

from accounts.models import (
    AgentProfile,
    ApiKey,
    Consent,
    IdentityCheck,
    IdentityDocument,
    Invitation,
    LegalText,
    Membership,
    Programme,
    StaffAssignment,
    User,
)
from accounts.tests.conftest import AT
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    TeamMembershipFactory,
    UserFactory,
    legal_text,
)

pytestmark = pytest.mark.django_db


def two_addresses():
    UserFactory(email="mei@example.com")
    User.objects.create(email="Mei@Example.com")


def two_roles():
    user = UserFactory()
    for _n in range(2):
        StaffAssignment.objects.create(user=user, role="finance")


def two_memberships():
    first = MembershipFactory()
    MembershipFactory(user=first.user, organisation=first.organisation)


def remove_last_owner():
    MembershipFactory().delete()


def demote_last_owner():
    row = MembershipFactory()
    Membership.objects.filter(pk=row.pk).update(role="analyst")


def move_last_owner():
    row = MembershipFactory()
    Membership.objects.filter(pk=row.pk).update(organisation=OrganisationFactory())


def onboard_without_profile():
    agent = NewAgentFactory()
    AgentProfile.objects.filter(pk=agent.pk).update(onboarded_at=AT)


def suspend_without_reason():
    AgentProfile.objects.filter(pk=AgentFactory().pk).update(suspended_at=AT)


def reason_without_suspension():
    AgentProfile.objects.filter(pk=AgentFactory().pk).update(suspended_reason="x")


def reject_without_reason():
    IdentityCheck.objects.filter(pk=AgentFactory().identity_check.pk).update(state="rejected")


def document(check, side, **values):
    return IdentityDocument.objects.create(
        check_of=check, side=side, file="x", media_type="image/png", size_bytes=1, sha256="", uploaded_at=AT
    )


def two_documents_of_one_side():
    check = AgentFactory().identity_check
    document(check, "front")
    document(check, "front")


def invite(**values):
    organisation = values.pop("organisation", None) or OrganisationFactory()
    token = hashlib.sha256(str(values).encode()).hexdigest()
    defaults = {
        "organisation": organisation,
        "email": "a@example.com",
        "role": "analyst",
        "token_hash": token,
        "invited_by": UserFactory(),
        "created_at": AT,
        "expires_at": AT,
    }
    return Invitation.objects.create(**{**defaults, **values})


def two_open_invitations():
    organisation = OrganisationFactory()
    invite(organisation=organisation)
    invite(organisation=organisation, token_hash="b")


def key(**values):
    defaults = {
        "organisation": OrganisationFactory(),
        "name": "k",
        "prefix": "p",
        "key_hash": "h",
        "scopes": ["tasks:read"],
        "created_by": UserFactory(),
        "created_at": AT,
    }
    return ApiKey.objects.create(**{**defaults, **values})


def two_keys_of_one_hash():
    key()
    key()


def two_programmes_of_one_name():
    row = ProgrammeFactory(name="Tea")
    ProgrammeFactory(organisation=row.organisation, name="TEA")


def text(**values):
    defaults = {"version": 1, "language": "en", "title": "t", "body": "b", "sha256": "", "published_at": AT}
    return LegalText.objects.create(**{**defaults, **values})


def two_texts_of_one_version():
    for _n in range(2):
        text(kind="nda")


def consent_twice():
    user, signed = UserFactory(), legal_text("nda")
    for _n in range(2):
        Consent.objects.create(user=user, text=signed, text_sha256="", at=AT)


def two_leads():
    row = TeamMembershipFactory(role="lead")
    TeamMembershipFactory(team=row.team, role="lead")


def agent_in_two_teams():
    TeamMembershipFactory(agent=TeamMembershipFactory().agent)


BROKEN = {
    "user_email_once": two_addresses,
    "staff_role_once": two_roles,
    "staff_role_known": lambda: StaffAssignment.objects.create(user=UserFactory(), role="king"),
    "membership_once": two_memberships,
    "membership_role_known": lambda: MembershipFactory(role="king"),
    "would have no owner": remove_last_owner,
    "have no owner": demote_last_owner,
    "no owner": move_last_owner,
    "onboarded_has_profile": onboard_without_profile,
    "suspension_has_reason": suspend_without_reason,
    "suspension_has": reason_without_suspension,
    "identity_rejection_has_reason": reject_without_reason,
    "identity_document_side_once": two_documents_of_one_side,
    "identity_document_side_known": lambda: document(AgentFactory().identity_check, "inside"),
    "invitation_open_once": two_open_invitations,
    "invitation_role_known": lambda: invite(role="king"),
    "invitation_ends_once": lambda: invite(accepted_at=AT, revoked_at=AT),
    "token_hash": lambda: [invite(token_hash="x"), invite(token_hash="x")],
    "key_hash": two_keys_of_one_hash,
    "api_key_scopes_known": lambda: key(scopes=["all"]),
    "api_key_scopes": lambda: key(scopes=[]),
    "programme_name_once": two_programmes_of_one_name,
    "legal_text_version_once": two_texts_of_one_version,
    "legal_text_of_client_or_platform": lambda: text(kind="client_nda"),
    "legal_text_of_client": lambda: text(kind="nda", organisation=OrganisationFactory()),
    "Cannot update or delete": lambda: LegalText.objects.filter(pk=legal_text("nda").pk).update(body="other"),
    "Cannot update": lambda: AgentFactory().user.consents.all().delete(),
    "consent_once": consent_twice,
    "team_has_one_lead": two_leads,
    "agent_id": agent_in_two_teams,
    "site_key": lambda: Programme.objects.filter(pk__in=[ProgrammeFactory().pk, ProgrammeFactory().pk]).update(
        site_key="wdg_same"
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name):
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        BROKEN[name]()


def test_an_owner_leaves_when_another_stays():
    first = MembershipFactory()
    MembershipFactory(organisation=first.organisation)
    first.delete()
    assert Membership.objects.count() == 1
