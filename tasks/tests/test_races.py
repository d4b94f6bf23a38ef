"""Seats, caps, keys and money under real threads: whatever arrives together, the rules hold."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.services import erase_person, suspend_agent
from accounts.states import StaffRole
from accounts.tests.factories import actors_of, agent_actor, many_agents, staff_actor
from core.clock import BLOCK
from core.errors import DomainError
from ledger.selectors import verify
from tasks import services
from tasks.logic.plan import PlannedBlock
from tasks.models import Block, Claim, Task
from tasks.selectors import checked_in_claims, explain_claim
from tasks.states import ClaimState, TaskState
from tasks.tests.factories import NEXT_WEEK, NOON, ClaimFactory, OpenTaskFactory
from tasks.tests.scenes import client_with, draft, hours, published

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def together(calls: list[Callable[[], object]]) -> list[str]:
    """Run all at once; each answer is `done` or the code of its refusal."""
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call):
        try:
            barrier.wait()
            call()
            answers.append("done")
        except DomainError as refused:
            answers.append(refused.code)
        except Exception as error:
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def claiming(block: Block, agents) -> list[Callable[[], object]]:
    actors = actors_of(agents)
    return [
        lambda agent=agent, actor=actor: services.claim_block(actor=actor, at=NOON, block=block, agent=agent)
        for agent, actor in zip(agents, actors, strict=True)
    ]


def taking_away(agent) -> list[str]:
    """What becomes of suspending, then of erasing an agent, each without the patience to wait for a lock."""
    operator, own = staff_actor(StaffRole.OPERATOR), agent_actor(agent)

    def impatient(act: Callable[[], object]) -> Callable[[], None]:
        def call():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
                act()

        return call

    return [
        *together([impatient(lambda: suspend_agent(actor=operator, agent=agent, reason="Rude.", at=NOON))]),
        *together([impatient(lambda: erase_person(actor=own, user=agent.user, at=NOON))]),
    ]


def waits_for_standing(answer: str) -> bool:
    """Whether what was refused waited for the agent's standing, and not for a row, which PostgreSQL would name."""
    return "lock timeout" in answer and "CONTEXT" not in answer


def test_two_hundred_agents_on_twenty_seats_end_with_exactly_twenty():
    block = OpenTaskFactory(blocks__seats=20).blocks.get()
    answers = Counter(together(claiming(block, many_agents(200))))
    assert answers == {"done": 20, "tasks.block_full": 180}
    block.refresh_from_db()
    assert block.seats_taken == Claim.objects.filter(block=block, state=ClaimState.COMMITTED).count() == 20


def test_without_the_check_the_constraint_holds_the_seats(monkeypatch):
    monkeypatch.setattr("tasks.services.claims._refuse_beyond_limits", lambda *args: None)
    monkeypatch.setattr("tasks.services.claims.Block.objects.select_for_update", lambda **kwargs: Block.objects.all())
    block = OpenTaskFactory(blocks__seats=5).blocks.get()
    answers = Counter(together(claiming(block, many_agents(30))))
    assert answers == {"done": 5, "tasks.block_full": 25}


def test_nobody_loses_the_right_to_work_in_the_middle_of_a_claim(monkeypatch):
    agent, answers = many_agents(1)[0], []
    monkeypatch.setattr("tasks.services.claims._refuse_beyond_limits", lambda *args: answers.extend(taking_away(agent)))
    assert together(claiming(OpenTaskFactory().blocks.get(), [agent])) == ["done"]
    assert [waits_for_standing(answer) for answer in answers] == [True, True]


def test_nobody_loses_the_right_to_work_in_the_middle_of_a_check_in(monkeypatch):
    claim, answers = ClaimFactory(), []

    def explain(*args, **kwargs):
        answers.extend(taking_away(claim.agent))
        return explain_claim(*args, **kwargs)

    monkeypatch.setattr("tasks.services.attendance.explain_claim", explain)
    actor = agent_actor(claim.agent)
    assert together([lambda: services.check_in(actor=actor, at=NEXT_WEEK, claim=claim)]) == ["done"]
    assert [waits_for_standing(answer) for answer in answers] == [True, True]


def test_one_agent_claiming_overlapping_blocks_at_once_gets_one():
    agent = many_agents(1)[0]
    blocks = [OpenTaskFactory().blocks.get() for _ in range(8)]
    actor = agent_actor(agent)
    answers = Counter(
        together(
            [
                lambda block=block: services.claim_block(actor=actor, at=NOON, block=block, agent=agent)
                for block in blocks
            ]
        )
    )
    assert answers == {"done": 1, "tasks.overlap": 7}
    assert sorted(Block.objects.values_list("seats_taken", flat=True)) == [0] * 7 + [1]


def test_caps_count_what_was_claimed_in_the_same_instant():
    agent = many_agents(1)[0]
    blocks = list(OpenTaskFactory(blocks=hours(6), max_blocks_per_agent=4).blocks.all())
    actor = agent_actor(agent)
    answers = Counter(
        together(
            [
                lambda block=block: services.claim_block(actor=actor, at=NOON, block=block, agent=agent)
                for block in blocks
            ]
        )
    )
    assert answers == {"done": 4, "tasks.person_cap": 8}


def test_a_double_tap_is_one_claim():
    agent = many_agents(1)[0]
    block = OpenTaskFactory().blocks.get()
    actor = agent_actor(agent)

    def tap():
        services.claim_block(actor=actor, at=NOON, block=block, agent=agent, idempotency_key="tap")

    assert Counter(together([tap] * 10)) == {"done": 10}
    assert Claim.objects.count() == 1


def test_cancel_against_claims_leaves_no_seat_on_a_cancelled_block():
    client = client_with()
    task = published(client, seats=20)
    block = task.blocks.get()
    calls = claiming(block, many_agents(30))
    calls.insert(15, lambda: services.cancel_task(actor=client.manager, at=NOON, task=task))
    answers = Counter(together(calls))
    assert set(answers) <= {"done", "tasks.not_open", "tasks.block_called_off", "tasks.block_full"}
    block.refresh_from_db()
    assert (block.seats_taken, Claim.objects.filter(state=ClaimState.COMMITTED).count()) == (0, 0)
    assert (client.funds, client.reserve(task)) == (1_000_000, 0)


def test_release_against_the_end_and_the_sweeper_against_itself():
    task = OpenTaskFactory(blocks__seats=40)
    block = task.blocks.get()
    claims = [ClaimFactory(block=block, agent=agent) for agent in many_agents(40)]
    at = NEXT_WEEK + timedelta(minutes=30)
    before = NEXT_WEEK - timedelta(seconds=1)
    actors = actors_of([c.agent for c in claims])
    calls = [
        lambda claim=claim, actor=actor: services.release_claim(actor=actor, at=before, claim=claim)
        for claim, actor in zip(claims[:20], actors, strict=False)
    ]
    calls += [lambda: services.advance_due(at=at)] * 6
    answers = Counter(together(calls))
    assert set(answers) <= {"done", "tasks.not_committed"}
    services.advance_due(at=at)
    states = Counter(Claim.objects.values_list("state", flat=True))
    assert sum(states.values()) == 40
    assert states[ClaimState.COMMITTED] == 0
    block.refresh_from_db()
    assert block.seats_taken == states[ClaimState.NO_SHOW]
    assert checked_in_claims(task.programme_id, at) == []


def test_hours_added_to_a_draft_at_once_are_all_in_its_plan():
    client = client_with()
    task = draft(client)
    added = [PlannedBlock(NEXT_WEEK + n * BLOCK, 3) for n in range(1, 9)]
    answers = together(
        [
            lambda block=block: services.add_blocks(actor=client.manager, at=NOON, task=task, blocks=[block])
            for block in added
        ]
    )
    assert set(answers) == {"done"}
    assert list(task.blocks.values_list("seats", flat=True)) == [2, *[3] * 8]


def test_publishing_from_every_side_never_spends_more_than_there_is():
    seat = 2735 + 547
    client = client_with(funds=5 * 2 * seat)
    tasks = [draft(client) for _ in range(9)]
    answers = Counter(
        together(
            [lambda task=task: services.publish_task(actor=client.manager, at=NOON, task=task) for task in tasks]
            + [lambda: services.publish_task(actor=client.manager, at=NOON, task=tasks[0])] * 3
        )
    )
    assert answers["done"] == 5
    assert set(answers) <= {"done", "ledger.insufficient_funds", "tasks.not_draft"}
    assert Task.objects.filter(state=TaskState.STAFFING).count() == 5
    assert client.funds == 0
    assert list(verify()) == []
