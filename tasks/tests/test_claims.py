"""Claiming, releasing, being there, and what time does: every refusal says why and changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actors import PLATFORM
from accounts.errors import NotOnboarded, Suspended
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, NewAgentFactory, agent_actor, staff_actor
from certification.services import revoke_certificate
from certification.tests.factories import SkillTagFactory, StandardFactory, give_certificate, give_skill
from core import clock
from core.clock import BLOCK, Period
from core.errors import NotFound
from core.events import deliver_due
from core.idempotency import KeyUsed
from core.models import AuditEntry, EventDelivery
from tasks import services
from tasks.errors import (
    AlreadyCheckedOut,
    AlreadyStarted,
    BlockCalledOff,
    BlockFull,
    BlockNotStarted,
    BlockStarted,
    CheckInTooEarly,
    CheckInTooLate,
    CommitBudgetSpent,
    DailyCap,
    NotCheckedIn,
    NotCommitted,
    NotEligible,
    NotOpen,
    Overlap,
    PersonCap,
)
from tasks.logic.commitment import Adherence, minutes_served
from tasks.models import Block, Claim, Task
from tasks.selectors import active_claim, adherence, checked_in_claims
from tasks.states import ClaimState, TaskState, Visibility
from tasks.tests.factories import (
    NEXT_WEEK,
    NOON,
    BlockFactory,
    ClaimFactory,
    OpenTaskFactory,
    RateCardFactory,
    TaskFactory,
    checked_in_claim,
    open_for_claims,
    served_claim,
)
from tasks.tests.scenes import client_with, hours, published

pytestmark = pytest.mark.django_db


def claim(block, agent, at=NOON, **more):
    return services.claim_block(actor=agent_actor(agent), at=at, block=block, agent=agent, **more)


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def block():
    return OpenTaskFactory().blocks.get()


def test_a_claim_takes_a_seat_under_the_terms_of_the_moment(agent, block):
    standard = StandardFactory()
    give_certificate(agent, standard, at=NOON - timedelta(days=1))
    taken = claim(block, agent)
    block.refresh_from_db()
    assert (taken.state, taken.tier, taken.rate_card, taken.task, taken.committed_at, taken.hot) == (
        ClaimState.COMMITTED, "bronze", block.task.rate_card, block.task, NOON, False,
    )  # fmt: skip
    assert block.seats_taken == 1
    entry = AuditEntry.objects.get(subject=taken.public_id)
    assert (entry.action, entry.stream.name) == ("tasks.claim_block", f"claims.{block.public_id}")


def refuse(error, block, agent, at=NOON):
    before = list(Claim.objects.values()), list(Block.objects.values())
    with pytest.raises(error) as refused:
        claim(block, agent, at)
    assert (list(Claim.objects.values()), list(Block.objects.values())) == before
    assert EventDelivery.objects.count() == 0
    return refused.value


def test_full(agent, block):
    ClaimFactory.create_batch(2, block=block)
    assert refuse(BlockFull, block, agent).code == "tasks.block_full"


def test_overlap_is_refused_by_the_constraint_with_a_reason(agent, block):
    claim(block, agent)
    other = OpenTaskFactory().blocks.get()
    assert refuse(Overlap, other, agent).code == "tasks.overlap"
    assert refuse(Overlap, block, agent).code == "tasks.overlap"


def test_overlap_is_named_also_when_the_block_is_full(agent, block):
    claim(block, agent)
    ClaimFactory(block=block)
    refuse(Overlap, block, agent)


def test_started(agent, block):
    assert refuse(BlockStarted, block, agent, at=NEXT_WEEK).code == "tasks.block_started"
    assert claim(block, agent, at=NEXT_WEEK - timedelta(seconds=1)).hot


def test_called_off_and_not_open(agent, block):
    Block.objects.update(cancelled_at=NOON)
    refuse(BlockCalledOff, block, agent)
    draft = BlockFactory()
    refuse(NotOpen, draft, agent)


def asks(block, *predicates, visibility=Visibility.SEE):
    Task.objects.filter(pk=block.task_id).update(
        requirement={"any": [{"all": list(predicates)}]}, visibility=visibility
    )


def test_not_eligible_says_what_is_missing_and_the_exam_that_would_fix_it(agent, block):
    standard = StandardFactory(slug="retail-service")
    asks(
        block,
        {"subject": "certificate.retail-service", "op": "exists"},
        {"subject": "language", "op": "eq", "value": "en"},
    )
    refused = refuse(NotEligible, block, agent)
    assert refused.code == "tasks.not_eligible"
    wanted, spoken = refused.detail["groups"][0]
    assert (wanted["met"], wanted["agent_value"], wanted["fix"]["kind"]) == (False, None, "practice")
    assert (spoken["met"], spoken["agent_value"], spoken["fix"]) == (True, ["zh-hans", "en"], None)
    give_certificate(agent, standard, at=NOON - timedelta(days=1))
    assert claim(block, agent).state == ClaimState.COMMITTED


def test_a_revoked_certificate_gives_back_the_blocks_that_rested_on_it(agent, block):
    held = give_certificate(agent, StandardFactory(slug="retail-service"), at=NOON - timedelta(days=1))
    asks(block, {"subject": "certificate.retail-service", "op": "exists"})
    other = OpenTaskFactory(blocks=[NEXT_WEEK + timedelta(days=1)]).blocks.get()
    lost, kept = claim(block, agent), claim(other, agent)
    certifier = staff_actor(StaffRole.CERTIFIER)

    revoke_certificate(actor=certifier, at=NOON, certificate=held, reason="Somebody else sat the exam.")
    deliver_due(at=clock.now() + timedelta(seconds=1))

    lost.refresh_from_db()
    kept.refresh_from_db()
    block.refresh_from_db()
    assert (lost.state, kept.state, block.seats_taken) == (ClaimState.WAIVED, ClaimState.COMMITTED, 0)
    assert AuditEntry.objects.filter(action="tasks.waive_claim", subject=lost.public_id).count() == 1
    assert services.waive_uncertified(actor=PLATFORM, at=NOON, agent_id=agent.pk, slug="retail-service") == 0


def test_a_block_that_has_begun_is_worked_to_its_end_without_the_certificate(agent, block):
    held = give_certificate(agent, StandardFactory(slug="retail-service"), at=NOON - timedelta(days=1))
    asks(block, {"subject": "certificate.retail-service", "op": "exists"})
    mine = claim(block, agent)
    revoke_certificate(actor=staff_actor(StaffRole.CERTIFIER), at=block.starts_at, certificate=held, reason="Cheated.")
    deliver_due(at=clock.now() + timedelta(seconds=1))
    mine.refresh_from_db()
    assert mine.state == ClaimState.COMMITTED


def test_skill_tier_and_consent_count(agent, block):
    tag = SkillTagFactory(slug="retail")
    asks(
        block,
        {"subject": "skill.retail", "op": "gte", "value": 60},
        {"subject": "consent.nda", "op": "gte", "value": 1},
    )
    give_skill(agent, tag, 59, at=NOON - timedelta(days=2))
    refuse(NotEligible, block, agent)
    give_skill(agent, tag, 100, at=NOON - timedelta(days=1))
    claim(block, agent)


def test_a_hidden_task_is_not_there(agent, block):
    asks(block, {"subject": "tier", "op": "gte", "value": "gold"}, visibility=Visibility.HIDDEN)
    refuse(NotFound, block, agent)


def test_who_may_not_work_may_not_claim(block):
    newcomer, gone, other = NewAgentFactory(), AgentFactory(suspended_at=NOON, suspended_reason="x"), AgentFactory()
    refuse(NotOnboarded, block, newcomer)
    refuse(Suspended, block, gone)
    with pytest.raises(NotFound):
        services.claim_block(actor=agent_actor(other), at=NOON, block=block, agent=AgentFactory())


def many_blocks(count, *, days=1, seats=2, start=NEXT_WEEK, **terms):
    task = TaskFactory(**terms)
    starts = [start + timedelta(days=day) + n * BLOCK for day in range(days) for n in range(count)]
    for at in starts:
        BlockFactory(task=task, starts_at=at, seats=seats)
    open_for_claims(task)
    return list(task.blocks.all())


def test_person_cap(agent):
    blocks = many_blocks(3, max_blocks_per_agent=2)
    claim(blocks[0], agent)
    claim(blocks[1], agent)
    refused = refuse(PersonCap, blocks[2], agent)
    assert (refused.code, refused.detail) == ("tasks.person_cap", {"cap": 2})


def test_daily_cap_is_per_day_of_the_agents_own_time_zone(agent):
    start = datetime(2026, 11, 17, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
    blocks = many_blocks(33, start=start)
    for one in blocks[:20]:
        ClaimFactory(block=one, agent=agent, hot=True)
    assert refuse(DailyCap, blocks[20], agent).detail == {"cap": 20}
    claim(blocks[32], agent)  # 00:00 the next day


@pytest.mark.parametrize(("served", "budget"), [(None, 24), (30, 96), (20, 8)])
def test_commit_budget_grows_with_adherence(agent, served, budget):
    if served is not None:
        past = OpenTaskFactory(blocks=[NOON - timedelta(days=2)]).blocks.get()
        served_claim(block=past, agent=agent, minutes=served)
    blocks = many_blocks(20, days=6)
    for one in blocks[:budget]:
        ClaimFactory(block=one, agent=agent)
    refused = refuse(CommitBudgetSpent, blocks[-1], agent)
    assert (refused.code, refused.detail) == ("tasks.commit_budget", {"held": budget, "budget": budget})


def test_hot_blocks_do_not_use_the_budget_up(agent):
    for one in many_blocks(12, days=2)[:24]:
        ClaimFactory(block=one, agent=agent)
    soon = OpenTaskFactory(blocks=[NOON + timedelta(days=1)]).blocks.get()
    assert claim(soon, agent).hot


def test_same_key_claims_once_and_another_block_under_it_is_a_conflict(agent, block):
    first = claim(block, agent, idempotency_key="k")
    assert claim(block, agent, idempotency_key="k") == first
    with pytest.raises(KeyUsed):
        claim(OpenTaskFactory().blocks.get(), agent, idempotency_key="k")
    assert Claim.objects.count() == 1


# -- Releasing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("committed_at", "at", "state"),
    [
        (NOON, NEXT_WEEK - timedelta(hours=48, seconds=1), ClaimState.RELEASED_FREE),
        (NOON, NEXT_WEEK - timedelta(hours=48), ClaimState.RELEASED_LATE),
        (NEXT_WEEK - timedelta(hours=1), NEXT_WEEK - timedelta(minutes=55, seconds=1), ClaimState.RELEASED_FREE),
        (NEXT_WEEK - timedelta(hours=1), NEXT_WEEK - timedelta(minutes=55), ClaimState.RELEASED_LATE),
        (NOON, NEXT_WEEK - timedelta(seconds=1), ClaimState.RELEASED_LATE),
    ],
)
def test_release_frees_the_seat(committed_at, at, state):
    held = ClaimFactory(committed_at=committed_at)
    released = services.release_claim(actor=agent_actor(held.agent), at=at, claim=held)
    assert (released.state, released.released_at) == (state, at)
    assert Block.objects.get().seats_taken == 0
    counted = Adherence(0, 30) if state == ClaimState.RELEASED_LATE else Adherence()
    assert adherence([held.agent_id], NEXT_WEEK) == {held.agent_id: counted}


def test_release_is_refused_from_the_start_on_twice_and_for_others():
    held = ClaimFactory()
    actor = agent_actor(held.agent)
    with pytest.raises(AlreadyStarted):
        services.release_claim(actor=actor, at=NEXT_WEEK, claim=held)
    with pytest.raises(NotFound):
        services.release_claim(actor=agent_actor(AgentFactory()), at=NOON, claim=held)
    services.release_claim(actor=actor, at=NOON, claim=held)
    with pytest.raises(NotCommitted):
        services.release_claim(actor=actor, at=NOON, claim=Claim.objects.get())


# -- Being there ---------------------------------------------------------------------------------


def test_check_in_from_ten_minutes_before_until_the_end():
    held = ClaimFactory()
    actor = agent_actor(held.agent)
    with pytest.raises(CheckInTooEarly):
        services.check_in(actor=actor, at=NEXT_WEEK - timedelta(minutes=10, seconds=1), claim=held)
    with pytest.raises(CheckInTooLate):
        services.check_in(actor=actor, at=NEXT_WEEK + BLOCK, claim=held)
    at = NEXT_WEEK - timedelta(minutes=10)
    assert services.check_in(actor=actor, at=at, claim=held).checked_in_at == at
    assert services.check_in(actor=actor, at=NEXT_WEEK, claim=held).checked_in_at == at


def test_routing_sees_who_is_at_work_now():
    held = ClaimFactory()
    programme, actor = held.task.programme_id, agent_actor(held.agent)
    services.check_in(actor=actor, at=NEXT_WEEK - timedelta(minutes=5), claim=held)
    seen = {at: checked_in_claims(programme, NEXT_WEEK + timedelta(minutes=at)) for at in (-1, 0, 29, 30)}
    assert seen == {-1: [], 0: [held], 29: [held], 30: []}
    assert active_claim(held.agent_id, NEXT_WEEK) == held
    services.check_out(actor=actor, at=NEXT_WEEK + timedelta(minutes=10), claim=held)
    assert checked_in_claims(programme, NEXT_WEEK + timedelta(minutes=11)) == []
    assert active_claim(held.agent_id, NEXT_WEEK + timedelta(minutes=11)) is None


def test_check_out_is_for_good():
    held = ClaimFactory()
    actor = agent_actor(held.agent)
    with pytest.raises(NotCheckedIn):
        services.check_out(actor=actor, at=NEXT_WEEK, claim=held)
    services.check_in(actor=actor, at=NEXT_WEEK - timedelta(minutes=1), claim=held)
    with pytest.raises(BlockNotStarted):
        services.check_out(actor=actor, at=NEXT_WEEK - timedelta(seconds=1), claim=held)
    services.check_out(actor=actor, at=NEXT_WEEK + timedelta(minutes=20), claim=held)
    for verb in (services.check_in, services.check_out):
        with pytest.raises(AlreadyCheckedOut):
            verb(actor=actor, at=NEXT_WEEK + timedelta(minutes=21), claim=held)
    with pytest.raises(NotFound):
        services.check_in(actor=agent_actor(AgentFactory()), at=NEXT_WEEK, claim=held)


# -- What time does ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "left", "state", "minutes"),
    [
        (None, None, ClaimState.NO_SHOW, 0),
        (-600, None, ClaimState.SERVED, 30),
        (170, None, ClaimState.SERVED, 27),
        (181, None, ClaimState.PARTIAL, 26),
        (0, 600, ClaimState.PARTIAL, 10),
        (1799, None, ClaimState.PARTIAL, 0),
        (0, 1619, ClaimState.PARTIAL, 26),
        (0, 1620, ClaimState.SERVED, 27),
    ],
)
def test_a_block_that_ends_decides_its_claim(came, left, state, minutes):
    held = ClaimFactory()
    times = [None if s is None else NEXT_WEEK + timedelta(seconds=s) for s in (came, left)]
    Claim.objects.update(checked_in_at=times[0], checked_out_at=times[1])
    services.advance_due(at=NEXT_WEEK + BLOCK - timedelta(seconds=1))
    assert Claim.objects.get().state == ClaimState.COMMITTED
    services.advance_due(at=NEXT_WEEK + BLOCK)
    held.refresh_from_db()
    assert (held.state, held.minutes_served) == (state, minutes)
    whole = Period(held.starts_at, held.ends_at)
    assert minutes == minutes_served(block=whole, checked_in_at=times[0], checked_out_at=times[1])
    assert held.checked_out_at == (None if came is None else times[1] or NEXT_WEEK + BLOCK)
    assert services.advance_due(at=NEXT_WEEK + BLOCK) == 0


def test_events_of_the_end_are_published_once(monkeypatch):
    seen = []
    monkeypatch.setattr("tasks.services.advancing.publish", lambda e: seen.append((type(e).__name__, e.claim_id)))
    task = OpenTaskFactory(blocks__seats=9)
    block = task.blocks.get()
    here, left, away = checked_in_claim(block=block), checked_in_claim(block=block), ClaimFactory(block=block)
    Claim.objects.filter(pk=left.pk).update(checked_out_at=NEXT_WEEK + timedelta(minutes=3))
    services.advance_due(at=NEXT_WEEK + BLOCK)
    services.advance_due(at=NEXT_WEEK + BLOCK)
    assert seen == [
        ("AgentCheckedOut", here.pk), ("ClaimServed", here.pk), ("ClaimServed", left.pk), ("ClaimMissed", away.pk),
    ]  # fmt: skip


def test_a_task_lives_from_staffing_to_closed_and_gives_its_reserve_back():
    client = client_with()
    task = published(client, starts=hours(1))
    seat = task.budget_minor // 4
    worked, missed = checked_in_claim(block=task.blocks.all()[0]), ClaimFactory(block=task.blocks.all()[1])
    states = []
    for at in (NEXT_WEEK - timedelta(seconds=1), NEXT_WEEK, NEXT_WEEK + BLOCK, NEXT_WEEK + 2 * BLOCK):
        services.advance_due(at=at)
        states.append(Task.objects.get().state)
    assert states == [TaskState.STAFFING, TaskState.RUNNING, TaskState.RUNNING, TaskState.SETTLING]
    assert {worked.state, missed.state} == {"committed"}
    assert (client.reserve(task), client.funds) == (seat, 1_000_000 - seat)
    services.advance_due(at=task.ends_at + timedelta(days=14))
    task.refresh_from_db()
    assert (task.state, client.reserve(task), client.funds) == (TaskState.CLOSED, 0, 1_000_000)


def test_pay_may_settle_a_task_early():
    client = client_with()
    task = published(client)
    services.advance_due(at=task.ends_at)
    task.refresh_from_db()
    assert services.settle_task(actor=client.manager, at=task.ends_at, task=task)
    assert not services.settle_task(actor=client.manager, at=task.ends_at, task=task)
    task.refresh_from_db()
    assert (task.state, task.settled_at) == (TaskState.CLOSED, task.ends_at)


def test_adherence_over_thirty_days():
    agent = AgentFactory()
    cases = [(-31, 0), (-20, 30), (-10, 15), (-1, 0)]
    for days, minutes in cases:
        block = OpenTaskFactory(blocks=[NOON + timedelta(days=days)], rate_card=RateCardFactory()).blocks.get()
        if minutes:
            served_claim(block=block, agent=agent, minutes=minutes)
        else:
            missed = ClaimFactory(block=block, agent=agent)
            Claim.objects.filter(pk=missed.pk).update(state=ClaimState.NO_SHOW)
    newcomer = AgentFactory()
    assert adherence([agent.pk, newcomer.pk], NOON) == {agent.pk: Adherence(45, 90), newcomer.pk: Adherence()}
