"""Rate cards, tasks, blocks and claims for tests.

`TaskFactory` makes a draft; `OpenTaskFactory` a task open for claims, as publishing leaves it but without
the money (use `tasks.services.publish_task` where the ledger matters).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import AgentProfile
from accounts.tests.factories import AgentFactory, ProgrammeFactory
from core.clock import BLOCK
from tasks.models import Block, Claim, RateCard, Task
from tasks.states import ClaimState, TaskState

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
"""The moment tests begin at."""
TOMORROW = NOON + timedelta(days=1)
NEXT_WEEK = NOON + timedelta(days=7)
PRICES = {"certification": 180, "bronze": 200, "silver": 220, "gold": 240, "platinum": 260}


class RateCardFactory(DjangoModelFactory):
    """Floor 30.00 an hour, 2.00 a conversation in Bronze, 20% fee."""

    class Meta:
        model = RateCard

    programme = factory.SubFactory(ProgrammeFactory)
    version = factory.LazyAttribute(
        lambda o: RateCard.objects.filter(programme=o.programme).count() + 1  # the next free one
    )
    currency = factory.SelfAttribute("programme.currency")
    floor_rate_minor = 3000
    unit_price_minor = factory.LazyFunction(lambda: dict(PRICES))
    block_bonus_minor = 0
    escalation_minor = 100
    fee_bps = 2000
    published_at = NOON - timedelta(days=30)


class TaskFactory(DjangoModelFactory):
    """A draft without blocks that asks nothing of agents."""

    class Meta:
        model = Task

    rate_card = factory.SubFactory(RateCardFactory)
    programme = factory.SelfAttribute("rate_card.programme")
    title = factory.Sequence(lambda n: f"Evening peak {n}")
    brief = "Answer shop customers about delivery and returns."
    language = "en"
    requirement = factory.LazyFunction(dict)
    currency = factory.SelfAttribute("rate_card.currency")
    created_at = NOON - timedelta(days=1)
    updated_at = NOON - timedelta(days=1)


class BlockFactory(DjangoModelFactory):
    """A block of two seats, a week from noon."""

    class Meta:
        model = Block

    task = factory.SubFactory(TaskFactory)
    starts_at = NEXT_WEEK
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + BLOCK)
    seats = 2


class OpenTaskFactory(TaskFactory):
    """A task open for claims, with `blocks=` starts (one, a week from noon, when not given) of `seats=` seats."""

    class Meta:
        skip_postgeneration_save = True

    @factory.post_generation
    def blocks(task: Task, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        starts = extracted or [NEXT_WEEK]
        for start in starts:
            BlockFactory(task=task, starts_at=start, seats=kwargs.get("seats", 2))
        open_for_claims(task)


def open_for_claims(task: Task) -> Task:
    """Move a draft with blocks to `staffing` without posting money."""
    times = list(Block.objects.filter(task=task).values_list("starts_at", "ends_at"))
    rows = Task.objects.filter(pk=task.pk)
    rows.update(
        state=TaskState.PUBLISHED,
        budget_minor=100_000,
        published_at=NOON,
        starts_at=min(start for start, _ in times),
        ends_at=max(end for _, end in times),
        settles_at=max(end for _, end in times) + timedelta(days=14),
    )
    rows.update(state=TaskState.STAFFING)
    task.refresh_from_db()
    return task


class ClaimFactory(DjangoModelFactory):
    """An agent's committed claim on a block of an open task, under the task's rate card, as Bronze."""

    class Meta:
        model = Claim

    block = factory.LazyFunction(lambda: OpenTaskFactory().blocks.get())
    task = factory.SelfAttribute("block.task")
    agent = factory.SubFactory(AgentFactory)
    starts_at = factory.SelfAttribute("block.starts_at")
    ends_at = factory.SelfAttribute("block.ends_at")
    rate_card = factory.SelfAttribute("task.rate_card")
    tier = "bronze"
    committed_at = NOON


def checked_in_claim(
    *, agent: AgentProfile | None = None, block: Block | None = None, late_seconds: int = 0, **fields: Any
) -> Claim:
    """A claim whose agent checked in `late_seconds` after the start of the block."""
    fields |= {"block": block} if block else {}
    fields |= {"agent": agent} if agent else {}
    claim: Claim = ClaimFactory(**fields)
    claim.checked_in_at = claim.starts_at + timedelta(seconds=late_seconds)
    claim.save(update_fields=["checked_in_at"])
    return claim


def served_claim(*, minutes: int = 30, **fields: Any) -> Claim:
    """A claim served for `minutes`, as the sweeper leaves it after the block."""
    claim = checked_in_claim(**fields)
    Claim.objects.filter(pk=claim.pk).update(
        state=ClaimState.SERVED if minutes >= 27 else ClaimState.PARTIAL,
        checked_out_at=claim.starts_at + timedelta(minutes=minutes),
        minutes_served=minutes,
    )
    claim.refresh_from_db()
    return claim
