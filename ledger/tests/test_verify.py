"""Each guard of the books taken away in turn: the damage it would have stopped is found by `verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, transaction

from ledger import checks
from ledger.checks import Break
from ledger.models import Account, Entry, Posting
from ledger.selectors import verify
from ledger.states import AccountKind
from ledger.tests.books import AT, ORG, TASK, check_deferred, deposit, reserve, sql

pytestmark = pytest.mark.django_db


def _trigger(table: type, name: str) -> str:
    trigger = next(t for t in table._meta.triggers if t.name == name)
    return f"ALTER TABLE {table._meta.db_table} DISABLE TRIGGER {trigger.get_pgid(table)}"


def _constraint(table: type, name: str) -> str:
    return f"ALTER TABLE {table._meta.db_table} DROP CONSTRAINT {name}"


def _entry(source: str, lines: dict[Account, int], **fields: object) -> Entry:
    entry = Entry.objects.create(
        **{"source": source, "kind": "test", "at": AT, "actor": "x", "line_count": 2, **fields}
    )
    for account, minor in lines.items():
        Posting.objects.create(entry=entry, account=account, amount_minor=minor)
    return entry


def _bank() -> Account:
    return Account.objects.get(kind=AccountKind.BANK)


def _funds() -> Account:
    return Account.objects.get(kind=AccountKind.CLIENT_FUNDS)


def _unbalanced() -> None:
    _entry("lame", {_bank(): 5, _funds(): -4})


def _too_few_lines() -> None:
    _entry("lame", {_bank(): 5, _funds(): -5}, line_count=3)


def _changed_posting() -> None:
    sql("UPDATE ledger_posting SET amount_minor = amount_minor + 7 WHERE amount_minor > 0")


def _changed_entry() -> None:
    sql("UPDATE ledger_entry SET source = 'elsewhere' WHERE source = 'deposit:1'")


def _removed_entry() -> None:
    sql("DELETE FROM ledger_posting WHERE entry_id = (SELECT max(id) FROM ledger_entry)")
    sql("DELETE FROM ledger_entry WHERE id = (SELECT max(id) FROM ledger_entry)")


def _written_balance() -> None:
    sql("UPDATE ledger_account SET balance_minor = -1 WHERE id = %s", _funds().pk)


def _opened_with_balance() -> None:
    Account.objects.create(kind=AccountKind.AGENT_PAYABLE, owner="agt_x", currency="CNY", balance_minor=-9)


def _posting_without_balance() -> None:
    _entry("lame", {_bank(): 5, _funds(): -5})


def _overdrawn() -> None:
    _entry("lame", {_funds(): 5_000, _bank(): -5_000})


def _debt_below_zero() -> None:
    debt = Account.objects.create(kind=AccountKind.CLIENT_DEBT, owner=ORG, currency="CNY", balance_minor=0)
    _entry("lame", {debt: -5, _bank(): 5})


def _source_twice() -> None:
    _entry("deposit:1", {_bank(): 5, _funds(): -5})


def _account_twice() -> None:
    Account.objects.create(kind=AccountKind.CLIENT_FUNDS, owner=ORG, currency="CNY", balance_minor=0)


def _strange_kind() -> None:
    Account.objects.create(kind="pocket", owner="", currency="CNY")


def _platform_balance() -> None:
    Account.objects.create(kind=AccountKind.TAX_WITHHELD, owner="", currency="CNY", balance_minor=0)


def _new_owner() -> None:
    sql("UPDATE ledger_account SET owner = '' WHERE owner = %s", TASK)


def _reversed_twice() -> None:
    second = Entry.objects.get(source="deposit:2")
    for n in range(2):
        _entry(f"undo {n}", {_bank(): -200, _funds(): 200}, reverses=second)


def _half_reversed() -> None:
    _entry("undo", {_bank(): -50, _funds(): 50}, reverses=Entry.objects.get(source="deposit:1"))


def _zero_line() -> None:
    _entry("lame", {_bank(): 0, _funds(): 0})


def _line_twice() -> None:
    _entry("lame", {_bank(): 5, _funds(): -5})
    entry = Entry.objects.get(source="lame")
    Posting.objects.create(entry=entry, account=_bank(), amount_minor=5)


_BALANCES = [_trigger(Posting, "entry_balances"), _trigger(Entry, "has_its_lines")]

CASES: dict[str, tuple[list[str], Callable[[], None], str]] = {
    "balance per currency": (_BALANCES, _unbalanced, "entry balances"),
    "sum of all": (_BALANCES, _unbalanced, "all accounts sum to zero"),
    "line count": (_BALANCES, _too_few_lines, "entry has its lines"),
    "two lines": (
        [*_BALANCES, _constraint(Entry, "entry_has_lines")],
        lambda: _entry("lame", {}, line_count=0) and None,
        "entry has its lines",
    ),
    "posting changed": ([_trigger(Posting, "append_only")], _changed_posting, "append-only"),
    "entry changed": ([_trigger(Entry, "append_only")], _changed_entry, "append-only"),
    "entry removed": (
        [_trigger(Posting, "append_only"), _trigger(Entry, "append_only")],
        _removed_entry,
        "append-only",
    ),
    "unaudited entry": ([], _posting_without_balance, "append-only"),
    "balance written": (
        [_trigger(Account, "balance_follows_postings")],
        _written_balance,
        "balance equals postings",
    ),
    "opened with a balance": (
        [_trigger(Account, "balance_follows_postings")],
        _opened_with_balance,
        "balance equals postings",
    ),
    "balance not kept": (
        [_trigger(Posting, "keeps_balance")],
        _posting_without_balance,
        "balance equals postings",
    ),
    "overdrawn": ([_constraint(Account, "account_not_overdrawn")], _overdrawn, "account not overdrawn"),
    "debt below zero": ([_constraint(Account, "account_debt_not_negative")], _debt_below_zero, "account not overdrawn"),
    "source twice": ([_constraint(Entry, "entry_source_once")], _source_twice, "source once"),
    "account twice": ([_constraint(Account, "account_once")], _account_twice, "account once"),
    "kind": (
        [_constraint(Account, "account_kind_known")],
        _strange_kind,
        "account kind",
    ),
    "platform balance": (
        [_constraint(Account, "account_owner_has_balance")],
        _platform_balance,
        "account shape",
    ),
    "owner changed": (
        [_trigger(Account, "identity_fixed"), _constraint(Account, "account_owner_has_balance")],
        _new_owner,
        "account shape",
    ),
    "reversed twice": ([_constraint(Entry, "entry_reversed_once")], _reversed_twice, "reversed once"),
    "half reversed": ([_trigger(Entry, "reversal_mirrors")], _half_reversed, "reversal mirrors"),
    "zero line": ([_constraint(Posting, "posting_amount_sane")], _zero_line, "amount"),
    "line twice": (
        [*_BALANCES, _constraint(Posting, "posting_account_once")],
        _line_twice,
        "one line per account",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_damage_is_found_when_its_guard_is_gone(case: str) -> None:
    guards, damage, rule = CASES[case]
    deposit(1_000)
    reserve(200)
    deposit(200, source="deposit:2")
    check_deferred()
    assert list(verify()) == []

    for statement in guards:
        sql(statement)
    damage()
    check_deferred()
    sql("SET CONSTRAINTS ALL DEFERRED")

    found = list(verify())
    assert rule in {broken.rule for broken in found}
    assert len([broken for broken in found if broken.rule == "guard"]) == len(guards)


# What keeps a balance refuses nothing; it is proved above by what goes missing without it.
@pytest.mark.parametrize("case", [name for name in CASES if CASES[name][0] and name != "balance not kept"])
def test_the_guard_alone_stops_the_damage(case: str) -> None:
    _guards, damage, _rule = CASES[case]
    deposit(1_000)
    reserve(200)
    deposit(200, source="deposit:2")
    check_deferred()

    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012
        damage()
        check_deferred()
    assert list(verify()) == []


def test_checks_of_upper_apps_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_checks", [])

    @checks.register
    def check() -> Iterator[Break]:
        yield Break("above", "ern_1", "is off")

    checks.register(check)
    assert [str(broken) for broken in verify()] == ["above: ern_1: is off"]
