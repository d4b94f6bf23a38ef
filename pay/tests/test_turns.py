"""One agent's money, one command at a time: each rests on what the one before has left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from accounts.actors import PLATFORM
from accounts.models import AgentProfile
from accounts.tests.factories import AgentFactory, agent_actor
from core.events import deliver_due
from ledger.models import Account
from ledger.selectors import held, verify
from ledger.states import AccountKind
from live.models import AgentPresence
from live.tests.factories import AT, floor
from pay.errors import NothingOwed
from pay.logic.price import Inputs
from pay.models import Earning, Payout
from pay.services import accept_due, fail_payout, price_claim, request_payout, send_payouts
from pay.states import PayoutState
from pay.tests.factories import Facts, give_account, reserve
from quality import services as quality
from quality.tests.factories import reviewed, reviewer, sampled, served
from tasks.models import Claim
from tasks.states import ClaimState
from tasks.tests.factories import OpenTaskFactory, RateCardFactory, served_claim

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
JUDGED = 10


def _in_a_thread(pool: ThreadPoolExecutor, work: Callable[[], object]) -> Future[object]:
    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def _waiting(sessions: int, unless: Future[object] | None = None) -> None:
    """Return once that many sessions of this database wait for a lock, or `unless` is done."""
    end = monotonic() + 30
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= sessions or (unless is not None and unless.done()):
                return
        sleep(0.02)
    raise AssertionError(f"{sessions} sessions never waited")


def _judged_claim() -> tuple[Claim, list[object]]:
    made = floor()
    segments = []
    for n in range(JUDGED):
        at = AT + timedelta(seconds=125 * n)
        AgentPresence.objects.update(last_seen_at=at)
        segments.append(served(made, at=at))
    claim = Claim.objects.get(pk=segments[0].claim_id)
    reserve(claim.task, 50_000, at=AT)
    judged_at = AT + timedelta(minutes=24)
    reviews = [reviewed(sampled(segment, at=judged_at), lost=10, at=judged_at) for segment in segments]
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SERVED, checked_out_at=claim.ends_at, minutes_served=30)
    claim.refresh_from_db()
    return claim, reviews


def test_an_appeal_decided_while_its_block_is_being_priced_is_not_missed() -> None:
    claim, reviews = _judged_claim()
    end = claim.ends_at + timedelta(seconds=5)
    item = reviews[0].items.order_by("item__position").first()
    appeal = quality.appeal_item(actor=agent_actor(claim.agent), item=item, reason="I did ask.", at=end)
    deliver_due(at=end + timedelta(days=400))
    before = reviews[0].score

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():  # The books make the first price wait, when Q and S are read and nothing is written.
            Account.objects.select_for_update().get(kind=AccountKind.TASK_RESERVE, owner=claim.task.public_id)
            pricing = _in_a_thread(pool, lambda: price_claim(actor=PLATFORM, at=end, claim=claim))
            _waiting(1)

            def decide() -> int:
                quality.decide_appeal(
                    actor=reviewer(), appeal=appeal, points=item.item.max_points, answer="It is in turn 3.", at=end
                )
                return deliver_due(at=end + timedelta(days=400))

            deciding = _in_a_thread(pool, decide)
            _waiting(2, unless=deciding)
        pricing.result(30)
        deciding.result(30)

    reviews[0].refresh_from_db()
    earning = Earning.objects.get(claim=claim)
    newest = Inputs.from_json(earning.prices.get(version=earning.version).inputs)
    assert reviews[0].score > before
    assert newest.q_mean * JUDGED == sum(type(reviews[0]).objects.values_list("score", flat=True))
    assert earning.prices.count() == 2
    assert verify() == []


def _earn(agent: AgentProfile, minor: int, starts_at: datetime) -> Earning:
    """Half an hour that earns `minor`, in review until three days later."""
    task = OpenTaskFactory(rate_card=RateCardFactory(floor_rate_minor=2 * minor, fee_bps=0), blocks=[starts_at])
    claim = served_claim(agent=agent, block=task.blocks.get())
    reserve(task, minor, at=starts_at)
    return price_claim(actor=PLATFORM, at=claim.ends_at, claim=claim)


def test_cumulative_tax_is_right_when_payouts_race(facts: Facts) -> None:
    """Published values: months of 8000, 30000 and 4000 yuan have 42.00, 570.00 and 0.00 withheld."""
    agent = AgentFactory()
    give_account(agent)
    asking = agent_actor(agent)
    withheld = []
    for month, amounts in ((9, [800_000]), (10, [2_000_000, 700_000, 300_000]), (11, [250_000, 150_000])):
        rows = [_earn(agent, minor, datetime(2026, month, 3 + n, 4, tzinfo=UTC)) for n, minor in enumerate(amounts)]

        def ask(n: int, at: datetime) -> None:
            """Somebody accepts what is due by now, and everybody asks for what is owed by now."""
            accept_due(actor=PLATFORM, at=at, limit=1)
            with suppress(NothingOwed):
                request_payout(actor=asking, at=at, agent=agent, idempotency_key=f"{at} {n}")

        with ThreadPoolExecutor(4) as pool:
            turns = [_in_a_thread(pool, partial(ask, n, rows[n % len(rows)].accept_at)) for n in range(8)]
            for turn in turns:
                turn.result(60)
        accept_due(actor=PLATFORM, at=rows[-1].accept_at)
        ask(8, rows[-1].accept_at)
        paid = Payout.objects.filter(requested_at__month=month)
        assert sum(row.gross_minor for row in paid) == sum(amounts)
        withheld.append(sum(row.tax_minor for row in paid))

    assert withheld == [4_200, 57_000, 0]
    assert held(AccountKind.TAX_WITHHELD, "", "CNY").minor == 61_200
    assert verify() == []


def test_a_payout_coming_back_and_another_asked_for_take_turns(facts: Facts) -> None:
    """What the second one withholds counts the first one in or out, never half; and neither waits for the other."""
    agent = AgentFactory()
    give_account(agent)
    first_day = datetime(2026, 10, 3, 4, tzinfo=UTC)
    first = _earn(agent, 800_000, first_day)
    accept_due(actor=PLATFORM, at=first.accept_at)
    back = request_payout(actor=PLATFORM, at=first.accept_at, agent=agent, idempotency_key="1")
    send_payouts(actor=PLATFORM, at=first.accept_at)
    second = _earn(agent, 3_000_000, first_day + timedelta(days=10))
    at = second.accept_at
    accept_due(actor=PLATFORM, at=at)

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Account.objects.select_for_update().get(kind=AccountKind.AGENT_PAYABLE, owner=agent.public_id)
            asked = _in_a_thread(pool, lambda: request_payout(actor=PLATFORM, at=at, agent=agent, idempotency_key="2"))
            _waiting(1)
            failed = _in_a_thread(pool, lambda: fail_payout(actor=PLATFORM, at=at, payout=back, reason="Closed"))
            _waiting(2)
        asked.result(30)
        failed.result(30)

    back.refresh_from_db()
    assert back.state == PayoutState.FAILED
    # (38,000 x 80% - 5,000) x 3% less the 42.00 withheld from the first, which came back only after this was asked for.
    assert Payout.objects.get(idempotency_key="2").tax_minor == 72_000
    assert verify() == []
