"""Pages of money: what each shows, what each does, and who does not get to see it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from accounts.actors import PLATFORM
from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import AgentFactory, OrganisationFactory, client_user, staff_actor, staff_user
from core.models import Transition
from core.money import Money
from frontend import formats
from ledger.selectors import held
from ledger.services import Line, post
from ledger.states import AccountKind
from pay.models import Deposit, Payout, PayoutAccount, PayoutRun
from pay.services import confirm_payout, inputs, send_payouts
from pay.states import DepositState, PayoutState
from pay.tests.factories import REVIEWED, Facts, earning, fund, give_account, owed_earning
from tasks.tests.factories import NEXT_WEEK, BlockFactory, OpenTaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def facts(monkeypatch: pytest.MonkeyPatch) -> Facts:
    said = Facts()
    monkeypatch.setattr(inputs, "_units", lambda claim_id: said.units)
    monkeypatch.setattr(inputs, "_quality", lambda agent_id, at: said.quality)
    monkeypatch.setattr(inputs, "_satisfaction", lambda agent_id, at: said.satisfaction)
    return said


@pytest.fixture(autouse=True)
def _later() -> Any:
    with travel(REVIEWED, tick=False):
        yield


def get(client: Client, name: str, *args: object, **query: str) -> Any:
    return client.get(reverse(name, args=args), query)


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_earnings_without_any_say_what_to_do(client: Client) -> None:
    client.force_login(AgentFactory().user)
    for name in ("agent:earnings", "agent:payouts", "agent:statements"):
        assert get(client, name).status_code == 200
    assert "Nothing earned yet." in get(client, "agent:earnings").content.decode()


def test_earnings_show_sums_lines_and_filters(client: Client) -> None:
    row = owed_earning()
    client.force_login(row.agent.user)

    page = get(client, "agent:earnings").content.decode()
    assert row.task.title in page
    assert "CN¥15.00" in page
    assert row.task.title in get(client, "agent:earnings", group="owed").content.decode()
    assert "No earning fits." in get(client, "agent:earnings", group="paid").content.decode()
    assert "No earning fits." in get(client, "agent:earnings", month="2026-01").content.decode()
    assert get(client, "agent:earnings", month="nonsense", group="nonsense", page="x").status_code == 200


def test_an_earning_opens_down_to_its_inputs_and_is_recomputed(client: Client, facts: Facts) -> None:
    facts.units = 12
    row = earning()
    client.force_login(row.agent.user)

    page = get(client, "agent:earning", row.public_id).content.decode()
    assert "CN¥24.00" in page
    assert "The same as what was booked." in page
    again = client.get(
        reverse("agent:earning_again", args=[row.public_id]),
        {"minutes": 30, "units": 20, "escalations": 1},
        headers={"HX-Request": "true"},
    )
    assert "CN¥41.00" in again.content.decode()
    assert "nothing is changed by that" in again.content.decode()
    bad = get(client, "agent:earning_again", row.public_id, minutes="-1", units="x", escalations="0")
    assert bad.status_code == 422


def test_what_happened_to_an_earning_stands_by_moment_and_is_paid_once(client: Client) -> None:
    row = owed_earning()
    client.force_login(row.agent.user)
    client.post(reverse("agent:payout_ask"), {"key": "k1", "currency": "CNY"})
    payout, finance = Payout.objects.get(), staff_actor(StaffRole.FINANCE)
    send_payouts(actor=finance, at=REVIEWED + timedelta(minutes=10))
    payout.refresh_from_db()
    confirm_payout(actor=finance, at=REVIEWED + timedelta(hours=4), payout=payout)
    # Written last, yet it was before all else.
    Transition.objects.create(
        entity="pay.earning", entity_id=row.pk, from_state="accrued", to_state="appealed", at=row.worked_at
    )

    page = get(client, "agent:earning", row.public_id)
    happened = page.context["detail"].happened
    assert happened[0].state == "appealed"
    assert [step.at for step in happened] == sorted(step.at for step in happened)
    assert [(step.state, step.line and step.line.payout) for step in happened][-2:] == [
        ("settled", payout),
        ("paid", None),
    ]
    timeline = page.content.decode().split("What happened to it")[-1]
    assert timeline.count(">Paid") == 1
    assert reverse("agent:payout", args=[payout.public_id]) in timeline


def test_a_clients_latest_movements_stand_by_moment(client: Client) -> None:
    organisation = OrganisationFactory()
    for days, memo in ((1, "second"), (2, "third"), (0, "first")):
        post(
            source=f"test:{memo}",
            kind="deposit",
            lines=[
                Line(AccountKind.BANK, "", Money(100, "CNY")),
                Line(AccountKind.CLIENT_FUNDS, organisation.public_id, Money(-100, "CNY")),
            ],
            at=REVIEWED - timedelta(days=9 - days),
            actor=PLATFORM,
            memo=memo,
        )
    client.force_login(client_user(organisation))
    for name in ("client:money", "client:money_entries"):
        assert [row.memo for row, *_ in get(client, name).context["entries"]] == ["third", "second", "first"]


def test_other_peoples_earnings_do_not_exist(client: Client) -> None:
    row = owed_earning()
    client.force_login(AgentFactory().user)
    for name in ("agent:earning", "agent:earning_again"):
        assert get(client, name, row.public_id).status_code == 404


def test_an_agent_asks_for_a_payout_once(client: Client) -> None:
    row = owed_earning()
    client.force_login(row.agent.user)
    assert "Pay out to" in get(client, "agent:payouts").content.decode()

    for _ in range(2):
        answer = client.post(reverse("agent:payout_ask"), {"key": "k1", "currency": "CNY"}, follow=True)
        assert answer.status_code == 200
    assert Payout.objects.get().amount_minor == 1_500
    again = client.post(reverse("agent:payout_ask"), {"key": "k2", "currency": "CNY"}, follow=True)
    assert "Nothing is ready to be paid out yet." in again.content.decode()
    assert client.post(reverse("agent:payout_ask"), {"key": "", "currency": "x"}).status_code == 302
    assert get(client, "agent:payout", Payout.objects.get().public_id).status_code == 200


def test_an_account_is_checked_at_its_fields(client: Client) -> None:
    agent = AgentFactory()
    client.force_login(agent.user)
    bad = client.post(reverse("agent:payout_account"), {"holder": "=1+1", "bank": "CMB", "number": "12"})
    assert bad.status_code == 422
    assert "8 to 34" in bad.content.decode()
    assert not PayoutAccount.objects.exists()
    client.post(reverse("agent:payout_account"), {"holder": "王小明", "bank": "CMB", "number": "6225 8802-1234"})
    assert PayoutAccount.objects.get().number == "622588021234"


def test_statements_add_up_and_download(client: Client) -> None:
    row = owed_earning()
    client.force_login(row.agent.user)
    client.post(reverse("agent:payout_ask"), {"key": "k1", "currency": "CNY"})

    assert "2026-11" in get(client, "agent:statements").content.decode()
    page = get(client, "agent:statement", 2026, 11, "CNY").content.decode()
    assert "Earning accepted" in page
    assert "Payout" in page
    file = get(client, "agent:statement_file", 2026, 11, "CNY")
    assert file["Content-Type"].startswith("text/csv")
    text = file.content.decode()
    assert f",accept,{row.public_id},{row.task.title},15.00,CNY" in text
    assert ",-15.00,CNY" in text
    assert get(client, "agent:statement", 2026, 13, "CNY").status_code == 404
    for currency in ("xx", "%00", "%FF", "CNYX"):
        assert client.get(f"/agent/earnings/statements/2026/11/{currency}/").status_code == 404
        assert client.get(f"/agent/earnings/statements/2026/11/{currency}.csv").status_code == 404


def test_a_statement_names_the_block_of_each_line_and_promises_nothing_of_an_open_month(client: Client) -> None:
    row = owed_earning()
    client.force_login(row.agent.user)
    starts_at, ends_at = (
        timezone.localtime(at, ZoneInfo(row.agent.user.time_zone)) for at in (row.claim.starts_at, row.claim.ends_at)
    )

    page = get(client, "agent:statement", 2026, 11, "CNY").content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert f"{starts_at:%a, %b %-d} {starts_at:%H:%M}–{ends_at:%H:%M}" in shown
    assert "So far: the month has not ended" in shown
    assert "Owed so far" in shown
    assert "never change" not in shown
    file = get(client, "agent:statement_file", 2026, 11, "CNY").content.decode()
    assert f",15.00,CNY,{row.claim.starts_at.isoformat()},{row.claim.ends_at.isoformat()}" in file
    with travel(REVIEWED + timedelta(days=31), tick=False):
        client.force_login(row.agent.user)
        page = get(client, "agent:statement", 2026, 11, "CNY").content.decode()
    assert "So far" not in page
    assert "never change" in page
    assert "Owed at the end" in page


def test_lists_of_earnings_cost_the_same_at_any_length(client: Client) -> None:
    task = OpenTaskFactory(blocks=[NEXT_WEEK])
    agent = AgentFactory()
    give_account(agent)
    earning(agent=agent, block=task.blocks.get())
    client.force_login(agent.user)
    client.get(reverse("agent:earnings"))
    one = queries(client, reverse("agent:earnings"))
    for n in range(1, 4):
        block = BlockFactory(task=OpenTaskFactory(), starts_at=NEXT_WEEK.replace(hour=NEXT_WEEK.hour + n))
        earning(agent=agent, block=block)
    assert queries(client, reverse("agent:earnings")) == one


def test_a_client_sees_money_and_opens_every_number(client: Client) -> None:
    row = owed_earning()
    client.force_login(client_user(row.organisation))

    page = get(client, "client:money").content.decode()
    assert "CN¥982.00" in page
    assert "CN¥18.00" in page
    assert row.agent.nickname not in page
    task = get(client, "client:money_task", row.task.public_id).content.decode()
    assert "CN¥15.00" in task
    assert row.agent.nickname not in task
    entries = get(client, "client:money_entries")
    assert entries.status_code == 200
    entry = entries.context["entries"][0][0]
    assert get(client, "client:money_entry", entry.public_id).status_code == 200
    assert get(client, "client:money", since="2026-12-01", until="2026-11-01").status_code == 200
    assert "Nothing was spent" in get(client, "client:money", since="2027-01-01").content.decode()


def test_another_clients_money_does_not_exist(client: Client) -> None:
    row = owed_earning()
    fund(row.organisation, 5_000)
    entry = row.prices.get().entry
    client.force_login(client_user(OrganisationFactory()))
    assert get(client, "client:money_task", row.task.public_id).status_code == 404
    assert get(client, "client:money_entry", entry).status_code == 404


def test_a_deposit_goes_through_the_demonstration_bank(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(client_user(organisation))
    form = {"key": "k", "amount": "1234.50"}

    assert "Between CN¥1.00 and CN¥10,000,000.00." in get(client, "client:deposit_new").content.decode()
    bad = client.post(reverse("client:deposit_new"), {"key": "k", "amount": "-3"})
    assert bad.status_code == 422
    answer = client.post(reverse("client:deposit_new"), form)
    client.post(reverse("client:deposit_new"), form)
    row = Deposit.objects.get()
    assert answer["Location"] == reverse("client:deposit", args=[row.public_id])
    assert "Demonstration bank" in client.get(answer["Location"]).content.decode()
    for _ in range(2):
        client.post(reverse("client:deposit_confirm", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == DepositState.RECEIVED
    assert held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY").minor == 123_450
    assert get(client, "client:deposit", row.public_id).status_code == 200


def test_deposits_need_the_role(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(client_user(organisation, ClientRole.ANALYST))
    assert get(client, "client:deposit_new").status_code == 403
    assert get(client, "client:money").status_code == 200


@pytest.mark.slow
def test_finance_approves_sends_and_confirms(client: Client) -> None:
    row = owed_earning()
    client.force_login(staff_user(StaffRole.FINANCE))
    assert get(client, "desk:payouts").status_code == 200
    for _ in range(2):
        client.post(reverse("desk:payouts_run"), {"key": "week"})
    nobody = client.post(reverse("desk:payouts_run"), {"key": "again"}, follow=True)
    assert ("Nothing is ready to be paid out yet." in nobody.content.decode(), PayoutRun.objects.count()) == (True, 1)
    payout = Payout.objects.get()
    page = get(client, "desk:payout", payout.public_id).content.decode()
    assert f"CN¥15.00 · {formats.day(payout.requested_at.date())}" in page
    assert row.agent.nickname in page
    client.post(reverse("desk:payouts_send"))
    payout.refresh_from_db()
    assert payout.batch is not None
    file = get(client, "desk:payouts_file", payout.batch.public_id)
    assert f"{payout.public_id},王小明,招商银行,6225880212345678,15.00,CNY" in file.content.decode()
    bad = client.post(reverse("desk:payout_fail", args=[payout.public_id]), {"reason": ""})
    assert bad.status_code == 422
    client.post(reverse("desk:payout_confirm", args=[payout.public_id]))
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID
    late = client.post(reverse("desk:payout_fail", args=[payout.public_id]), {"reason": "late"}, follow=True)
    assert late.status_code == 200
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID


def test_a_run_says_whom_it_pays_how_much_before_it_is_pressed(client: Client) -> None:
    left_out = earning()
    rows = [owed_earning(), owed_earning()]
    client.force_login(staff_user(StaffRole.FINANCE))
    page = get(client, "desk:payouts").content.decode()
    total = formats.money(sum(row.owed_minor for row in rows), "CNY")
    assert ("Pay 2 people who are owed?" in page, f"{total} to 2 people" in page) == (True, True)
    assert "1 person has no account yet and is left out." in page
    answer = client.post(reverse("desk:payouts_run"), {"key": "week"}, follow=True)
    assert Payout.objects.count() == 2
    give_account(left_out.agent)
    client.post(reverse("desk:payouts_run"), {"key": "again"})
    assert "Nobody is owed anything now." in get(client, "desk:payouts").content.decode()
    assert 'data-opens="run"' not in answer.content.decode()
    assert "1 person has no account yet and is left out." in answer.content.decode()


def test_books_balance_are_searched_and_proved(client: Client) -> None:
    row = owed_earning()
    client.force_login(staff_user(StaffRole.AUDITOR))
    page = get(client, "desk:books").content.decode()
    assert "Owed to agents" in page
    found = get(client, "desk:books_entries", q=row.agent.public_id)
    assert len(found.context["entries"]) == 2
    assert get(client, "desk:books_entries", q="x", account="nonsense", since="x").status_code == 200
    assert get(client, "desk:books_entry", row.prices.get().entry).status_code == 200
    proved = client.post(reverse("desk:books_verify"), headers={"HX-Request": "true"})
    assert "Everything holds." in proved.content.decode()
    assert get(client, "desk:payouts").status_code == 200
    assert client.post(reverse("desk:payouts_run"), {"key": "k"}).status_code == 403


@pytest.mark.parametrize(
    ("roles", "mfa", "payouts", "books"),
    [
        ([StaffRole.REVIEWER], True, 403, 404),
        ([StaffRole.FINANCE], False, 302, 302),
        ([StaffRole.FINANCE], True, 200, 200),
    ],
)
def test_the_desk_of_finance_has_a_door(
    client: Client, roles: list[StaffRole], mfa: bool, payouts: int, books: int
) -> None:
    client.force_login(staff_user(*roles, mfa=mfa))
    assert get(client, "desk:payouts").status_code == payouts
    assert get(client, "desk:books").status_code == books


def test_finance_books_a_transfer_that_a_second_person_sees(client: Client) -> None:
    organisation = OrganisationFactory()
    first, second = staff_user(StaffRole.FINANCE), staff_user(StaffRole.FINANCE)
    client.force_login(first)
    sent = {"key": "k", "organisation": organisation.public_id, "amount": "9000", "currency": "CNY", "reference": "R1"}

    for _ in range(2):
        assert client.post(reverse("desk:transfers"), sent).status_code == 302
    row = Deposit.objects.get()
    page = get(client, "desk:transfers").content.decode()
    assert "Waits for a second person" in page
    assert reverse("desk:transfer_approve", args=[row.public_id]) not in page
    client.post(reverse("desk:transfer_approve", args=[row.public_id]))
    assert held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY").minor == 0

    client.force_login(second)
    assert reverse("desk:transfer_approve", args=[row.public_id]) in get(client, "desk:transfers").content.decode()
    for _ in range(2):
        client.post(reverse("desk:transfer_approve", args=[row.public_id]))
    assert held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY").minor == 900_000


def test_a_transfer_is_decided_in_a_dialog_that_names_it_and_taken_off_with_a_reason(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(staff_user(StaffRole.FINANCE))
    sent = {"key": "k", "organisation": organisation.public_id, "amount": "9000", "currency": "CNY", "reference": "R1"}
    client.post(reverse("desk:transfers"), sent)
    row = Deposit.objects.get()
    client.force_login(staff_user(StaffRole.FINANCE))
    page = get(client, "desk:transfers").content.decode()
    assert f"CN¥9,000.00 with the reference R1 is booked to the funds of {organisation.name}" in page
    assert f"CN¥9,000.00 for {organisation.name} is not booked" in page
    url = reverse("desk:transfer_refuse", args=[row.public_id])
    for missing in ({}, {"reason": " "}):
        answer = client.post(url, missing)
        assert answer.status_code == 422
        assert f'id="{row.public_id}_reason_error"' in answer.content.decode()
    row.refresh_from_db()
    assert row.state == DepositState.PENDING
    client.post(url, {"reason": "Wrong client."})
    row.refresh_from_db()
    assert row.state == DepositState.CANCELLED


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"organisation": "Nobody Ltd"}, "organisation"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1e12"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "many"}, "amount"),
        ({"currency": "USD"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"reference": ""}, "reference"),
        ({"reference": "used"}, "reference"),
        ({"key": "used"}, None),
    ],
)
def test_a_transfer_nobody_books_is_answered_at_its_field(client: Client, changed: dict[str, str], field: str) -> None:
    organisation = OrganisationFactory()
    client.force_login(staff_user(StaffRole.FINANCE))
    url = reverse("desk:transfers")
    sent = {"key": "used", "organisation": organisation.name, "amount": "12", "currency": "CNY", "reference": "used"}
    assert client.post(url, sent).status_code == 302

    answer = client.post(url, {**sent, "key": "new", "reference": "new", **changed})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field or "__all__"]
    assert 'value="12"' in answer.content.decode() or "amount" in changed
    assert Deposit.objects.count() == 1


def test_lists_of_transfers_cost_the_same_at_any_length(client: Client) -> None:
    client.force_login(staff_user(StaffRole.FINANCE))
    organisation = OrganisationFactory()
    sent = {"organisation": organisation.public_id, "amount": "9000", "currency": "CNY"}
    counts = []
    for n in range(3):
        client.post(reverse("desk:transfers"), {**sent, "key": f"{n}", "reference": f"{n}"})
        counts.append(queries(client, reverse("desk:transfers")))
    assert counts[0] == counts[2]


def test_without_a_provider_a_client_reads_how_to_transfer(client: Client, settings: Any) -> None:
    settings.DEPOSIT_PROVIDER, settings.DEMO_BANK = "none", False
    organisation = OrganisationFactory()
    client.force_login(client_user(organisation))
    page = get(client, "client:deposit_new").content.decode()
    assert organisation.public_id in page
    assert 'name="amount"' not in page
    answer = client.post(reverse("client:deposit_new"), {"key": "k", "amount": "12"})
    assert (answer.status_code, "switched off" in answer.content.decode()) == (422, True)
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("amount", ["", "0", "-5", "0.001", "0.99", "1e12", "99999999999", "many", "NaN"])
def test_a_deposit_nobody_makes_is_answered_at_its_field(client: Client, amount: str) -> None:
    client.force_login(client_user(OrganisationFactory()))
    answer = client.post(reverse("client:deposit_new"), {"key": "k", "amount": amount})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["amount"])
    assert not Deposit.objects.exists()


def test_a_deposit_form_sent_again_with_another_amount_is_refused(client: Client) -> None:
    client.force_login(client_user(OrganisationFactory()))
    client.post(reverse("client:deposit_new"), {"key": "k", "amount": "12"})
    answer = client.post(reverse("client:deposit_new"), {"key": "k", "amount": "13"})
    assert (answer.status_code, "already sent with other content" in answer.content.decode()) == (422, True)
    assert Deposit.objects.get().amount_minor == 1_200


def test_stale_pages_of_a_deposit_change_nothing(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(client_user(organisation))
    client.post(reverse("client:deposit_new"), {"key": "k", "amount": "12"})
    row = Deposit.objects.get()
    client.post(reverse("client:deposit_confirm", args=[row.public_id]))
    late = client.post(reverse("client:deposit_cancel", args=[row.public_id]), follow=True)
    assert "had come already" in late.content.decode()
    row.refresh_from_db()
    assert row.state == DepositState.RECEIVED

    client.force_login(client_user(OrganisationFactory()))
    for verb in ("deposit", "deposit_confirm", "deposit_cancel"):
        url = reverse(f"client:{verb}", args=[row.public_id])
        assert (client.get(url) if verb == "deposit" else client.post(url)).status_code == 404
    assert held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY").minor == 1_200


@pytest.mark.slow
def test_stale_pages_of_a_payout_change_nothing(client: Client) -> None:
    row = owed_earning()
    client.force_login(row.agent.user)
    client.post(reverse("agent:payout_ask"), {"key": "k", "currency": "CNY"})
    other = client.post(reverse("agent:payout_ask"), {"key": "k", "currency": "USD"}, follow=True)
    assert "already sent with other content" in other.content.decode()
    payout = Payout.objects.get()
    client.force_login(staff_user(StaffRole.FINANCE))
    client.post(reverse("desk:payout_fail", args=[payout.public_id]), {"reason": "Closed"}, follow=True)
    for verb in ("payout_approve", "payout_confirm"):
        answer = client.post(reverse(f"desk:{verb}", args=[payout.public_id]), follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    payout.refresh_from_db()
    assert payout.state == PayoutState.FAILED
