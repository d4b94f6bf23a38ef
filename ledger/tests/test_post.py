"""Posting and reversing through the services."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.actors import ANONYMOUS, PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import staff_actor
from core.errors import NotFound
from core.models import AuditEntry
from core.money import Money
from ledger import selectors
from ledger.errors import AlreadyReversed, InsufficientFunds, SourceUsed
from ledger.models import Account, Entry, Posting
from ledger.services import Line, post, reverse
from ledger.states import AccountKind
from ledger.tests.books import AGENT, AT, ORG, TASK, check_deferred, deposit, move, refused_at_commit, reserve, sql

pytestmark = pytest.mark.django_db
CNY = "CNY"


def test_post_moves_money_and_keeps_the_balance() -> None:
    entry = deposit(10_000)
    reserve(4_000)

    assert selectors.held(AccountKind.CLIENT_FUNDS, ORG, CNY) == Money(6_000, CNY)
    assert selectors.balance(AccountKind.CLIENT_FUNDS, ORG, CNY) == Money(-6_000, CNY)
    assert selectors.held(AccountKind.TASK_RESERVE, TASK, CNY) == Money(4_000, CNY)
    assert selectors.held(AccountKind.BANK, "", CNY) == Money(10_000, CNY)
    assert Account.objects.get(kind=AccountKind.BANK).balance_minor is None
    assert entry.line_count == 2
    assert list(selectors.verify()) == []


def test_post_is_one_entry_per_source() -> None:
    first = deposit(500)
    again = deposit(500)

    assert again == first
    assert Entry.objects.count() == 1
    with pytest.raises(SourceUsed):
        deposit(501)
    assert selectors.held(AccountKind.BANK, "", CNY) == Money(500, CNY)


def test_post_adds_up_lines_of_one_account_and_leaves_zero_out() -> None:
    entry = post(
        source="deposit:1",
        kind="deposit",
        lines=[
            Line(AccountKind.BANK, "", Money(300, CNY)),
            Line(AccountKind.BANK, "", Money(200, CNY)),
            Line(AccountKind.CLIENT_FUNDS, ORG, Money(-500, CNY)),
            Line(AccountKind.PLATFORM_FEES, "", Money(0, CNY)),
        ],
        at=AT,
        actor=PLATFORM,
    )

    assert sorted(entry.postings.values_list("amount_minor", flat=True)) == [-500, 500]


@pytest.mark.parametrize(
    "lines",
    [
        [Line(AccountKind.BANK, "", Money(1, CNY))],
        [],
        [Line(AccountKind.BANK, "", Money(1, CNY)), Line(AccountKind.CLIENT_FUNDS, ORG, Money(-2, CNY))],
        [Line(AccountKind.BANK, "", Money(1, CNY)), Line(AccountKind.CLIENT_FUNDS, ORG, Money(-1, "USD"))],
        [Line(AccountKind.BANK, ORG, Money(1, CNY)), Line(AccountKind.CLIENT_FUNDS, ORG, Money(-1, CNY))],
        [Line(AccountKind.BANK, "", Money(1, CNY)), Line(AccountKind.CLIENT_FUNDS, "", Money(-1, CNY))],
    ],
)
def test_post_refuses_what_does_not_balance_or_names_no_owner(lines: list[Line]) -> None:
    with pytest.raises(ValueError, match=r"balance|owner|two accounts"):
        post(source="x", kind="test", lines=lines, at=AT, actor=PLATFORM)
    assert not Entry.objects.exists()


def test_post_refuses_to_overspend_and_leaves_the_transaction_usable() -> None:
    deposit(100)

    with pytest.raises(InsufficientFunds) as refused:
        reserve(101)

    assert refused.value.detail == {"kind": "client_funds", "owner": ORG, "currency": CNY, "wanted_minor": 101}
    assert selectors.held(AccountKind.CLIENT_FUNDS, ORG, CNY) == Money(100, CNY)
    assert reserve(100, source="reserve:2").line_count == 2


def test_a_debt_cannot_be_paid_back_twice() -> None:
    move("debt", (AccountKind.CLIENT_DEBT, ORG), (AccountKind.AGENT_ACCRUED, AGENT), 70)

    with pytest.raises(InsufficientFunds):
        move("back", (AccountKind.BANK, ""), (AccountKind.CLIENT_DEBT, ORG), 71)
    assert selectors.held(AccountKind.CLIENT_DEBT, ORG, CNY) == Money(70, CNY)


def test_reverse_undoes_an_entry_once() -> None:
    deposit(100)
    entry = reserve(60)

    undone = reverse(entry=entry, source="undo", at=AT, actor=PLATFORM)

    assert reverse(entry=entry, source="undo", at=AT, actor=PLATFORM) == undone
    assert undone.reverses == entry
    assert selectors.held(AccountKind.CLIENT_FUNDS, ORG, CNY) == Money(100, CNY)
    with pytest.raises(AlreadyReversed):
        reverse(entry=entry, source="undo again", at=AT, actor=PLATFORM)
    check_deferred()
    assert list(selectors.verify()) == []


def test_reverse_cannot_take_back_what_is_spent() -> None:
    entry = deposit(100)
    reserve(60)

    with pytest.raises(InsufficientFunds):
        reverse(entry=entry, source="undo", at=AT, actor=PLATFORM)


def test_currencies_do_not_mix() -> None:
    deposit(100)
    with pytest.raises(InsufficientFunds):
        post(
            source="usd",
            kind="test",
            lines=[
                Line(AccountKind.CLIENT_FUNDS, ORG, Money(1, "USD")),
                Line(AccountKind.TASK_RESERVE, TASK, Money(-1, "USD")),
            ],
            at=AT,
            actor=PLATFORM,
        )


def test_every_entry_is_audited_on_its_owners_stream() -> None:
    entry = deposit(100)

    record = AuditEntry.objects.get(subject=entry.public_id)
    assert record.stream.name == f"money.{ORG}"
    assert record.data == {
        "source": "deposit:1",
        "kind": "test",
        "lines": [["bank", "", CNY, 100], ["client_funds", ORG, CNY, -100]],
    }


@pytest.mark.parametrize("model", [Entry, Posting, Account])
def test_rows_are_not_deleted(model: type) -> None:
    deposit(100)
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        sql(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET kind = 'other'",
        "UPDATE ledger_posting SET amount_minor = amount_minor * 2",
        "UPDATE ledger_account SET owner = 'org_x' WHERE owner <> ''",
    ],
)
def test_rows_are_not_changed(statement: str) -> None:
    deposit(100)
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        sql(statement)


def test_a_balance_moves_only_by_postings() -> None:
    deposit(100)
    with pytest.raises(IntegrityError, match="only by postings"), transaction.atomic():
        sql("UPDATE ledger_account SET balance_minor = -1 WHERE owner = %s", ORG)
    with pytest.raises(IntegrityError, match="starts at zero"), transaction.atomic():
        Account.objects.create(kind=AccountKind.CLIENT_FUNDS, owner=TASK, currency=CNY, balance_minor=-5)


def test_an_unbalanced_entry_is_refused_at_commit() -> None:
    entry = deposit(100)
    account = Account.objects.get(kind=AccountKind.BANK)
    check_deferred()
    with refused_at_commit("number of lines"):
        other = Account.objects.create(kind=AccountKind.PLATFORM_FEES, currency=CNY)
        Posting.objects.create(entry=entry, account=other, amount_minor=-1)
    with refused_at_commit("does not balance"):
        lame = Entry.objects.create(source="lame", kind="test", at=AT, actor="x", line_count=2)
        Posting.objects.create(entry=lame, account=account, amount_minor=2)
        Posting.objects.create(entry=lame, account=Account.objects.get(owner=ORG), amount_minor=-1)
    with refused_at_commit("number of lines"):
        Entry.objects.create(source="empty", kind="test", at=AT, actor="x", line_count=2)


def test_a_reversal_that_does_not_mirror_is_refused_at_commit() -> None:
    entry = deposit(100)
    with refused_at_commit("does not mirror"):
        lame = Entry.objects.create(source="lame", kind="test", at=AT, actor="x", line_count=2, reverses=entry)
        for posting in entry.postings.all():
            Posting.objects.create(entry=lame, account=posting.account, amount_minor=-posting.amount_minor // 2)


def test_books_are_read_by_finance_and_auditors_only() -> None:
    entry = deposit(100)
    finance = staff_actor(StaffRole.FINANCE)

    assert [str(line.kind) for line in selectors.trial_balance(actor=finance)] == ["bank", "client_funds"]
    assert list(selectors.entries_for(actor=finance, text=ORG, kind="test", account_kind="bank")) == [entry]
    assert selectors.entry_by_public_id(actor=finance, public_id=entry.public_id) == entry
    for actor in (ANONYMOUS, staff_actor(StaffRole.TRAINER)):
        with pytest.raises(NotFound):
            selectors.trial_balance(actor=actor)
        with pytest.raises(NotFound):
            selectors.entries_for(actor=actor)


def test_verify_books_says_whole_or_fails(capsys: pytest.CaptureFixture[str]) -> None:
    deposit(100)
    call_command("verify_books")
    assert "2 accounts, 1 entries: all whole" in capsys.readouterr().out

    sql("ALTER TABLE ledger_account DROP CONSTRAINT account_once")
    with pytest.raises(CommandError, match="1 broken"):
        call_command("verify_books")
