"""Evidence, scores, tiers and credentials."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, many_agents, staff_actor
from certification import selectors, services
from certification.logic.credentials import Credentials
from certification.models import AgentSkill, EvidenceWithdrawal, SkillEvidence, SkillScore, TierChange
from certification.states import SkillInput, Tier
from certification.tests.factories import SkillTagFactory, StandardFactory, give_certificate, give_skill
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEntry

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def evidence(agent, tag, value=80, source="certificate:x", input=SkillInput.CERTIFICATION, at=AT):
    return services.record_evidence(
        actor=PLATFORM, at=at, agent=agent, tag=tag, input=input, value=value, source=source
    )


def test_record_evidence_scores_keeps_history_and_audits():
    agent, tag = AgentFactory(), SkillTagFactory()
    skill = evidence(agent, tag)
    assert (skill.score, skill.inputs) == (80, {"certification": {"value": 80.0, "n": 1, "share": 100.0}})
    assert [(s.score, s.evidence.value) for s in SkillScore.objects.all()] == [(80, 80)]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.data["value"]) == ("certification.record_evidence", 80)


def test_record_evidence_twice_counts_once():
    agent, tag = AgentFactory(), SkillTagFactory()
    evidence(agent, tag)
    evidence(agent, tag)
    assert SkillEvidence.objects.count() == 1
    with pytest.raises(Conflict) as refused:
        evidence(agent, tag, value=81)
    assert refused.value.code == "certification.evidence_exists"


def test_record_evidence_is_for_the_platform_only_and_in_range():
    agent, tag = AgentFactory(), SkillTagFactory()
    with pytest.raises(NotAllowed):
        services.record_evidence(
            actor=staff_actor(StaffRole.CERTIFIER),
            at=AT,
            agent=agent,
            tag=tag,
            input=SkillInput.TRAINING,
            value=1,
            source="x",
        )
    with pytest.raises(Invalid):
        evidence(agent, tag, value=101)


@pytest.mark.parametrize("model", [SkillEvidence, SkillScore, TierChange, EvidenceWithdrawal])
def test_history_is_append_only(model):
    certificate = give_certificate(AgentFactory(), StandardFactory(), at=AT)
    services.withdraw_evidence(actor=PLATFORM, at=AT, source=certificate.evidence_source, reason="fraud")
    for statement in (lambda: model.objects.update(at=AT), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            statement()


def test_score_in_range_is_held_by_the_database():
    agent, tag = AgentFactory(), SkillTagFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentSkill.objects.create(agent=agent, tag=tag, score=101, last_evidence_at=AT, computed_at=AT)


def test_decay_only_through_inactivity():
    agent, tag = AgentFactory(), SkillTagFactory()
    evidence(agent, tag)
    assert services.decay_skills(at=AT + timedelta(days=90)) == 0
    assert services.decay_skills(at=AT + timedelta(days=97)) == 1
    assert AgentSkill.objects.get().score == 79
    assert SkillScore.objects.order_by("pk").last().evidence is None
    assert services.decay_skills(at=AT + timedelta(days=97)) == 0
    evidence(agent, tag, source="certificate:y", at=AT + timedelta(days=98))
    assert AgentSkill.objects.get().score == 80


def test_a_revoked_certificate_says_nothing_of_the_skill_any_more():
    agent, tag = AgentFactory(), SkillTagFactory()
    evidence(agent, tag, value=60, source="course:refunds:en:1", input=SkillInput.TRAINING)
    certificate = give_certificate(agent, StandardFactory(skill_tag=tag), at=AT + timedelta(days=1))
    assert AgentSkill.objects.get().score == 88  # (15 x 60 + 35 x 100) / 50
    certifier = staff_actor(StaffRole.CERTIFIER)
    later = AT + timedelta(days=2)
    services.revoke_certificate(actor=certifier, at=later, certificate=certificate, reason="Somebody else sat it.")
    skill = AgentSkill.objects.get()
    assert (skill.score, list(skill.inputs), skill.last_evidence_at) == (40, ["training"], AT)
    assert [(p.score, p.evidence.source[:6]) for p in SkillScore.objects.order_by("pk")] == [
        (40, "course"),
        (88, "certif"),
        (40, "certif"),
    ]
    view = selectors.skill_wallet(agent_actor(agent), agent)[0]
    shown = [(e.input, e.is_withdrawn, e.withdrawn_because) for e in view.evidence]
    assert shown == [("certification", True, "Somebody else sat it."), ("training", False, "")]
    entry = AuditEntry.objects.get(action="certification.withdraw_evidence")
    assert entry.data["source"] == certificate.evidence_source


def test_the_result_before_the_revoked_one_counts_again():
    agent, tag = AgentFactory(), SkillTagFactory()
    evidence(agent, tag, value=70, source="certificate:old")
    evidence(agent, tag, value=95, source="certificate:new", at=AT + timedelta(days=1))
    assert AgentSkill.objects.get().score == 95
    withdraw = {"actor": PLATFORM, "at": AT + timedelta(days=2), "source": "certificate:new", "reason": "fraud"}
    assert services.withdraw_evidence(**withdraw) == 1
    assert AgentSkill.objects.get().score == 70
    assert services.withdraw_evidence(**withdraw) == 0
    assert SkillScore.objects.count() == 3
    services.decay_skills(at=AT + timedelta(days=90 + 7 + 1))
    assert AgentSkill.objects.get().score == 69
    with pytest.raises(NotAllowed):
        services.withdraw_evidence(**{**withdraw, "actor": staff_actor(StaffRole.CERTIFIER)})


def test_nothing_left_is_a_score_of_nothing():
    agent, tag = AgentFactory(), SkillTagFactory()
    evidence(agent, tag)
    services.withdraw_evidence(actor=PLATFORM, at=AT, source="certificate:x", reason="fraud")
    skill = AgentSkill.objects.get()
    assert (skill.score, skill.inputs) == (0, {})


def test_tier_changes_are_kept_and_equal_tiers_are_not():
    agent = AgentFactory()
    services.record_tier(actor=PLATFORM, at=AT, agent=agent, tier=Tier.BRONZE, inputs={"n": 0})
    services.record_tier(actor=PLATFORM, at=AT, agent=agent, tier=Tier.BRONZE, inputs={"n": 1})
    row = services.record_tier(actor=PLATFORM, at=AT, agent=agent, tier=Tier.GOLD, inputs={"n": 2})
    assert (row.tier, row.inputs) == ("gold", {"n": 2})
    assert list(TierChange.objects.order_by("pk").values_list("from_tier", "to_tier")) == [
        ("", "bronze"),
        ("bronze", "gold"),
    ]


def test_tiers_rise():
    assert [t.rank for t in (Tier.CERTIFICATION, Tier.BRONZE, Tier.SILVER, Tier.GOLD, Tier.PLATINUM)] == [*range(5)]


def test_credentials_hold_what_is_valid_now():
    agent, other = AgentFactory(), AgentFactory()
    standard = StandardFactory(slug="foundation", valid_days=10)
    give_certificate(agent, standard, at=AT)
    end = AT + timedelta(days=10)
    found = selectors.credentials([agent.pk, other.pk], AT)
    assert found[agent.pk] == Credentials({standard.skill_tag.slug: 100}, {"foundation": end}, Tier.BRONZE)
    assert found[other.pk] == Credentials()
    assert selectors.credentials([agent.pk], end - timedelta(microseconds=1))[agent.pk].certificates
    assert not selectors.credentials([agent.pk], end)[agent.pk].certificates
    assert not selectors.credentials([agent.pk], AT - timedelta(microseconds=1))[agent.pk].certificates


@pytest.mark.parametrize("count", [1, 3])
def test_credentials_take_three_queries(count):
    agents = many_agents(count)
    tag = SkillTagFactory()
    for agent in agents:
        give_skill(agent, tag, 70, at=AT)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(selectors.credentials([a.pk for a in agents], AT)) == count
    assert len(queries) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_wallet_takes_three_queries_and_is_ones_own(count):
    agent = AgentFactory()
    for tag in SkillTagFactory.create_batch(count):
        give_skill(agent, tag, 70, at=AT)
    actor = agent_actor(agent)
    with CaptureQueriesContext(connection) as queries:
        wallet = selectors.skill_wallet(actor, agent)
        assert [(v.skill.tag.kind, v.skill.score, len(v.evidence)) for v in wallet] == [("competence", 70, 1)] * count
    assert len(queries) == 3
    with pytest.raises(NotFound):
        selectors.skill_wallet(agent_actor(AgentFactory()), agent)
