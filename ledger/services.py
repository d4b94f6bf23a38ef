"""Every write to the books: `post` and `reverse`. Nothing else adds entries, and nothing changes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from core import audit
from core.money import Money
from core.refusals import constraint_of
from ledger.errors import AlreadyReversed, InsufficientFunds, SourceUsed
from ledger.models import Account, Entry, Posting
from ledger.states import DEBIT_NORMAL, AccountKind


@dataclass(frozen=True)
class Line:
    """One side of an entry: debit positive, credit negative. `owner` is a public id, "" for the platform."""

    kind: AccountKind
    owner: str
    amount: Money


def post(
    *,
    source: str,
    kind: str,
    lines: Iterable[Line],
    at: datetime,
    actor: Actor,
    memo: str = "",
) -> Entry:
    """Write one balanced entry, once per `source`; the same call again returns the entry already there.

    Lines on one account are added up and lines of zero left out. Call it inside the transaction of
    what it books, as late as possible: owners' accounts stay locked until that transaction ends.

    Raises `SourceUsed` when `source` was posted with other lines, `InsufficientFunds` when an
    owner's account would cross zero (held by a constraint, so under any concurrency), `ValueError`
    when the lines do not balance. Side effects: one audit entry on `money.<owner>`.
    """
    wanted = _net(lines)
    return _write(source=source, kind=kind, amounts=wanted, at=at, actor=actor, memo=memo)


def lock(*, accounts: Iterable[tuple[AccountKind, str]], currency: str) -> dict[tuple[AccountKind, str], Money]:
    """Hold owners' accounts still until the transaction ends and say how much each holds, as `selectors.held` does.

    For services that decide by what is there. Accounts that do not exist yet hold nothing and are not locked:
    the constraints still refuse what does not fit.
    """
    wanted = list(accounts)
    rows = (
        Account.objects.select_for_update(no_key=True)
        .filter(kind__in={kind for kind, _ in wanted}, owner__in={owner for _, owner in wanted}, currency=currency)
        .exclude(owner="")
        .order_by("pk")
    )
    held = {
        (AccountKind(a.kind), a.owner): Money((a.balance_minor or 0) * (1 if a.kind in DEBIT_NORMAL else -1), currency)
        for a in rows
    }
    return {key: held.get(key, Money.zero(currency)) for key in wanted}


def reverse(*, entry: Entry, source: str, at: datetime, actor: Actor, memo: str = "") -> Entry:
    """Undo `entry` by a new entry with every line negated; the same `source` again returns that reversal.

    Raises `AlreadyReversed` when another reversal exists, `InsufficientFunds` when an owner has
    already spent what would be taken back. Side effects as in `post`.
    """
    amounts = {
        (AccountKind(p.account.kind), p.account.owner, p.account.currency): -p.amount_minor
        for p in entry.postings.select_related("account")
    }
    return _write(
        source=source, kind=f"reverse_{entry.kind}"[:40], amounts=amounts, at=at, actor=actor, memo=memo, reverses=entry
    )


_Key = tuple[AccountKind, str, str]


def _net(lines: Iterable[Line]) -> dict[_Key, int]:
    amounts: dict[_Key, int] = {}
    for line in lines:
        key = (AccountKind(line.kind), line.owner, line.amount.currency)
        if bool(line.owner) != key[0].has_owner:
            raise ValueError(f"{line.kind} {'needs an' if key[0].has_owner else 'has no'} owner")
        amounts[key] = amounts.get(key, 0) + line.amount.minor
    amounts = {key: minor for key, minor in amounts.items() if minor}
    for currency in {key[2] for key in amounts}:
        if sum(minor for key, minor in amounts.items() if key[2] == currency):
            raise ValueError(f"lines do not balance in {currency}")
    if len(amounts) < 2:
        raise ValueError("an entry moves money between two accounts at least")
    return amounts


def _write(
    *,
    source: str,
    kind: str,
    amounts: dict[_Key, int],
    at: datetime,
    actor: Actor,
    memo: str,
    reverses: Entry | None = None,
) -> Entry:
    existing = Entry.objects.filter(source=source).first()
    if existing is not None:
        return _same(existing, kind, amounts)
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                source=source,
                kind=kind,
                at=at,
                actor=actor.audit_name,
                memo=memo[:200],
                line_count=len(amounts),
                reverses=reverses,
            )
            accounts = _accounts(amounts)
            # One statement in the order of account ids: whoever comes second on any account waits, none deadlock.
            Posting.objects.bulk_create(
                Posting(entry=entry, account=account, amount_minor=amounts[key])
                for key, account in sorted(accounts.items(), key=lambda item: item[1].pk)
            )
            _audit(entry, amounts, actor)
            return entry
    except IntegrityError as error:
        constraint = constraint_of(error)
        if constraint == "entry_source_once":
            return _same(Entry.objects.get(source=source), kind, amounts)
        if constraint == "entry_reversed_once":
            raise AlreadyReversed(detail={"entry": reverses.public_id if reverses else ""}) from error
        if constraint in ("account_not_overdrawn", "account_debt_not_negative"):
            raise InsufficientFunds(detail=_shortest(amounts)) from error
        raise


def _same(entry: Entry, kind: str, amounts: dict[_Key, int]) -> Entry:
    booked = {
        (AccountKind(p.account.kind), p.account.owner, p.account.currency): p.amount_minor
        for p in entry.postings.select_related("account")
    }
    if booked != amounts or entry.kind != kind:
        raise SourceUsed(detail={"source": entry.source})
    return entry


def _accounts(amounts: dict[_Key, int]) -> dict[_Key, Account]:
    """Return the account of each key, opening those that are new."""
    found = _find(amounts)
    missing = [key for key in amounts if key not in found]
    if missing:
        Account.objects.bulk_create(
            [
                Account(kind=kind, owner=owner, currency=currency, balance_minor=0 if kind.has_owner else None)
                for kind, owner, currency in sorted(missing)
            ],
            ignore_conflicts=True,
        )
        found = _find(amounts)
    return found


def _find(amounts: dict[_Key, int]) -> dict[_Key, Account]:
    candidates = Account.objects.filter(
        kind__in={key[0] for key in amounts},
        owner__in={key[1] for key in amounts},
        currency__in={key[2] for key in amounts},
    )
    by_key = {(AccountKind(a.kind), a.owner, a.currency): a for a in candidates}
    return {key: by_key[key] for key in amounts if key in by_key}


def _audit(entry: Entry, amounts: dict[_Key, int], actor: Actor) -> None:
    audit.record(
        stream=f"money.{_stream_owner(amounts)}",
        action="ledger.post",
        subject=entry.public_id,
        at=entry.at,
        actor=actor,
        data={
            "source": entry.source,
            "kind": entry.kind,
            "lines": sorted([str(kind), owner, currency, minor] for (kind, owner, currency), minor in amounts.items()),
        },
    )


def _stream_owner(amounts: dict[_Key, int]) -> str:
    """Agents first, then organisations, then tasks: writers for different people do not queue behind one lock."""
    owners = sorted(key[1] for key in amounts if key[1])
    for prefix in ("agt_", "org_"):
        for owner in owners:
            if owner.startswith(prefix):
                return owner
    return owners[0] if owners else "platform"


def _shortest(amounts: dict[_Key, int]) -> dict[str, object]:
    """The account that was most likely too small: the largest taking from an owner."""
    taken = {
        key: -minor if key[0].is_debit_normal else minor
        for key, minor in amounts.items()
        if key[0].has_owner and (minor < 0) == key[0].is_debit_normal
    }
    kind, owner, currency = max(taken, key=lambda key: taken[key])
    return {"kind": str(kind), "owner": owner, "currency": currency, "wanted_minor": taken[kind, owner, currency]}
