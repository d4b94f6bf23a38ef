"""A block the client calls off late: a share of its floor from the reserve, at once, down to the inputs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from accounts.actors import PLATFORM
from accounts.tests.factories import agent_actor
from core.clock import BLOCK
from core.events import deliver_due
from ledger.models import Entry
from ledger.selectors import held, verify
from ledger.states import AccountKind
from pay.logic.price import Inputs, price
from pay.models import Earning
from pay.selectors import earning_detail, spending, statement
from pay.services import accept_due, price_claim, reprice_agent
from pay.states import EarningKind, EarningState, PriceReason
from pay.tests.factories import Facts
from tasks import services as tasks
from tasks.logic.budget import called_off_minor
from tasks.models import Claim, Task
from tasks.tests.factories import NEXT_WEEK, ClaimFactory
from tasks.tests.scenes import Client, client_with, hours, published

pytestmark = pytest.mark.django_db
SHARE = 600
"""40% of the floor of half an hour at 30.00 an hour."""
FAR = timedelta(days=400)


def called_off(client: Client, task: Task, *, at: datetime) -> Task:
    tasks.cancel_task(actor=client.manager, at=at, task=task)
    deliver_due(at=at + FAR)
    return Task.objects.get(pk=task.pk)


def test_claims_called_off_late_are_paid_from_the_reserve_and_the_rest_goes_back() -> None:
    client = client_with()
    task = published(client, starts=hours(1))
    claims = [ClaimFactory(block=block) for block in task.blocks.all()]
    at = NEXT_WEEK - timedelta(hours=1)

    task = called_off(client, task, at=at)

    rows = list(Earning.objects.order_by("pk"))
    assert [(row.claim, row.kind, row.amount_minor, row.fee_minor) for row in rows] == [
        (claim, EarningKind.CALLED_OFF, SHARE, 0) for claim in claims
    ]
    assert set(Entry.objects.filter(memo__in=[row.public_id for row in rows]).values_list("kind", flat=True)) == {
        "call_off"
    }
    assert (client.reserve(task), client.funds) == (0, 1_000_000 - 2 * SHARE)
    assert verify() == []

    assert accept_due(actor=PLATFORM, at=at) == 2
    task.refresh_from_db()
    assert task.settled_at == at
    assert held(AccountKind.AGENT_PAYABLE, claims[0].agent.public_id, "CNY").minor == SHARE
    assert set(Earning.objects.values_list("state", flat=True)) == {EarningState.FINAL}
    assert verify() == []


def test_a_statement_line_opens_into_what_anybody_can_recompute() -> None:
    client = client_with()
    task = published(client)
    claim = ClaimFactory(block=task.blocks.get())
    at = NEXT_WEEK - timedelta(hours=1)
    called_off(client, task, at=at)
    accept_due(actor=PLATFORM, at=at)
    actor = agent_actor(claim.agent)

    (line,) = statement(actor=actor, agent=claim.agent, month=at.date(), currency="CNY").lines
    assert (line.kind, line.amount.minor) == ("accept_called_off", SHARE)
    assert line.earning is not None
    found = earning_detail(line.earning.public_id, actor=actor).current
    assert found.holds
    inputs = found.price.inputs
    assert (inputs.called_off_minutes, inputs.called_off_share * 100, inputs.floor_rate_minor) == (30, 40, 3_000)
    assert price(Inputs.from_json(inputs.to_json())).amount_minor == SHARE
    assert found.row.reason == PriceReason.CALLED_OFF


@pytest.mark.parametrize("rate", [1, 2, 3, 101, 2_999, 3_000, 12_345, 100_000_001])
def test_the_reserve_is_kept_to_the_minor_unit_of_the_price(rate: int) -> None:
    inputs = Inputs(
        currency="CNY", minutes=0, units=0, floor_rate_minor=rate, unit_price_minor=0, called_off_minutes=30
    )
    assert price(replace(inputs, called_off_share=Fraction(2, 5))).amount_minor == called_off_minor(rate, 4_000)


def test_a_block_that_runs_goes_on_and_its_money_stays_when_the_others_are_final(facts: Facts) -> None:
    """The whole reserve must not go back when the paid shares are final before the running block is over."""
    client = client_with()
    task = published(client, starts=hours(1))
    first, second = task.blocks.all()
    running, off = ClaimFactory(block=first), ClaimFactory(block=second)
    at = NEXT_WEEK + timedelta(minutes=10)
    tasks.advance_due(at=at)
    tasks.check_in(actor=agent_actor(running.agent), at=at, claim=running)
    task = called_off(client, task, at=at)
    before = client.reserve(task)

    accept_due(actor=PLATFORM, at=at)
    assert (client.reserve(task), Task.objects.get(pk=task.pk).settled_at) == (before, None)
    assert before > 0

    end = NEXT_WEEK + BLOCK
    tasks.advance_due(at=end)
    accept_due(actor=PLATFORM, at=end)
    assert client.reserve(task) == before
    deliver_due(at=end + FAR)
    worked = Earning.objects.get(claim=running)
    assert (worked.kind, worked.amount_minor, worked.fee_minor) == (EarningKind.WORKED, 1_000, 200)
    over = worked.accept_at
    accept_due(actor=PLATFORM, at=over)
    assert (client.reserve(task), client.funds) == (0, 1_000_000 - SHARE - 1_200)
    assert Earning.objects.get(claim=off).amount_minor == SHARE
    assert verify() == []


def test_it_is_priced_once_never_again_and_is_no_hour_of_work(facts: Facts) -> None:
    client = client_with()
    task = published(client)
    claim = ClaimFactory(block=task.blocks.get())
    at = NEXT_WEEK - timedelta(hours=1)
    called_off(client, task, at=at)
    claim = Claim.objects.select_related("task__programme__organisation", "rate_card", "agent").get(pk=claim.pk)

    assert price_claim(actor=PLATFORM, at=at, claim=claim) == Earning.objects.get()
    assert reprice_agent(actor=PLATFORM, at=at, agent_id=claim.agent_id, reason=PriceReason.SCORE) == 0
    (programme,) = spending(actor=client.manager, organisation=client.organisation)
    assert (programme.lines[0].blocks, programme.lines[0].total.minor) == (0, SHARE)
