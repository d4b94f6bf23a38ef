"""The books and the audit log are proved while money moves without a pause: no false alarm, and no real one missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread

import pytest
from django.db import connection

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import agent_actor, staff_actor
from core import audit
from core.money import Money
from ledger.models import Account, Entry
from ledger.selectors import verify
from ledger.states import AccountKind
from ledger.tests.books import sql
from pay.models import Earning
from pay.services import confirm_deposit, deposit, fail_payout, reprice_agent, request_payout
from pay.states import PriceReason
from pay.tests.factories import REVIEWED, Facts, earning, owed_earning
from tasks.tests.factories import NEXT_WEEK, NOON, BlockFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PROOFS = 12


@contextmanager
def _all_the_time(*works: Callable[[int], object]) -> Iterator[None]:
    """Each of `works` again and again in a thread of its own, until the block ends; what one raised is raised here."""
    over, failures = Event(), []

    def run(work: Callable[[int], object]) -> None:
        try:
            for n in count():
                if over.is_set():
                    return
                work(n)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failures == []


def _moving(facts: Facts) -> list[Callable[[int], object]]:
    """Deposits; an earning priced anew, reversal and all; payouts asked for and turned down."""
    owed = owed_earning()
    organisation = owed.organisation
    in_review = earning(block=BlockFactory(starts_at=NEXT_WEEK))
    asking, finance = agent_actor(owed.agent), staff_actor(StaffRole.FINANCE)

    def bring(n: int) -> None:
        amount = Money(1_000 + n, "CNY")
        row = deposit(actor=PLATFORM, at=NOON, organisation=organisation, amount=amount, idempotency_key=f"{n}")
        confirm_deposit(actor=PLATFORM, at=NOON, provider="demo", reference=row.reference, amount=amount)

    def reprice(n: int) -> None:
        facts.units = 12 + n % 7
        reprice_agent(actor=PLATFORM, at=NOON, agent_id=in_review.agent_id, reason=PriceReason.SCORE)

    def pay(n: int) -> None:
        payout = request_payout(actor=asking, at=REVIEWED, agent=owed.agent, idempotency_key=f"{n}")
        fail_payout(actor=finance, at=REVIEWED, payout=payout, reason="Closed")

    return [bring, reprice, pay]


def test_proofs_while_money_moves_find_nothing(facts: Facts) -> None:
    works = _moving(facts)
    before = Entry.objects.count()

    with _all_the_time(*works):
        found = [str(broken) for _ in range(PROOFS) for broken in [*verify(), *audit.verify()]]

    assert found == []
    assert Entry.objects.count() > before + PROOFS


def test_a_real_break_is_found_while_money_moves(facts: Facts) -> None:
    works = _moving(facts)
    still = earning(block=BlockFactory(starts_at=NEXT_WEEK))
    reserved = Account.objects.get(kind=AccountKind.TASK_RESERVE, owner=still.task.public_id)

    with _all_the_time(*works):
        # Only this session leaves the guards out, as somebody with the database's keys would.
        sql("SET session_replication_role = replica")
        Account.objects.filter(pk=reserved.pk).update(balance_minor=-1)
        Earning.objects.filter(pk=still.pk).update(fee_minor=7)
        sql("SET session_replication_role = DEFAULT")
        found = {(broken.rule, broken.subject) for broken in verify()}

    assert found == {
        ("balance equals postings", f"task_reserve {still.task.public_id} CNY"),
        ("earning stands at its last price", still.public_id),
        ("fee is booked", still.public_id),
    }
