"""A state machine over random verbs, legal and illegal: every invariant is looked at after every step."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.tests.factories import actors_of, many_agents
from core.clock import BLOCK, Period
from core.errors import DomainError
from core.models import Transition
from ledger.selectors import verify
from tasks import services
from tasks.logic.commitment import minutes_served
from tasks.models import Block, Claim, Task
from tasks.selectors.posted import owed_at_most
from tasks.states import CLAIM, HOLDS_SEAT, TASK, ClaimState, TaskState
from tasks.tests.factories import NEXT_WEEK, NOON
from tasks.tests.scenes import Client, client_with, draft, hours

FUNDS = 1_000_000
AGENTS, TASKS = 4, 3
STEPS = [timedelta(minutes=m) for m in (0, 1, 4, 6, 11, 30, 45)] + [timedelta(hours=30), timedelta(days=4)]


class Market(RuleBasedStateMachine):
    """Four agents, three tasks of four overlapping blocks with one or two seats, and a clock that only moves on."""

    @initialize()
    def open(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at: datetime = NEXT_WEEK - timedelta(days=3)
        self.client: Client = client_with(FUNDS)
        self.agents = many_agents(AGENTS)
        self.actors = actors_of(self.agents)
        shift = [timedelta(0), BLOCK, timedelta(hours=1)]
        self.tasks = [
            draft(self.client, starts=hours(2, NEXT_WEEK + shift[n]), seats=1 + n % 2, max_blocks_per_agent=3)
            for n in range(TASKS)
        ]
        assert self.at > NOON
        self.refusals: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def attempt(self, service: Any, **arguments: Any) -> None:
        """A refusal is fine, and must have changed nothing."""
        before = self.snapshot()
        try:
            with transaction.atomic():
                service(at=self.at, **arguments)
        except DomainError as refused:
            self.refusals.append(refused.code)
            assert self.snapshot() == before

    def snapshot(self) -> list[Any]:
        rows = [Task.objects.values_list("pk", "state"), Block.objects.values_list("pk", "seats_taken", "cancelled_at")]
        rows.append(Claim.objects.values_list("pk", "state", "checked_in_at", "checked_out_at", "minutes_served"))
        return [list(r.order_by("pk")) for r in rows] + [self.client.funds, Transition.objects.count()]

    @rule(n=st.integers(0, TASKS - 1))
    def publish(self, n: int) -> None:
        self.attempt(services.publish_task, actor=self.client.manager, task=self.tasks[n])

    @rule(n=st.integers(0, TASKS - 1))
    def cancel(self, n: int) -> None:
        task = Task.objects.get(pk=self.tasks[n].pk)
        self.attempt(services.cancel_task, actor=self.client.manager, task=task)

    @rule(n=st.integers(0, TASKS - 1), b=st.integers(0, 3), a=st.integers(0, AGENTS - 1))
    def claim(self, n: int, b: int, a: int) -> None:
        block = self.tasks[n].blocks.all()[b]
        self.attempt(services.claim_block, actor=self.actors[a], block=block, agent=self.agents[a])

    def some_claim(self, pick: int) -> tuple[Claim, Any] | None:
        claims = list(Claim.objects.order_by("-pk").select_related("agent"))
        if not claims:
            return None
        claim = claims[pick % len(claims)]
        return claim, self.actors[[x.pk for x in self.agents].index(claim.agent_id)]

    @rule(pick=st.integers(0, 5), verb=st.sampled_from(["release_claim", "check_in", "check_in", "check_out"]))
    def act_on_a_claim(self, pick: int, verb: str) -> None:
        found = self.some_claim(pick)
        if found:
            self.attempt(getattr(services, verb), actor=found[1], claim=found[0])

    @rule(pick=st.integers(0, 5), a=st.integers(0, AGENTS - 1))
    def act_on_anothers_claim(self, pick: int, a: int) -> None:
        found = self.some_claim(pick)
        if found and found[0].agent_id != self.agents[a].pk:
            before = self.snapshot()
            self.attempt(services.release_claim, actor=self.actors[a], claim=found[0])
            assert self.snapshot() == before

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.at += step
        services.advance_due(at=self.at)
        assert services.advance_due(at=self.at) == 0

    @rule()
    def the_blocks_come_near(self) -> None:
        self.at = max(self.at, NEXT_WEEK - timedelta(minutes=5))
        services.advance_due(at=self.at)

    @invariant()
    def seats_are_never_overbooked_and_counted_right(self) -> None:
        counted = Block.objects.annotate(held=Count("claims", filter=Q(claims__state__in=HOLDS_SEAT)))
        for block in counted:
            assert block.seats_taken == block.held <= block.seats

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        held = list(Claim.objects.filter(state__in=HOLDS_SEAT).order_by("agent_id", "starts_at"))
        for one, following in pairwise(held):
            assert one.agent_id != following.agent_id or one.ends_at <= following.starts_at

    @invariant()
    def nobody_holds_more_than_the_client_allows(self) -> None:
        held = Claim.objects.filter(state__in=HOLDS_SEAT).values("agent", "task").annotate(n=Count("pk"))
        assert all(row["n"] <= 3 for row in held)

    @invariant()
    def states_came_by_legal_moves_and_time(self) -> None:
        for move in Transition.objects.filter(entity__startswith="tasks."):
            table = TASK if move.entity == "tasks.task" else CLAIM
            assert table.allows(move.from_state, move.to_state)
        now = self.at
        assert not Claim.objects.filter(block__cancelled_at__isnull=False, state__in=HOLDS_SEAT).exists()
        for claim in Claim.objects.all():
            over = [ClaimState.SERVED, ClaimState.PARTIAL, ClaimState.NO_SHOW]
            assert claim.state not in over or claim.ends_at <= now
            whole = Period(claim.starts_at, claim.ends_at)
            came, left = claim.checked_in_at, claim.checked_out_at
            wanted = minutes_served(block=whole, checked_in_at=came, checked_out_at=left) if claim.state in over else 0
            assert claim.minutes_served == wanted
            assert (claim.state == ClaimState.NO_SHOW) <= (came is None)

    @invariant()
    def every_cent_is_somewhere(self) -> None:
        if not hasattr(self, "tasks"):
            return
        reserves = 0
        for task in Task.objects.select_related("rate_card"):
            reserve = self.client.reserve(task)
            reserves += reserve
            if task.state in (TaskState.PUBLISHED, TaskState.STAFFING, TaskState.RUNNING):
                assert reserve == task.budget_minor
            elif task.state == TaskState.DRAFT or task.settled_at is not None:
                assert reserve == 0
            else:
                assert reserve >= owed_at_most(task)
        assert self.client.funds + reserves == FUNDS

    @invariant()
    def the_books_balance(self) -> None:
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_market_holds_under_random_verbs() -> None:
    run_state_machine_as_test(
        Market,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert list(verify()) == []
