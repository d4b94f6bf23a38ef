"""Eligibility is asked again at check-in: what was lost, whose doing it was, and what becomes of the claim."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import PLATFORM
from accounts.errors import NotOnboarded, Suspended
from accounts.services import consent, suspend_agent, withdraw_identity
from accounts.states import AgreementKind, StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, legal_text, many_agents, staff_actor
from certification.models import AgentSkill
from certification.services import decay_skills, record_tier, revoke_certificate
from certification.states import Tier
from certification.tests.factories import SkillTagFactory, StandardFactory, give_certificate, give_skill
from core.models import AuditEntry
from tasks import services
from tasks.errors import CertificateLost, NoLongerEligible
from tasks.models import Claim, Task
from tasks.selectors import no_longer_eligible
from tasks.selectors.eligibility import lost_without_fault
from tasks.states import ClaimState
from tasks.tests.factories import NEXT_WEEK, NOON, ClaimFactory, OpenTaskFactory, checked_in_claim

pytestmark = pytest.mark.django_db
LONG_AGO = NOON - timedelta(days=1)


@pytest.fixture
def agent():
    return AgentFactory()


def claimed(agent, *predicates, groups=None):
    """A claim on a task that asks for `predicates`, made while they were met."""
    block = OpenTaskFactory().blocks.get()
    asked = groups or [list(predicates)]
    Task.objects.filter(pk=block.task_id).update(requirement={"any": [{"all": group} for group in asked]})
    return services.claim_block(actor=agent_actor(agent), at=NOON, block=block, agent=agent)


def certificate(slug="retail"):
    return {"subject": f"certificate.{slug}", "op": "exists"}


def check_in(claim, at=NEXT_WEEK):
    return services.check_in(actor=agent_actor(claim.agent), at=at, claim=claim)


def revoke(held, at):
    revoke_certificate(actor=staff_actor(StaffRole.CERTIFIER), at=at, certificate=held, reason="Cheated.")


def test_a_revoked_certificate_refuses_and_waives(agent):
    held = give_certificate(agent, StandardFactory(slug="retail"), at=LONG_AGO)
    claim = claimed(agent, certificate())
    revoke(held, NEXT_WEEK - timedelta(minutes=1))  # the job that waives coming blocks has not run yet
    with pytest.raises(CertificateLost) as refused:
        check_in(claim)
    assert refused.value.detail["counts"] is False
    (told,) = refused.value.detail["groups"][0]
    assert (told["subject"], told["met"], told["fix"]["kind"]) == ("certificate.retail", False, "practice")
    claim.refresh_from_db()
    assert (claim.state, claim.checked_in_at, claim.block.seats_taken) == (ClaimState.WAIVED, None, 0)
    assert AuditEntry.objects.filter(action="tasks.waive_claim", subject=claim.public_id).count() == 1


def test_a_skill_lost_with_a_revoked_certificate_is_no_fault_either(agent):
    tag = SkillTagFactory(slug="refunds")
    held = give_certificate(agent, StandardFactory(slug="retail", skill_tag=tag), at=LONG_AGO)
    claim = claimed(agent, {"subject": "skill.refunds", "op": "gte", "value": 60})
    revoke(held, NEXT_WEEK - timedelta(minutes=1))
    with pytest.raises(CertificateLost):
        check_in(claim)
    claim.refresh_from_db()
    assert claim.state == ClaimState.WAIVED


def test_coming_blocks_that_rested_on_the_skill_are_waived(agent):
    tag = SkillTagFactory(slug="refunds")
    held = give_certificate(agent, StandardFactory(slug="retail", skill_tag=tag), at=LONG_AGO)
    claim = claimed(agent, {"subject": "skill.refunds", "op": "gte", "value": 60})
    revoke(held, NOON)
    assert services.waive_uncertified(actor=PLATFORM, at=NOON, agent_id=agent.pk, slug="retail") == 1
    claim.refresh_from_db()
    assert claim.state == ClaimState.WAIVED


@pytest.mark.parametrize("blocks", [1, 3])
def test_many_coming_blocks_are_looked_into_at_once(agent, blocks):
    tag = SkillTagFactory(slug="refunds")
    first = give_certificate(agent, StandardFactory(slug="retail", skill_tag=tag), at=LONG_AGO)
    again = give_certificate(agent, StandardFactory(slug="trade"), at=LONG_AGO)
    asked = [{"subject": "skill.refunds", "op": "gte", "value": 60}, certificate("trade")]
    task = OpenTaskFactory(blocks=[NEXT_WEEK + n * timedelta(minutes=30) for n in range(blocks)])
    Task.objects.filter(pk=task.pk).update(requirement={"any": [{"all": asked}]})
    for block in task.blocks.all():
        services.claim_block(actor=agent_actor(agent), at=NOON, block=block, agent=agent)
    for held in (first, again):
        revoke(held, NOON + timedelta(minutes=1))
    rows = list(Claim.objects.select_related("task__programme", "agent"))
    with CaptureQueriesContext(connection) as queries:
        assert lost_without_fault(rows, NEXT_WEEK) == rows
    assert len(queries) == 6


def test_what_was_revoked_before_one_of_two_claims_excuses_the_other_only(agent):
    held = give_certificate(agent, StandardFactory(slug="retail"), at=LONG_AGO)
    early = claimed(agent, certificate())
    revoke(held, NOON + timedelta(minutes=1))
    late = ClaimFactory(agent=agent, block=OpenTaskFactory(blocks=[NEXT_WEEK + timedelta(hours=2)]).blocks.get())
    Task.objects.filter(pk=late.task_id).update(requirement={"any": [{"all": [certificate()]}]})
    Claim.objects.filter(pk=late.pk).update(committed_at=NOON + timedelta(minutes=2))
    rows = list(Claim.objects.select_related("task__programme", "agent").order_by("pk"))
    assert lost_without_fault(rows, NEXT_WEEK) == [early]


def test_a_certificate_that_ran_out_refuses_and_counts(agent):
    give_certificate(agent, StandardFactory(slug="retail", valid_days=8), at=LONG_AGO)
    claim = claimed(agent, certificate())
    end = LONG_AGO + timedelta(days=8)
    assert end == NEXT_WEEK
    assert check_in(claim, at=end - timedelta(microseconds=1)).checked_in_at
    Claim.objects.filter(pk=claim.pk).update(checked_in_at=None)
    with pytest.raises(NoLongerEligible) as refused:
        check_in(claim, at=end)
    assert (refused.value.code, refused.value.detail["counts"]) == ("tasks.no_longer_eligible", True)
    claim.refresh_from_db()
    assert (claim.state, claim.checked_in_at) == (ClaimState.COMMITTED, None)
    services.advance_due(at=claim.ends_at)
    claim.refresh_from_db()
    assert claim.state == ClaimState.NO_SHOW


def test_it_can_be_mended_until_the_block_ends(agent):
    standard = StandardFactory(slug="retail", valid_days=8)
    give_certificate(agent, standard, at=LONG_AGO)
    claim = claimed(agent, certificate())
    with pytest.raises(NoLongerEligible):
        check_in(claim)
    give_certificate(agent, standard, at=NEXT_WEEK)
    assert check_in(claim, at=NEXT_WEEK + timedelta(minutes=2)).checked_in_at == NEXT_WEEK + timedelta(minutes=2)


def test_a_faded_skill_refuses_and_counts(agent):
    tag = SkillTagFactory(slug="refunds")
    give_skill(agent, tag, 60, at=NEXT_WEEK - timedelta(days=97))
    claim = claimed(agent, {"subject": "skill.refunds", "op": "gte", "value": 60})
    decay_skills(at=NEXT_WEEK)
    assert AgentSkill.objects.get().score == 59
    with pytest.raises(NoLongerEligible) as refused:
        check_in(claim)
    (told,) = refused.value.detail["groups"][0]
    assert (told["agent_value"], refused.value.detail["counts"]) == (59, True)


@pytest.mark.parametrize("asked", [{"op": "exists"}, {"op": "gte", "value": 1}])
def test_a_superseded_agreement_refuses_until_the_new_one_is_signed(agent, asked):
    claim = claimed(agent, {"subject": "consent.nda", **asked})
    newer = legal_text(AgreementKind.NDA, version=2)
    with pytest.raises(NoLongerEligible) as refused:
        check_in(claim)
    assert refused.value.detail["groups"][0][0]["fix"] == {"kind": "consent", "ref": "nda", "title": ""}
    consent(actor=agent_actor(agent), user=agent.user, text=newer, ip=None, at=NEXT_WEEK)
    assert check_in(claim).checked_in_at


def test_the_suspended_are_refused_also_by_what_was_true_a_moment_ago(agent):
    claim = claimed(agent, {"subject": "language", "op": "eq", "value": "en"})
    before = agent_actor(agent)
    suspend_agent(actor=staff_actor(StaffRole.OPERATOR), agent=agent, reason="Rude.", at=NEXT_WEEK)
    for actor in (before, agent_actor(agent)):
        with pytest.raises(Suspended):
            services.check_in(actor=actor, at=NEXT_WEEK, claim=claim)
        with pytest.raises(Suspended):
            services.claim_block(actor=actor, at=NOON, block=claim.block, agent=agent)


def test_whose_identity_proved_false_is_refused_also_by_what_was_true_a_moment_ago(agent):
    claim = claimed(agent, {"subject": "language", "op": "eq", "value": "en"})
    before = agent_actor(agent)
    withdraw_identity(
        actor=staff_actor(StaffRole.CERTIFIER), check=agent.identity_check, reason="A forgery.", at=NEXT_WEEK
    )
    for actor in (before, agent_actor(agent)):
        with pytest.raises(NotOnboarded):
            services.check_in(actor=actor, at=NEXT_WEEK, claim=claim)
        with pytest.raises(NotOnboarded):
            services.claim_block(actor=actor, at=NOON, block=claim.block, agent=agent)


def test_tier_and_adherence_are_asked_at_the_claim_only(agent):
    record_tier(actor=PLATFORM, at=LONG_AGO, agent=agent, tier=Tier.GOLD, inputs={})
    asked = [{"subject": "tier", "op": "gte", "value": "gold"}, {"subject": "adherence", "op": "gte", "value": 90}]
    claim = claimed(agent, *asked)
    missed = checked_in_claim(agent=agent, block=OpenTaskFactory(blocks=[NOON]).blocks.get())
    Claim.objects.filter(pk=missed.pk).update(checked_in_at=None)
    services.advance_due(at=missed.ends_at)
    record_tier(actor=PLATFORM, at=NOON, agent=agent, tier=Tier.BRONZE, inputs={})
    assert check_in(claim).checked_in_at


def test_one_group_that_is_still_met_is_enough(agent):
    held = give_certificate(agent, StandardFactory(slug="retail"), at=LONG_AGO)
    claim = claimed(agent, groups=[[certificate()], [{"subject": "language", "op": "eq", "value": "en"}]])
    revoke(held, NEXT_WEEK)
    assert check_in(claim).checked_in_at


@pytest.mark.parametrize("count", [1, 3])
def test_routing_asks_in_as_many_statements_however_many_are_at_work(count):
    standard, tag = StandardFactory(slug="retail"), SkillTagFactory(slug="refunds")
    agents = many_agents(count)
    block = OpenTaskFactory(blocks__seats=3).blocks.get()
    signed = {"subject": "consent.nda", "op": "exists"}
    asked = [certificate(), {"subject": "skill.refunds", "op": "gte", "value": 60}, signed]
    Task.objects.filter(pk=block.task_id).update(requirement={"any": [{"all": asked}]})
    for agent in agents:
        give_certificate(agent, standard, at=LONG_AGO)
        give_skill(agent, tag, 70, at=LONG_AGO)
    made = [checked_in_claim(agent=agent, block=block).pk for agent in agents]
    rows = list(Claim.objects.filter(pk__in=made).select_related("task__programme", "agent"))
    with CaptureQueriesContext(connection) as queries:
        lost = no_longer_eligible(rows, NEXT_WEEK)
    assert len(queries) == 5
    assert lost == set(made)  # `many_agents` have signed nothing


def test_a_task_that_asks_nothing_costs_nothing(django_assert_num_queries):
    claim = checked_in_claim()
    rows = list(Claim.objects.filter(pk=claim.pk).select_related("task__programme", "agent"))
    with django_assert_num_queries(0):
        assert no_longer_eligible(rows, NEXT_WEEK) == set()
