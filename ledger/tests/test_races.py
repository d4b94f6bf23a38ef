"""Many threads on one account: nothing is overspent, nothing is booked twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.money import Money
from ledger import selectors
from ledger.errors import InsufficientFunds, SourceUsed
from ledger.models import Entry
from ledger.states import AccountKind
from ledger.tests.books import AGENT, ORG, TASK, deposit, move, reserve

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 12


def together(work: Callable[[int], str]) -> list[str]:
    """Run `work(n)` in THREADS threads that start at once; return what each said."""
    barrier = Barrier(THREADS)

    def run(n: int) -> str:
        barrier.wait()
        try:
            return work(n)
        except (InsufficientFunds, SourceUsed) as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_hammering_one_account_never_overspends() -> None:
    deposit(1_000)

    def spend(n: int) -> str:
        done = 0
        for k in range(10):
            try:
                reserve(30, source=f"reserve:{n}:{k}", task=f"tsk_{n:026d}")
                done += 1
            except InsufficientFunds:
                pass
        return str(done)

    said = together(spend)

    assert sum(int(count) for count in said) == 33
    assert selectors.held(AccountKind.CLIENT_FUNDS, ORG, "CNY") == Money(10, "CNY")
    assert list(selectors.verify()) == []


def test_one_source_from_many_threads_is_one_entry() -> None:
    deposit(1_000)

    said = together(lambda n: reserve(600).public_id)

    assert len(set(said)) == 1
    assert Entry.objects.filter(source="reserve:1").count() == 1
    assert selectors.held(AccountKind.TASK_RESERVE, TASK, "CNY") == Money(600, "CNY")


def test_one_source_with_different_amounts_books_one_of_them() -> None:
    deposit(1_000)

    said = together(lambda n: reserve(10 + n).public_id)

    assert said.count("ledger.source_used") == THREADS - 1
    assert list(selectors.verify()) == []


def test_money_running_in_circles_does_not_deadlock() -> None:
    deposit(10_000)
    ring = [(AccountKind.CLIENT_FUNDS, ORG), (AccountKind.TASK_RESERVE, TASK), (AccountKind.AGENT_ACCRUED, AGENT)]
    for n, place in enumerate(ring[1:]):
        move(f"start:{n}", ring[0], place, 3_000)

    def circle(n: int) -> str:
        for k in range(10):
            a, b = ring[(n + k) % 3], ring[(n + k + 1 + n % 2) % 3]
            move(f"circle:{n}:{k}", a, b, 1 + k)
        return "done"

    assert together(circle) == ["done"] * THREADS
    assert list(selectors.verify()) == []
