"""The whole chain by page, three browsers at once, the desk beside them, a real worker and beat behind them.

A trainer publishes a course; an agent signs up, is let in, learns and is certified; a client posts work; the agent
claims it and serves a customer through a cut of the network; the work is judged, priced, judged again, priced again,
accepted and paid. At the end the money is compared to the cent, and the books and the audit are proved.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core import clock
from core.clock import BLOCK, floor_to_block
from e2e import assets, server
from e2e.chain import certify, claim, course, history, judge, pay, people, post, serve
from e2e.chain.walk import Cast, Clock, eventually, gather
from e2e.shop import Shop
from ledger.selectors import held
from ledger.states import AccountKind
from pay.models import Earning, Payout
from pay.states import EarningState
from quality.models import QaResult
from tasks.models import Claim, Task
from training.models import Course


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[server.Site]:
    """A site of its own with a Celery worker and beat; it ends before the test's rows are removed."""
    assets.ensure_built()
    with server.serve(tmp_path, workers=True) as running:
        yield running


def test_whole_chain_from_sign_up_to_payout(
    site: server.Site,
    shop: Shop,
    page_for: Callable[..., Any],
    advance_clock: Callable[[float], None],
    settings: Any,
    assert_fits: Callable[[Any], None],
) -> None:
    settings.CLOCK_OFFSET_FILE = str(site.clock)  # services called from here live in the site's time
    now = Clock(advance_clock)
    cast = gather(site, shop, page_for)
    start = floor_to_block(clock.now()) + 2 * BLOCK
    course.publish_course(cast.trainer)
    standard = certify.write_exam(Course.objects.get().slug)
    people.sign_up(cast.agent, site)
    people.onboard(cast.agent, cast.certifier)
    task, by_api = post_work(cast, standard, start)
    claim.read_why_not(cast.agent, task, standard)
    course.take_course(cast.agent)
    assert_fits(cast.agent)
    certify.sit_exam(cast.agent, standard)
    certify.mark_and_issue(cast.certifier)
    certify.show_and_verify(cast.agent, cast.stranger)
    claimed = claim.claim_block(cast.agent, task)
    history.give_history(claimed.agent, now=clock.now())
    serve_customer(cast, task, now)
    judge_and_price(cast, claimed, now)
    accept_and_pay(cast, claimed, by_api, now)
    assert "all whole" in _proved("verify_books")
    assert "all whole" in _proved("verify_audit")
    assert "Traceback" not in site.log.read_text()  # web, worker and beat


def post_work(cast: Cast, standard: Any, start: Any) -> tuple[Task, Task]:
    """Money, prices, one task by page, one by the API."""
    post.deposit(cast.client)
    post.publish_rate_card(cast.client, cast.programme)
    task = post.post_by_page(cast.client, standard, start)
    return task, post.post_by_api(cast.client, cast.programme, standard, start)


def serve_customer(cast: Cast, task: Task, now: Clock) -> None:
    """Check in, then on to a wide screen: a conversation through a cut, wrapped up, rated, read by smart QA."""
    now.to(task.starts_at - timedelta(minutes=2))
    claim.check_in(cast.agent, task)
    cast.agent.page.set_viewport_size({"width": 1440, "height": 900})
    now.to(task.starts_at + timedelta(minutes=1))
    serve.begin_chat(cast.customer, cast.shop)
    serve.accept(cast.agent)
    serve.talk_through_a_cut(cast.agent, cast.customer)
    assert serve.texts(cast.agent) == serve.texts(cast.customer)
    serve.wrap_up(cast.agent)
    serve.rate(cast.customer)
    walked = QaResult.objects.filter(segment__claim__task=task)
    eventually("smart QA scores the closed conversation", walked.exists)


def judge_and_price(cast: Cast, claimed: Claim, now: Clock) -> None:
    """A review; the block ends and is priced; an item is appealed, and the changed score prices the block again."""
    first, second = pay.expected_minor(judge.FIRST_SCORE), pay.expected_minor(judge.SECOND_SCORE)
    assert first < second
    title = claimed.task.title
    mine = Earning.objects.filter(claim=claimed)
    judge.review(cast.reviewer, cast.programme)
    now.to(claimed.ends_at + timedelta(seconds=5))
    eventually("the worked block is priced", mine.exists)
    pay.see_earning(cast.agent, title, first)
    now.to(claimed.ends_at + timedelta(minutes=31))
    eventually("its review opens", mine.filter(state=EarningState.IN_REVIEW).exists)
    judge.appeal(cast.agent, cast.programme)
    eventually("the earning shows the appeal", mine.filter(state=EarningState.APPEALED).exists)
    judge.answer_appeal(cast.second_reviewer)
    eventually("the changed score prices it again", mine.filter(state=EarningState.ADJUSTED, version=2).exists)
    pay.see_earning(cast.agent, title, second)
    assert _held(AccountKind.AGENT_ACCRUED, claimed) == second
    assert list(mine.get().prices.order_by("version").values_list("amount_minor", flat=True)) == [first, second]


def accept_and_pay(cast: Cast, claimed: Claim, by_api: Task, now: Clock) -> None:
    """The deadline makes the earning owed; finance pays it; everybody sees where the money went."""
    amount = pay.expected_minor(judge.SECOND_SCORE)
    title = claimed.task.title
    now.to(claimed.ends_at + timedelta(hours=72, minutes=1))
    earning = Earning.objects.filter(claim=claimed)
    eventually("the deadline makes it final", earning.filter(state=EarningState.FINAL).exists)
    assert _held(AccountKind.AGENT_PAYABLE, claimed) == amount
    pay.add_account(cast.agent)
    pay.run_payout(cast.finance)
    payout = Payout.objects.get()
    assert (payout.amount_minor, payout.tax_minor, payout.state) == (amount, 0, "paid")
    assert _held(AccountKind.AGENT_PAYABLE, claimed) == _held(AccountKind.AGENT_ACCRUED, claimed) == 0
    pay.open_statement(cast.agent, title, amount)
    pay.see_spending(cast.client, title, amount)
    cost = amount + pay.fee_minor(amount)
    organisation = cast.programme.organisation.public_id
    for task in (claimed.task, by_api):  # the second one's block is over too, and nobody had claimed it
        eventually(f"{task} returns what it did not need", lambda task=task: _reserved(task) == 0)
    assert held(AccountKind.CLIENT_FUNDS, organisation, "CNY").minor == post.DEPOSIT_MINOR - cost


def _held(kind: AccountKind, claimed: Claim) -> int:
    return held(kind, claimed.agent.public_id, "CNY").minor


def _reserved(task: Task) -> int:
    return held(AccountKind.TASK_RESERVE, task.public_id, "CNY").minor


def _proved(command: str) -> str:
    """What the command printed; it raises where something is broken."""
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()
