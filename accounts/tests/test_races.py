"""Two people at once, with real threads and transactions: one wins, the other is told."""

import threading

import pytest
from django.db import connection

from accounts import services
from accounts.errors import IdentityDecidedAlready, InvitationUsed, LastOperator, LastOwner
from accounts.models import IdentityCheck, Invitation, LegalText, Membership, StaffAssignment
from accounts.services.invitations import invitation_token
from accounts.states import ClientRole, StaffRole
from accounts.tests.conftest import AT
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    OrganisationFactory,
    UserFactory,
    agent_actor,
    client_actor,
    fresh_actor,
    legal_text,
    staff_actor,
    staff_user,
)
from core import audit
from core.errors import Conflict, DomainError
from core.models import AuditEntry, Transition

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def at_once(*calls):
    """Run every call in a thread of its own; return what each gave or raised, in order."""
    barrier = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(place, call):
        barrier.wait()
        try:
            results[place] = call()
        except DomainError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def failures(results):
    return [type(r) for r in results if isinstance(r, Exception)]


def test_an_invitation_accepted_by_four_clicks_gives_one_membership():
    organisation = OrganisationFactory()
    invitation = services.invite_member(
        actor=client_actor(organisation), organisation=organisation, email="a@example.com", role="manager", at=AT
    )
    user = UserFactory(email="a@example.com")
    actor, token = fresh_actor(user), invitation_token(invitation=invitation)
    results = at_once(*[lambda: services.accept_invitation(actor=actor, token=token, at=AT)] * 4)
    assert failures(results) == [InvitationUsed] * 3
    assert Membership.objects.filter(user=user).count() == 1
    assert AuditEntry.objects.filter(action="accounts.accept_invitation").count() == 1


def test_two_certifiers_end_with_one_decision():
    for _round in range(4):
        check = IdentityCheck.objects.create(agent=NewAgentFactory())
        IdentityCheck.objects.filter(pk=check.pk).update(state="submitted")
        one, other = staff_actor(StaffRole.CERTIFIER), staff_actor(StaffRole.CERTIFIER)
        results = at_once(
            lambda check=check, one=one: services.decide_identity(actor=one, check=check, approve=True, at=AT),
            lambda check=check, other=other: services.decide_identity(
                actor=other, check=check, approve=False, reason="No.", at=AT
            ),
        )
        assert failures(results) == [IdentityDecidedAlready]
        assert Transition.objects.filter(entity="accounts.identitycheck", entity_id=check.pk).count() == 1
    assert list(audit.verify()) == []


def test_two_owners_who_leave_at_once_leave_one_behind():
    organisation = OrganisationFactory()
    owners = [MembershipFactory(organisation=organisation) for _n in range(2)]
    results = at_once(
        *[lambda o=o: services.remove_member(actor=fresh_actor(o.user), membership=o, at=AT) for o in owners]
    )
    assert failures(results) == [LastOwner]
    assert Membership.objects.filter(organisation=organisation, role=ClientRole.OWNER).count() == 1


def test_two_operators_who_step_down_at_once_leave_one_behind():
    users = [staff_user(StaffRole.OPERATOR) for _n in range(2)]
    results = at_once(
        *[
            lambda u=u: services.withdraw_staff_role(actor=fresh_actor(u), user=u, role=StaffRole.OPERATOR, at=AT)
            for u in users
        ]
    )
    assert failures(results) == [LastOperator]
    assert StaffAssignment.objects.filter(role=StaffRole.OPERATOR).count() == 1


def test_the_same_invitation_sent_twice_at_once_is_one():
    organisation = OrganisationFactory()
    actor = client_actor(organisation)
    results = at_once(
        *[
            lambda: services.invite_member(
                actor=actor, organisation=organisation, email="a@example.com", role="analyst", at=AT
            )
        ]
        * 3
    )
    assert len(failures(results)) == 2
    assert Invitation.objects.count() == 1


def test_consent_clicked_twice_is_one():
    agent = AgentFactory()
    text = legal_text("agreement", version=2)
    actor = agent_actor(agent)
    results = at_once(*[lambda: services.consent(actor=actor, user=agent.user, text=text, ip=None, at=AT)] * 3)
    assert failures(results) == []
    assert len({consent.pk for consent in results}) == 1


def test_one_version_is_published_once():
    actor = staff_actor(StaffRole.OPERATOR)
    texts = {"en": ("Agreement", "You work with care, and we pay.")}
    results = at_once(*[lambda: services.publish_legal_text(actor=actor, kind="agreement", texts=texts, at=AT)] * 3)
    versions = sorted(LegalText.objects.values_list("version", flat=True))
    assert versions == list(range(1, len(versions) + 1))
    assert all(issubclass(kind, Conflict) for kind in failures(results))
