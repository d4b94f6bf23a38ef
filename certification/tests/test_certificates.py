"""Issue, renew, revoke, expire, verify."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from certification import selectors, services
from certification.models import AgentTier, Certificate, Standard
from certification.states import CertificateState
from certification.tests.factories import StandardFactory, give_certificate
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEntry

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def certifier():
    return staff_actor(StaffRole.CERTIFIER)


def issue(certifier, agent, standard, at=AT, reason="seen at work"):
    return services.issue_certificate(actor=certifier, at=at, agent=agent, standard=standard, reason=reason)


def test_issue_gives_certificate_skill_and_bronze(certifier):
    agent, standard = AgentFactory(), StandardFactory(valid_days=365)
    certificate = issue(certifier, agent, standard)
    assert (certificate.state, certificate.valid_until) == ("valid", AT + timedelta(days=365))
    assert AgentTier.objects.get().tier == "bronze"
    assert selectors.credentials([agent.pk], AT)[agent.pk].skills == {standard.skill_tag.slug: 100}
    assert "certification.issue_certificate" in AuditEntry.objects.values_list("action", flat=True)


def test_issue_needs_role_second_factor_reason_and_another_person():
    agent, standard = AgentFactory(), StandardFactory()
    for actor in (agent_actor(agent), staff_actor(StaffRole.TRAINER), staff_actor(StaffRole.CERTIFIER, mfa=False)):
        with pytest.raises(NotAllowed):
            issue(actor, agent, standard)
    with pytest.raises(Invalid) as refused:
        issue(staff_actor(StaffRole.CERTIFIER), agent, standard, reason=" ")
    assert list(refused.value.fields) == ["reason"]
    assert Certificate.objects.count() == 0


def test_issue_again_renews(certifier):
    agent, standard = AgentFactory(), StandardFactory(valid_days=30)
    first = issue(certifier, agent, standard)
    second = issue(certifier, agent, standard, at=AT + timedelta(days=20))
    first.refresh_from_db()
    assert (first.state, first.renewed_by) == ("renewed", second)
    assert selectors.verify_certificate(first.public_id, AT).renewed_by == second.public_id
    third = issue(certifier, agent, standard, at=AT + timedelta(days=90))
    second.refresh_from_db()
    assert (second.state, second.renewed_by, third.state) == ("expired", None, "valid")


def test_one_valid_certificate_is_held_by_the_database(certifier):
    agent, standard = AgentFactory(), StandardFactory()
    issue(certifier, agent, standard)
    with pytest.raises(IntegrityError, match="certificate_one_valid"), transaction.atomic():
        Certificate.objects.create(
            agent=agent, standard=standard, slug=standard.slug, issued_at=AT, valid_until=AT + timedelta(days=1)
        )


def test_revoke_is_for_good_and_says_why(certifier):
    certificate = issue(certifier, AgentFactory(), StandardFactory())
    with pytest.raises(Invalid):
        services.revoke_certificate(actor=certifier, at=AT, certificate=certificate, reason=" ")
    services.revoke_certificate(actor=certifier, at=AT, certificate=certificate, reason="Somebody else sat the exam.")
    shown = selectors.verify_certificate(certificate.public_id, AT)
    assert (shown.state, shown.revoked_reason, shown.holds) == ("revoked", "Somebody else sat the exam.", False)
    with pytest.raises(Conflict):
        services.revoke_certificate(actor=certifier, at=AT, certificate=certificate, reason="again")
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(revoked_reason="")


def test_a_revoked_certificate_never_comes_back(certifier):
    certificate = issue(certifier, AgentFactory(), StandardFactory())
    services.revoke_certificate(actor=certifier, at=AT, certificate=certificate, reason="fraud")
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(state="valid")


def test_expiry_is_decided_by_the_clock_and_shown_by_the_sweeper(certifier):
    certificate = issue(certifier, AgentFactory(), StandardFactory(valid_days=1))
    end = certificate.valid_until
    moment = timedelta(microseconds=1)
    assert selectors.verify_certificate(certificate.public_id, end - moment).state == CertificateState.VALID
    assert selectors.verify_certificate(certificate.public_id, end).state == CertificateState.EXPIRED
    assert services.expire_certificates(at=end - moment) == 0
    assert services.expire_certificates(at=end) == 1
    certificate.refresh_from_db()
    assert certificate.state == "expired"


def test_verify_unknown_is_not_found():
    with pytest.raises(NotFound):
        selectors.verify_certificate("crt_00000000000000000000000000", AT)


def test_a_used_standard_gets_a_new_version(certifier):
    standard = StandardFactory(slug="after-sales", valid_days=30)
    values = {"name_en": "After-sales", "valid_days": 60, "skill_tag": standard.skill_tag}
    services.save_standard(actor=certifier, at=AT, standard=standard, values=values)
    assert Standard.objects.get().valid_days == 60
    give_certificate(AgentFactory(), standard, at=AT)
    values |= {"name_zh": "售后", "criteria_en": "c", "criteria_zh": "c", "valid_days": 90}
    new = services.save_standard(actor=certifier, at=AT, standard=standard, values=values)
    assert (new.version, new.valid_days, Standard.objects.get(version=1).valid_days) == (2, 90, 60)
    assert selectors.standards_by_slug(["after-sales", "nothing"]) == {"after-sales": new}


@pytest.mark.parametrize("count", [1, 3])
def test_certificates_for_shows_ones_own_or_all_in_one_query(certifier, count):
    agent, other = AgentFactory(), AgentFactory(nickname="Mei")
    for standard in StandardFactory.create_batch(count):
        give_certificate(agent, standard, at=AT)
    theirs = give_certificate(other, StandardFactory(), at=AT)
    with CaptureQueriesContext(connection) as queries:
        assert len(selectors.certificates_for(certifier)) == count + 1
    assert len(queries) == 1
    own = agent_actor(agent)
    assert len(selectors.certificates_for(own)) == count
    assert list(selectors.certificates_for(certifier, query="mei")) == [theirs]
    with pytest.raises(NotFound):
        selectors.certificate_by_public_id(own, theirs.public_id)


def test_issue_many_reports_each_person(certifier):
    standard = StandardFactory()
    agents = AgentFactory.create_batch(2)
    results = services.issue_many(
        actor=certifier, at=AT, standard=standard, chosen=[(a, None) for a in agents], reason="worked here for years"
    )
    assert [r.error for r in results] == [None, None]
    results = services.issue_many(actor=certifier, at=AT, standard=standard, chosen=[(agents[0], None)], reason="")
    assert isinstance(results[0].error, Invalid)


def test_platform_may_issue_for_the_demo():
    assert give_certificate(AgentFactory(), StandardFactory(), at=AT).issued_by is None
    assert PLATFORM.user_id is None
