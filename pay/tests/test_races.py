"""Many hands on the same money: priced once, paid once, approved by different people."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection, transaction

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from core.errors import DomainError
from core.money import Money
from ledger.models import Entry
from ledger.selectors import held, verify
from ledger.states import AccountKind
from pay.models import Deposit, Earning, EarningPrice, Payout
from pay.services import (
    accept_due,
    confirm_deposit,
    confirm_payout,
    deposit,
    price_claim,
    reprice_agent,
    request_payout,
    run_payouts,
    send_payouts,
)
from pay.states import EarningState, PayoutState, PriceReason
from pay.tests.factories import AFTER, REVIEWED, Facts, owed_earning, reserve
from tasks.tests.factories import NEXT_WEEK, NOON, OpenTaskFactory, served_claim

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 8


def together(work: Callable[[int], object], threads: int = THREADS) -> list[object]:
    """Run `work(n)` in threads that start at once; return what each gave, or the code it was refused with."""
    barrier = Barrier(threads)

    def run(n: int) -> object:
        barrier.wait()
        try:
            return work(n)
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_a_double_clicked_payout_pays_once(facts: Facts) -> None:
    row = owed_earning()
    actor = agent_actor(row.agent)

    said = together(
        lambda n: request_payout(actor=actor, at=REVIEWED, agent=row.agent, idempotency_key="click").public_id
    )

    assert len(set(said)) == 1
    assert Payout.objects.get().amount_minor == 1_500
    assert held(AccountKind.PAYOUTS_IN_TRANSIT, "", "CNY").minor == 1_500
    assert list(verify()) == []


def test_many_requests_with_keys_of_their_own_pay_once(facts: Facts) -> None:
    row = owed_earning()
    actor = agent_actor(row.agent)

    said = together(
        lambda n: request_payout(actor=actor, at=REVIEWED, agent=row.agent, idempotency_key=f"{n}").public_id
    )

    assert said.count("pay.nothing_owed") == THREADS - 1
    assert Payout.objects.count() == 1
    assert list(verify()) == []


def test_a_payout_confirmed_while_its_earning_is_being_priced_waits_and_settles_it(facts: Facts) -> None:
    row = owed_earning()
    payout = request_payout(actor=PLATFORM, at=REVIEWED, agent=row.agent, idempotency_key="once")
    send_payouts(actor=PLATFORM, at=REVIEWED)
    held_now = Event()

    def work(n: int) -> object:
        if n:
            held_now.wait(10)
            return confirm_payout(actor=PLATFORM, at=REVIEWED, payout=payout)
        with transaction.atomic():
            Earning.objects.select_for_update(no_key=True).get(pk=row.pk)
            held_now.set()
            sleep(1)
        return None

    together(work, threads=2)

    row.refresh_from_db()
    assert row.state == EarningState.PAID


def test_two_runs_and_the_agent_at_once_pay_once(facts: Facts) -> None:
    row = owed_earning()
    actor, finance = agent_actor(row.agent), staff_actor(StaffRole.FINANCE)

    def work(n: int) -> object:
        if n % 2:
            return request_payout(actor=actor, at=REVIEWED, agent=row.agent, idempotency_key="mine").public_id
        return run_payouts(actor=finance, at=REVIEWED, idempotency_key="week").public_id

    together(work)

    assert Payout.objects.count() == 1
    assert list(verify()) == []


def test_a_payout_is_sent_and_confirmed_once(facts: Facts) -> None:
    row = owed_earning()
    payout = request_payout(actor=agent_actor(row.agent), at=REVIEWED, agent=row.agent, idempotency_key="k")
    finance = staff_actor(StaffRole.FINANCE)

    batches = [b for b in together(lambda n: send_payouts(actor=finance, at=REVIEWED)) if b is not None]
    together(lambda n: confirm_payout(actor=finance, at=REVIEWED, payout=payout).pk)

    payout.refresh_from_db()
    assert len(batches) == 1
    assert payout.state == PayoutState.PAID
    assert Entry.objects.filter(kind="payout_paid").count() == 1
    assert list(verify()) == []


def test_a_claim_is_priced_once(facts: Facts) -> None:
    claim = served_claim()
    reserve(claim.task, 10_000)

    together(lambda n: price_claim(actor=PLATFORM, at=AFTER, claim=claim).pk)

    assert (Earning.objects.count(), EarningPrice.objects.count()) == (1, 1)
    assert list(verify()) == []


def test_pricing_repricing_and_accepting_at_once_keep_the_books(facts: Facts) -> None:
    task = OpenTaskFactory(blocks=[NEXT_WEEK], blocks__seats=THREADS)
    block = task.blocks.get()
    agents = [AgentFactory() for _ in range(THREADS)]
    claims = [served_claim(block=block, agent=agent) for agent in agents]
    reserve(task, 4_000)
    facts.units = 12

    def work(n: int) -> object:
        price_claim(actor=PLATFORM, at=AFTER, claim=claims[n])
        facts.units = 13 + n
        reprice_agent(actor=PLATFORM, at=AFTER, agent_id=agents[n].pk, reason=PriceReason.SCORE)
        return accept_due(actor=PLATFORM, at=REVIEWED)

    said = together(work)
    accept_due(actor=PLATFORM, at=REVIEWED)

    assert all(isinstance(count, int) for count in said)
    assert set(Earning.objects.values_list("state", flat=True)) == {EarningState.FINAL}
    assert list(verify()) == []


def test_a_deposit_confirmed_by_many_is_booked_once() -> None:
    task = OpenTaskFactory()
    organisation = task.programme.organisation
    amount = Money(5_000, "CNY")

    rows = together(
        lambda n: (
            deposit(actor=PLATFORM, at=NOON, organisation=organisation, amount=amount, idempotency_key="k").reference
        )
    )
    assert len(set(rows)) == 1
    reference = Deposit.objects.get().reference
    together(lambda n: confirm_deposit(actor=PLATFORM, at=NOON, provider="demo", reference=reference, amount=amount).pk)

    assert held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY") == amount
    assert list(verify()) == []
