"""What agents are shown and told: reasons, the way out of each, previews, and counts that do not grow."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.actors import ANONYMOUS, PLATFORM
from accounts.models import Consent
from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, agent_actor, client_actor, legal_text, many_agents
from certification.models import Exam
from certification.services import record_evidence, record_tier
from certification.states import SkillInput, Tier
from certification.tests.factories import SkillTagFactory, StandardFactory, give_certificate, give_skill
from core.errors import NotFound
from tasks.eligibility import Fix, FixKind, parse
from tasks.models import Task
from tasks.selectors import (
    agent_facts,
    cancel_consequence,
    claims_of_task,
    count_eligible,
    explain_tasks,
    open_task,
    open_tasks,
    task_by_public_id,
    visible_claims,
    words,
)
from tasks.tests.factories import NOON, ClaimFactory, OpenTaskFactory, served_claim
from tasks.tests.scenes import client_with, draft
from training.tests.factories import published_course

pytestmark = pytest.mark.django_db


def asks(*predicates):
    rows = [dict(zip(("subject", "op", "value"), p, strict=False)) for p in predicates]
    return {"any": [{"all": rows}]}


def fixes(task, agent, language="en"):
    answer = explain_tasks([task], agent, NOON, language=language)[task.pk]
    return [(r.predicate.subject, r.met, r.fix) for group in answer.groups for r in group]


def test_each_unmet_predicate_leads_somewhere():
    agent = AgentFactory(languages=["en"], region="Zhejiang")
    requirement = asks(
        ("tier", "gte", "gold"), ("language", "eq", "ja"), ("region", "eq", "Beijing"), ("adherence", "lt", 50),
        ("consent.client_nda", "exists"), ("skill.none", "gte", 5), ("certificate.none", "exists"),
    )  # fmt: skip
    found = fixes(OpenTaskFactory(requirement=requirement), agent)
    assert [fix.kind for _subject, _met, fix in found] == [
        *("exam", "profile", "profile", "practice", "consent", "practice", "practice"),
    ]  # fmt: skip
    assert not any(met for _subject, met, _fix in found)


def test_a_first_tier_comes_with_an_exam_and_a_higher_one_with_practice():
    agent, task = AgentFactory(), OpenTaskFactory(requirement=asks(("tier", "gte", "gold")))
    assert fixes(task, agent) == [("tier", False, Fix(FixKind.EXAM))]
    record_tier(actor=PLATFORM, at=NOON, agent=agent, tier=Tier.BRONZE, inputs={})
    assert fixes(task, agent) == [("tier", False, Fix(FixKind.PRACTICE))]


def test_a_certificate_is_fixed_by_its_course_then_its_exam_then_held():
    course = published_course()
    agent, tag = AgentFactory(), SkillTagFactory(slug="retail")
    exam = Exam.objects.create(
        slug="retail",
        title_en="Retail exam",
        title_zh="零售考试",
        time_limit_seconds=600,
        pass_mark=60,
        created_at=NOON,
    )
    standard = StandardFactory(slug="retail-service", skill_tag=tag, exam=exam, course_slug=course.slug)
    task = OpenTaskFactory(requirement=asks(("certificate.retail-service", "exists"), ("skill.retail", "gte", 20)))
    for _subject, met, fix in fixes(task, agent):
        assert (met, fix.kind, fix.ref, fix.title) == (False, FixKind.COURSE, course.public_id, course.title)
    record_evidence(
        actor=PLATFORM, at=NOON, agent=agent, tag=tag, input=SkillInput.TRAINING, value=0,
        source=f"course:{course.slug}:en:1",
    )  # fmt: skip
    for _subject, _met, fix in fixes(task, agent):
        assert (fix.kind, fix.ref, fix.title) == (FixKind.EXAM, exam.public_id, standard.name_en)
    give_certificate(agent, standard, at=NOON - timedelta(days=1))
    give_skill(agent, tag, 50, at=NOON - timedelta(hours=1))
    assert all(met and fix is None for _subject, met, fix in fixes(task, agent))


def test_a_clients_own_agreement_counts_for_that_client_only():
    agent = AgentFactory()
    requirement = asks(("consent.client_nda", "gte", 1))
    ours, theirs = OpenTaskFactory(requirement=requirement), OpenTaskFactory(requirement=requirement)
    text = legal_text("client_nda", organisation=ours.programme.organisation)
    Consent.objects.create(user=agent.user, text=text, text_sha256=text.sha256, at=NOON)
    answers = explain_tasks([ours, theirs], agent, NOON)
    assert (answers[ours.pk].eligible, answers[theirs.pk].eligible) == (True, False)


def test_facts_and_counts_cost_the_same_for_one_and_for_many(django_assert_num_queries, django_assert_max_num_queries):
    many_agents(1)
    with django_assert_max_num_queries(6) as one:
        agent_facts(None, NOON)
    cost = len(one)
    many_agents(30)
    requirement = parse(asks(("language", "eq", "en")))
    with django_assert_num_queries(cost):
        assert count_eligible(requirement, NOON) == (31, 31)
    AgentFactory(languages=["fr"])
    AgentFactory(suspended_at=NOON, suspended_reason="x")
    assert count_eligible(requirement, NOON) == (31, 32)


def test_an_aliased_client_is_named_by_its_alias_until_known():
    task = OpenTaskFactory()
    organisation = task.programme.organisation
    organisation.hides_name = True
    organisation.save()
    agent = AgentFactory()
    assert open_task(task.public_id, actor=agent_actor(agent), at=NOON).client_name == organisation.alias
    standard = StandardFactory(slug="own", programme=task.programme)
    give_certificate(agent, standard, at=NOON - timedelta(days=1))
    text = legal_text("client_nda", organisation=organisation)
    Consent.objects.create(user=agent.user, text=text, text_sha256=text.sha256, at=NOON)
    assert open_task(task.public_id, actor=agent_actor(agent), at=NOON).client_name == organisation.name


def test_hot_and_claimable_work_comes_first():
    actor = agent_actor(AgentFactory())
    late, hot = OpenTaskFactory(), OpenTaskFactory(blocks=[NOON + timedelta(hours=3)])
    closed = OpenTaskFactory(requirement=asks(("tier", "gte", "gold")), blocks=[NOON + timedelta(hours=1)])
    assert [o.task for o in open_tasks(actor, at=NOON)] == [hot, late, closed]
    assert [o.is_hot for o in open_tasks(actor, at=NOON)] == [True, False, True]


def test_a_finished_task_stays_visible_to_those_who_worked_on_it():
    claim = served_claim()
    Task.objects.filter(pk=claim.task_id).update(state="running")
    Task.objects.filter(pk=claim.task_id).update(state="settling")
    assert open_task(claim.task.public_id, actor=agent_actor(claim.agent), at=claim.ends_at).blocks == ()
    with pytest.raises(NotFound):
        open_task(claim.task.public_id, actor=agent_actor(AgentFactory()), at=claim.ends_at)


def test_rows_leave_only_to_those_who_may_see_them():
    claim, other = ClaimFactory(), ClaimFactory()
    analyst = client_actor(claim.task.programme.organisation, ClientRole.ANALYST)
    assert set(visible_claims(PLATFORM)) == {claim, other}
    assert set(visible_claims(agent_actor(claim.agent))) == {claim}
    assert set(visible_claims(analyst)) == {claim}
    assert set(visible_claims(ANONYMOUS)) == set()
    stranger = client_with().manager
    for read in (claims_of_task, lambda task, actor: cancel_consequence(task, actor=actor, at=NOON)):
        with pytest.raises(NotFound):
            read(claim.task, actor=stranger)
    mine = draft(client_with())
    with pytest.raises(NotFound):
        task_by_public_id(mine.public_id, actor=stranger)


def test_predicates_read_as_sentences_in_both_languages():
    SkillTagFactory(slug="retail", name_en="Retail", name_zh="零售")
    requirement = parse(asks(("skill.retail", "gte", 60), ("tier", "in", ["gold", "platinum"]), ("region", "exists")))
    with override("en"):
        assert [words().describe(p) for p in requirement.predicates()] == [
            "Skill “Retail” is at least 60", "Tier is one of Gold, Platinum", "Region is held",
        ]  # fmt: skip
    with override("zh-hans"):
        assert words().describe(requirement.predicates()[0]) == "能力“零售”不低于 60"
