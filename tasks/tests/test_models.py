"""The database refuses what must never be, and stops refusing when the constraint or trigger is gone."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.tests.factories import AgentFactory
from core.clock import BLOCK
from tasks.models import Block, Claim, RateCard, Task
from tasks.states import ClaimState, TaskState
from tasks.tests.factories import (
    NEXT_WEEK,
    NOON,
    BlockFactory,
    ClaimFactory,
    OpenTaskFactory,
    RateCardFactory,
    TaskFactory,
    served_claim,
)

pytestmark = pytest.mark.django_db


def refused(act) -> bool:
    """True when the database refuses `act`; its work is undone when it does not."""
    try:
        with transaction.atomic():
            act()
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def drop(kind: str, name: str, table: str) -> None:
    """Remove one guard, so that a test can show what it is for (undone with the test)."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if kind == "constraint":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgname LIKE %s AND tgrelid = %s::regclass",
                [f"pgtrigger_{name}_%", table],
            )
            for (trigger,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {trigger} ON {table}")


def _second_overlapping_claim():
    first = ClaimFactory()
    other = OpenTaskFactory().blocks.get()
    return lambda: ClaimFactory(agent=first.agent, block=other)


def _third_claim_on_two_seats():
    block = OpenTaskFactory().blocks.get()
    ClaimFactory(block=block)
    ClaimFactory(block=block)
    return lambda: ClaimFactory(block=block)


def _claim_on_called_off_block():
    block = OpenTaskFactory().blocks.get()
    Block.objects.filter(pk=block.pk).update(cancelled_at=NOON)
    return lambda: ClaimFactory(block=block)


def _claim_with_other_times():
    block = OpenTaskFactory().blocks.get()
    return lambda: ClaimFactory(block=block, starts_at=NEXT_WEEK + BLOCK, ends_at=NEXT_WEEK + 2 * BLOCK)


def _long_block():
    task = TaskFactory()
    return lambda: BlockFactory(task=task, ends_at=NEXT_WEEK + timedelta(hours=1))


def _crooked_block():
    task = TaskFactory()
    return lambda: BlockFactory(task=task, starts_at=NEXT_WEEK + timedelta(minutes=10))


def _seatless_block():
    task = TaskFactory()
    return lambda: BlockFactory(task=task, seats=0)


def _same_block_twice():
    task = BlockFactory().task
    return lambda: BlockFactory(task=task)


def _changed_rate_card():
    card = RateCardFactory()
    return lambda: RateCard.objects.filter(pk=card.pk).update(floor_rate_minor=1)


def _deleted_rate_card():
    card = RateCardFactory()
    return lambda: RateCard.objects.filter(pk=card.pk).delete()


def _same_version_twice():
    card = RateCardFactory()
    return lambda: RateCardFactory(programme=card.programme, version=card.version)


def _task_jumps_to_running():
    task = TaskFactory()
    return lambda: Task.objects.filter(pk=task.pk).update(
        state=TaskState.RUNNING, published_at=NOON, starts_at=NOON, ends_at=NOON, budget_minor=1
    )


def _task_starts_closed():
    card = RateCardFactory()
    return lambda: TaskFactory(
        rate_card=card, state=TaskState.CLOSED, published_at=NOON, starts_at=NOON, ends_at=NOON, budget_minor=1
    )


def _published_without_budget():
    task = BlockFactory().task
    return lambda: Task.objects.filter(pk=task.pk).update(
        state=TaskState.PUBLISHED, published_at=NOON, starts_at=NOON, ends_at=NOON
    )


def _claim_comes_back():
    claim = ClaimFactory()
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.RELEASED_FREE)
    return lambda: Claim.objects.filter(pk=claim.pk).update(state=ClaimState.COMMITTED)


def _claim_starts_served():
    block = OpenTaskFactory().blocks.get()
    return lambda: ClaimFactory(block=block, state=ClaimState.SERVED)


def _claim_deleted():
    claim = ClaimFactory()
    return lambda: Claim.objects.filter(pk=claim.pk).delete()


def _claim_with_a_new_tier():
    claim = ClaimFactory()
    return lambda: Claim.objects.filter(pk=claim.pk).update(tier="platinum")


def _minutes_of_a_no_show():
    claim = ClaimFactory()
    return lambda: Claim.objects.filter(pk=claim.pk).update(state=ClaimState.NO_SHOW, minutes_served=5)


def _minutes_beyond_the_block():
    claim = served_claim()
    return lambda: Claim.objects.filter(pk=claim.pk).update(minutes_served=31)


def _out_before_in():
    claim = served_claim()
    return lambda: Claim.objects.filter(pk=claim.pk).update(checked_out_at=NOON)


def _out_without_in():
    claim = ClaimFactory()
    return lambda: Claim.objects.filter(pk=claim.pk).update(checked_out_at=NEXT_WEEK)


@pytest.mark.parametrize(
    ("prepare", "kind", "name", "table"),
    [
        (_second_overlapping_claim, "constraint", "claim_no_overlap", "tasks_claim"),
        (_third_claim_on_two_seats, "constraint", "block_not_overfull", "tasks_block"),
        (_third_claim_on_two_seats, "trigger", "claim_takes_a_seat", "tasks_claim"),
        (_claim_on_called_off_block, "trigger", "claim_takes_a_seat", "tasks_claim"),
        (_claim_with_other_times, "trigger", "claim_takes_a_seat", "tasks_claim"),
        (_long_block, "constraint", "block_lasts_half_an_hour", "tasks_block"),
        (_crooked_block, "constraint", "block_starts_on_the_half_hour", "tasks_block"),
        (_seatless_block, "constraint", "block_has_a_seat", "tasks_block"),
        (_same_block_twice, "constraint", "block_once_per_time", "tasks_block"),
        (_changed_rate_card, "trigger", "published_for_good", "tasks_ratecard"),
        (_deleted_rate_card, "trigger", "published_for_good", "tasks_ratecard"),
        (_same_version_twice, "constraint", "rate_card_version_once", "tasks_ratecard"),
        (_task_jumps_to_running, "trigger", "task_state_moves", "tasks_task"),
        (_task_starts_closed, "trigger", "task_state_starts", "tasks_task"),
        (_published_without_budget, "constraint", "task_published_with_budget", "tasks_task"),
        (_claim_comes_back, "trigger", "claim_state_moves", "tasks_claim"),
        (_claim_starts_served, "trigger", "claim_state_starts", "tasks_claim"),
        (_claim_deleted, "trigger", "claim_stays", "tasks_claim"),
        (_claim_with_a_new_tier, "trigger", "claim_terms_stay", "tasks_claim"),
        (_minutes_of_a_no_show, "constraint", "claim_minutes_only_when_worked", "tasks_claim"),
        (_minutes_beyond_the_block, "constraint", "claim_minutes_within_block", "tasks_claim"),
        (_out_before_in, "constraint", "claim_out_after_in", "tasks_claim"),
        (_out_without_in, "constraint", "claim_in_before_out", "tasks_claim"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else value,
)
def test_guard_refuses_until_it_is_dropped(prepare, kind, name, table):
    act = prepare()
    assert refused(act)
    drop(kind, name, table)
    assert not refused(act)


def test_seats_are_counted_by_the_trigger():
    claim = ClaimFactory()
    taken = Block.objects.values_list("seats_taken", flat=True)
    assert taken.get(pk=claim.block_id) == 1
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.RELEASED_LATE)
    assert taken.get(pk=claim.block_id) == 0
    drop("trigger", "claim_gives_seat_back", "tasks_claim")
    other = ClaimFactory(block=claim.block)
    Claim.objects.filter(pk=other.pk).update(state=ClaimState.WAIVED)
    assert taken.get(pk=claim.block_id) == 1


def test_a_block_starts_empty_whatever_is_written():
    block = Block.objects.create(
        task=TaskFactory(), starts_at=NEXT_WEEK, ends_at=NEXT_WEEK + BLOCK, seats=3, seats_taken=2
    )
    block.refresh_from_db()
    assert block.seats_taken == 0


def test_same_time_is_free_again_after_release_and_for_somebody_else():
    claim = ClaimFactory()
    ClaimFactory(block=claim.block, agent=AgentFactory())
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.RELEASED_FREE)
    again = ClaimFactory(block=claim.block, agent=claim.agent)
    assert again.state == ClaimState.COMMITTED
