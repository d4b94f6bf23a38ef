"""Agreements: versions, consent, and what consent opens."""

import pytest

from accounts import selectors, services
from accounts.errors import RoleNeeded, TextSuperseded, TextUnchanged
from accounts.logic import text_hash
from accounts.models import Consent, LegalText
from accounts.states import AgreementKind, ClientRole, StaffRole
from accounts.tests.factories import (
    AgentFactory,
    OrganisationFactory,
    agent_actor,
    client_actor,
    legal_text,
    staff_actor,
)
from core.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
ENGLISH = ("Platform agreement", "You work with care, and we pay what we promised.")
CHINESE = ("平台协议", "你用心工作，我们按约定付款，一分不少，一天不迟，处处可查，人人可看。")


def publish(at, **changes):
    values = {
        "actor": staff_actor(StaffRole.OPERATOR),
        "kind": AgreementKind.AGREEMENT,
        "texts": {"en": ENGLISH, "zh-hans": CHINESE},
    }
    return services.publish_legal_text(at=at, **{**values, **changes})


def test_both_languages_are_one_version(at):
    publish(at, texts={"en": ENGLISH})
    rows = publish(at)
    assert [(r.version, r.language) for r in rows] == [(2, "en"), (2, "zh-hans")]
    assert rows[0].sha256 == text_hash(*ENGLISH)


def test_the_same_words_are_not_published_again(at):
    publish(at)
    with pytest.raises(TextUnchanged):
        publish(at)
    assert [row.version for row in publish(at, texts={"en": ENGLISH})] == [2]


def test_the_reader_gets_the_newest_version_in_their_language_or_what_there_is(at):
    publish(at)
    publish(at, texts={"en": ENGLISH})
    assert [(t.version, t.language) for t in selectors.current_texts(language="zh-hans")] == [(2, "en")]


def test_consent_is_bound_to_the_text_and_given_once(at):
    agent = AgentFactory()
    _old, chinese = publish(at)
    actor = agent_actor(agent)
    first = services.consent(actor=actor, user=agent.user, text=chinese, ip="2001:db8::1", at=at)
    again = services.consent(actor=actor, user=agent.user, text=chinese, ip=None, at=at)
    assert (first.pk, first.text_sha256, again.ip_address) == (again.pk, chinese.sha256, "2001:db8::1")
    assert selectors.consent_versions(agent.user_id) == {"agreement": 2, "nda": 1}


def test_an_old_text_is_not_signed_any_more(at):
    agent = AgentFactory()
    old = legal_text(AgreementKind.NDA)
    publish(at, kind=AgreementKind.NDA)
    with pytest.raises(TextSuperseded):
        services.consent(actor=agent_actor(agent), user=agent.user, text=old, ip=None, at=at)
    to_sign = {t.text.kind: t.is_signed for t in selectors.texts_to_sign(actor=agent_actor(agent))}
    assert to_sign == {"agreement": True, "nda": False}
    agent.refresh_from_db()
    assert agent.onboarded_at is not None  # a newer text does not throw anybody out


def test_who_may_publish(at):
    organisation = OrganisationFactory(hides_name=True)
    with pytest.raises(RoleNeeded):
        publish(at, actor=staff_actor(StaffRole.TRAINER))
    with pytest.raises(NotFound):
        publish(at, actor=client_actor(OrganisationFactory()), kind=AgreementKind.CLIENT_NDA, organisation=organisation)
    with pytest.raises(RoleNeeded):
        publish(
            at,
            actor=client_actor(organisation, ClientRole.MANAGER),
            kind=AgreementKind.CLIENT_NDA,
            organisation=organisation,
        )
    with pytest.raises(Invalid):
        publish(at, kind=AgreementKind.CLIENT_NDA)
    with pytest.raises(Invalid):
        publish(at, organisation=organisation)
    assert not LegalText.objects.exists()


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({}, "language"),
        ({"fr": ENGLISH}, "language"),
        ({"en": ("", ENGLISH[1])}, "title_en"),
        ({"zh-hans": (CHINESE[0], "太短")}, "body_zh_hans"),
    ],
)
def test_an_incomplete_text_is_refused_at_the_field(at, texts, field):
    with pytest.raises(Invalid) as caught:
        publish(at, texts=texts)
    assert field in caught.value.fields


def test_a_client_behind_an_alias_shows_its_name_to_certified_agents_who_signed(at):
    organisation = OrganisationFactory(hides_name=True, name="Lantern", alias="A tea shop")
    open_one = OrganisationFactory(name="Kite")
    agent = AgentFactory()
    actor = agent_actor(agent)

    def name(**kwargs):
        return selectors.organisation_name_for(agent_actor(agent), organisation, **kwargs)

    assert name(is_certified=True) == "A tea shop"
    (text,) = publish(
        at,
        actor=client_actor(organisation),
        kind=AgreementKind.CLIENT_NDA,
        organisation=organisation,
        texts={"en": ENGLISH},
    )
    services.consent(actor=actor, user=agent.user, text=text, ip=None, at=at)
    assert name(is_certified=False) == "A tea shop"
    assert name(is_certified=True) == "Lantern"
    assert selectors.organisation_name_for(actor, open_one) == "Kite"
    assert selectors.organisation_name_for(staff_actor(StaffRole.REVIEWER), organisation) == "Lantern"
    assert selectors.organisation_name_for(client_actor(organisation), organisation) == "Lantern"
    assert Consent.objects.filter(user=agent.user).count() == 3


def test_names_of_many_clients_cost_one_query(django_assert_num_queries):
    rows = OrganisationFactory.create_batch(3, hides_name=True)
    actor = agent_actor(AgentFactory())
    with django_assert_num_queries(1):
        names = selectors.organisation_names_for(actor, rows, certified_for={rows[0].pk})
    assert names == {row.pk: row.alias for row in rows}
