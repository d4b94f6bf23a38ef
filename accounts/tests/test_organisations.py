"""Client organisations: members, invitations, programmes, keys."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts import selectors, services
from accounts.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationForAnother,
    InvitationGone,
    InvitationUnknown,
    InvitationUsed,
    LastOwner,
    LogInFirst,
    RoleNeeded,
    SecondFactorNeeded,
)
from accounts.models import ApiKey, Invitation, Membership, Organisation, Programme
from accounts.services.invitations import VALID_FOR, invitation_token
from accounts.states import ClientRole, Scope, StaffRole
from accounts.tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    ProgrammeFactory,
    UserFactory,
    client_actor,
    fresh_actor,
    staff_actor,
)
from core.errors import Invalid, NotFound
from core.events import deliver_due
from core.models import AuditEntry, EventDelivery

pytestmark = pytest.mark.django_db


def create(actor, owner, at, **changes):
    values = {"name": "Lantern Tea", "alias": "A tea shop"}
    return services.create_organisation(actor=actor, owner=owner, at=at, **{**values, **changes})


def test_a_person_opens_an_organisation_and_owns_it(at):
    user = UserFactory()
    organisation = create(fresh_actor(user), user, at)
    assert fresh_actor(user).clients == {organisation.pk: ClientRole.OWNER}
    assert AuditEntry.objects.get().subject == organisation.public_id


def test_only_operators_open_organisations_for_others(at):
    with pytest.raises(RoleNeeded):
        create(fresh_actor(UserFactory()), UserFactory(), at)
    with pytest.raises(RoleNeeded):
        create(staff_actor(StaffRole.FINANCE), None, at)
    organisation = create(staff_actor(StaffRole.OPERATOR), None, at)
    assert list(organisation.memberships.all()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"alias": "x" * 121}, "alias"),
        ({"industry": "war"}, "industry"),
        ({"currency": "XXX"}, "currency"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_a_bad_organisation_is_refused_at_the_field(at, changes, field):
    user = UserFactory()
    with pytest.raises(Invalid) as caught:
        create(fresh_actor(user), user, at, **changes)
    assert list(caught.value.fields) == [field]
    assert not Organisation.objects.exists()


# -- Invitations ---------------------------------------------------------------------------------


@pytest.fixture
def organisation():
    return OrganisationFactory(name="Lantern Tea")


def invite(organisation, at, email="new@example.com", role=ClientRole.MANAGER, actor=None):
    return services.invite_member(
        actor=actor or client_actor(organisation), organisation=organisation, email=email, role=role, at=at
    )


def accept(user, invitation, at):
    return services.accept_invitation(actor=fresh_actor(user), token=invitation_token(invitation=invitation), at=at)


def test_the_mail_carries_a_link_that_works_once(organisation, at):
    invitation = invite(organisation, at, email=" New@Example.com ")
    deliver_due(at=EventDelivery.objects.get().due_at)
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]
    token = message.body.split("/invitations/")[1].split("/")[0]
    assert token not in str(Invitation.objects.values())
    user = UserFactory(email="new@example.com")
    membership = services.accept_invitation(actor=fresh_actor(user), token=token, at=at)
    assert (membership.organisation, membership.role) == (organisation, ClientRole.MANAGER)
    with pytest.raises(InvitationUsed):
        services.accept_invitation(actor=fresh_actor(user), token=token, at=at)
    invitation.refresh_from_db()
    assert invitation.accepted_at == at


def test_an_invitation_is_for_its_address_only_and_the_address_must_be_verified(organisation, at):
    invitation = invite(organisation, at)
    with pytest.raises(InvitationForAnother):
        accept(UserFactory(), invitation, at)
    user = UserFactory(email="new@example.com")
    EmailAddress.objects.filter(user=user).update(verified=False)
    with pytest.raises(InvitationForAnother):
        accept(user, invitation, at)
    assert Membership.objects.filter(user=user).count() == 0


def test_invitations_end(organisation, at):
    user = UserFactory(email="new@example.com")
    invitation = invite(organisation, at)
    with pytest.raises(InvitationGone):
        accept(user, invitation, at + VALID_FOR)
    again = invite(organisation, at + VALID_FOR)  # the expired one makes room
    services.revoke_invitation(actor=client_actor(organisation), invitation=again, at=at)
    with pytest.raises(InvitationGone):
        accept(user, again, at)
    with pytest.raises(InvitationUnknown):
        services.accept_invitation(actor=fresh_actor(user), token="inv_x.y", at=at)
    assert Membership.objects.filter(user=user).count() == 0


def test_nobody_is_invited_twice(organisation, at):
    invite(organisation, at)
    with pytest.raises(AlreadyInvited):
        invite(organisation, at)
    member = MembershipFactory(organisation=organisation, role=ClientRole.ANALYST)
    with pytest.raises(AlreadyMember):
        invite(organisation, at, email=member.user.email.upper())


def test_who_may_invite(organisation, at):
    for role in (ClientRole.MANAGER, ClientRole.SUPERVISOR, ClientRole.ANALYST):
        with pytest.raises(RoleNeeded):
            invite(organisation, at, actor=client_actor(organisation, role))
    with pytest.raises(NotFound):
        invite(organisation, at, actor=client_actor(OrganisationFactory()))
    assert invite(organisation, at, actor=staff_actor(StaffRole.OPERATOR)).role == ClientRole.MANAGER


def test_open_invitations_are_shown_to_who_they_are_for(organisation, at):
    invitation = invite(organisation, at, email="new@example.com")
    actor = fresh_actor(UserFactory(email="new@example.com"))
    assert list(selectors.invitations_for_me(actor=actor, at=at)) == [invitation]
    assert list(selectors.invitations_for_me(actor=actor, at=at + VALID_FOR)) == []
    assert list(selectors.invitations_for_me(actor=fresh_actor(UserFactory()), at=at)) == []


# -- Members -------------------------------------------------------------------------------------


def test_the_last_owner_stays(organisation, at):
    owner = MembershipFactory(organisation=organisation)
    actor = fresh_actor(owner.user)
    with pytest.raises(LastOwner):
        services.change_member_role(actor=actor, membership=owner, role=ClientRole.ANALYST, at=at)
    with pytest.raises(LastOwner):
        services.remove_member(actor=actor, membership=owner, at=at)
    second = MembershipFactory(organisation=organisation, role=ClientRole.MANAGER)
    services.change_member_role(actor=actor, membership=second, role=ClientRole.OWNER, at=at)
    services.remove_member(actor=actor, membership=owner, at=at)
    assert list(organisation.memberships.values_list("user", "role")) == [(second.user_id, "owner")]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "accounts.change_member_role",
        "accounts.remove_member",
    ]


def test_members_may_leave_and_not_remove_others(organisation, at):
    MembershipFactory(organisation=organisation)
    analyst = MembershipFactory(organisation=organisation, role=ClientRole.ANALYST)
    other = MembershipFactory(organisation=organisation, role=ClientRole.ANALYST)
    actor = fresh_actor(analyst.user)
    with pytest.raises(RoleNeeded):
        services.remove_member(actor=actor, membership=other, at=at)
    with pytest.raises(NotFound):
        services.remove_member(actor=client_actor(OrganisationFactory()), membership=other, at=at)
    services.remove_member(actor=actor, membership=analyst, at=at)
    with pytest.raises(NotFound):
        services.remove_member(actor=actor, membership=analyst, at=at)
    assert fresh_actor(analyst.user).clients == {}


# -- Keys ----------------------------------------------------------------------------------------


def create_key(organisation, at, actor=None, **changes):
    values = {"name": "Shop backend", "scopes": [Scope.TASKS_WRITE, Scope.TASKS_READ]}
    return services.create_api_key(
        actor=actor or client_actor(organisation), organisation=organisation, at=at, **{**values, **changes}
    )


def test_a_key_is_shown_once_and_kept_as_a_hash(organisation, at):
    key, secret = create_key(organisation, at)
    assert secret.startswith(f"tl_{key.prefix}_")
    assert secret not in str(ApiKey.objects.values())
    assert secret.split("_", 2)[2] not in str(ApiKey.objects.values())
    assert selectors.verified_key(secret, at) == key
    assert key.scopes == ["tasks:read", "tasks:write"]
    assert selectors.verified_key(secret + "x", at) is None
    assert selectors.verified_key("", at) is None
    assert selectors.verified_key("tl_" + "x" * 5000, at) is None


def test_a_revoked_key_opens_nothing(organisation, at):
    key, secret = create_key(organisation, at)
    actor = client_actor(organisation, ClientRole.MANAGER)
    services.revoke_api_key(actor=actor, key=key, at=at)
    services.revoke_api_key(actor=actor, key=key, at=at + timedelta(days=1))
    assert selectors.verified_key(secret, at) is None
    key.refresh_from_db()
    assert key.revoked_at == at


def test_who_may_make_keys(organisation, at):
    from accounts.actors import actor_for_key

    with pytest.raises(SecondFactorNeeded):
        create_key(organisation, at, actor=client_actor(organisation, mfa=False))
    with pytest.raises(RoleNeeded):
        create_key(organisation, at, actor=client_actor(organisation, ClientRole.ANALYST))
    with pytest.raises(NotFound):
        create_key(organisation, at, actor=client_actor(OrganisationFactory()))
    key, _secret = create_key(organisation, at)
    with pytest.raises(LogInFirst):
        create_key(organisation, at, actor=actor_for_key(key))
    with pytest.raises(LogInFirst):
        invite(organisation, at, actor=actor_for_key(key))
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"), [({"name": ""}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["all"]}, "scopes")]
)
def test_a_bad_key_is_refused_at_the_field(organisation, at, changes, field):
    with pytest.raises(Invalid) as caught:
        create_key(organisation, at, **changes)
    assert list(caught.value.fields) == [field]


def test_use_is_noted_at_most_once_a_minute(organisation, at):
    key, _secret = create_key(organisation, at)
    for seconds in (0, 30, 61):
        services.note_api_key_use(key=key, at=at + timedelta(seconds=seconds))
        key.refresh_from_db()
    assert key.last_used_at == at + timedelta(seconds=61)


# -- Programmes ----------------------------------------------------------------------------------


def programme_values(**changes):
    values = {
        "name": "Tea shop",
        "industry": "food",
        "languages": ["en"],
        "time_zone": "Europe/Berlin",
        "greeting": "Hello!",
        "colour": "#AA3311",
        "allowed_origins": ["https://shop.example/", "https://shop.example"],
    }
    return {**values, **changes}


def test_a_programme_is_made_and_changed(organisation, at):
    actor = client_actor(organisation, ClientRole.MANAGER)
    programme = services.create_programme(actor=actor, organisation=organisation, at=at, **programme_values())
    assert (programme.colour, programme.allowed_origins) == ("#aa3311", ["https://shop.example"])
    site_key = programme.site_key
    programme = services.update_programme(
        actor=actor, programme=programme, at=at, **programme_values(name="Coffee", languages=["de", "en"])
    )
    assert (programme.name, programme.languages, programme.site_key) == ("Coffee", ["en", "de"], site_key)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"industry": ""}, "industry"),
        ({"languages": ["xx"]}, "languages"),
        ({"time_zone": "x"}, "time_zone"),
        ({"colour": "red;}"}, "colour"),
        ({"greeting": "x" * 501}, "greeting"),
        ({"allowed_origins": ["https://*"]}, "allowed_origins"),
        ({"allowed_origins": [f"https://s{n}.example" for n in range(21)]}, "allowed_origins"),
    ],
)
def test_a_bad_programme_is_refused_at_the_field(organisation, at, changes, field):
    with pytest.raises(Invalid) as caught:
        services.create_programme(
            actor=client_actor(organisation), organisation=organisation, at=at, **programme_values(**changes)
        )
    assert list(caught.value.fields) == [field]
    assert not Programme.objects.exists()


def test_two_programmes_of_one_name_are_refused_at_the_name(organisation, at):
    actor = client_actor(organisation)
    services.create_programme(actor=actor, organisation=organisation, at=at, **programme_values())
    with pytest.raises(Invalid) as caught:
        services.create_programme(actor=actor, organisation=organisation, at=at, **programme_values(name="TEA SHOP"))
    assert list(caught.value.fields) == ["name"]


def test_programmes_are_seen_by_their_own_client_and_staff():
    mine, other = ProgrammeFactory(), ProgrammeFactory()
    actor = client_actor(mine.organisation, ClientRole.ANALYST)
    assert list(selectors.programmes_for(actor)) == [mine]
    assert list(selectors.programmes_for(actor, other.organisation)) == []
    assert list(selectors.programmes_for(staff_actor(StaffRole.REVIEWER))) == [mine, other]
    assert list(selectors.organisations_for(actor)) == [mine.organisation]
    with pytest.raises(NotFound):
        selectors.programme_by_public_id(other.public_id, actor=actor)
