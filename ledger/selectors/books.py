"""Reading the books. Whole rows leave by `actor=`; the plain sums are a mechanism for services of upper apps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from core.errors import NotFound
from core.money import Money
from ledger.models import Account, Entry, Posting
from ledger.states import READERS, AccountKind


def _require_reader(actor: Actor) -> None:
    """The books as a whole do not exist for others; clients and agents read their own part through `pay`."""
    if not actor.is_staff(*READERS):
        raise NotFound


def balance(kind: AccountKind, owner: str, currency: str) -> Money:
    """The sum of the account's postings: debit positive, credit negative (so a client's funds read negative).

    See `held` for "how much is there".
    """
    account = Account.objects.filter(kind=kind, owner=owner, currency=currency).first()
    if account is None:
        return Money.zero(currency)
    if account.balance_minor is not None:
        return Money(account.balance_minor, currency)
    return Money(account.postings.aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"], currency)


def held(kind: AccountKind, owner: str, currency: str) -> Money:
    """How much is there, as people say it: what a client has, what an agent is owed. Never negative for owners."""
    amount = balance(kind, owner, currency)
    return amount if AccountKind(kind).is_debit_normal else -amount


def held_by(kind: AccountKind, owners: Iterable[str], currency: str) -> dict[str, Money]:
    """`held` for many owners in one query; owners without an account are zero."""
    names = list(owners)
    sign = 1 if AccountKind(kind).is_debit_normal else -1
    rows = Account.objects.filter(kind=kind, owner__in=names, currency=currency).values_list("owner", "balance_minor")
    found = {owner: Money(sign * (minor or 0), currency) for owner, minor in rows}
    return {name: found.get(name, Money.zero(currency)) for name in names}


@dataclass(frozen=True)
class AccountSum:
    """One line of the trial balance: all accounts of a kind in a currency."""

    kind: AccountKind
    currency: str
    accounts: int
    debit: Money
    credit: Money

    @property
    def balance(self) -> Money:
        """Debit positive."""
        return self.debit - self.credit


def trial_balance(*, actor: Actor) -> list[AccountSum]:
    """Every kind and currency with its debits and credits; the columns are equal per currency."""
    _require_reader(actor)
    rows = (
        Posting.objects.values("account__kind", "account__currency")
        .annotate(
            debit=Coalesce(Sum("amount_minor", filter=Q(amount_minor__gt=0)), 0),
            credit=Coalesce(Sum("amount_minor", filter=Q(amount_minor__lt=0)), 0),
        )
        .order_by("account__currency")
    )
    counts: dict[tuple[str, str], int] = {}
    for kind, currency in Account.objects.values_list("kind", "currency"):
        counts[kind, currency] = counts.get((kind, currency), 0) + 1
    order = list(AccountKind)
    sums = [
        AccountSum(
            kind=AccountKind(row["account__kind"]),
            currency=row["account__currency"],
            accounts=counts[row["account__kind"], row["account__currency"]],
            debit=Money(row["debit"], row["account__currency"]),
            credit=Money(-row["credit"], row["account__currency"]),
        )
        for row in rows
    ]
    return sorted(sums, key=lambda s: (s.currency, order.index(s.kind)))


def accounts_for(*, actor: Actor, kind: AccountKind | None = None) -> QuerySet[Account]:
    """Accounts, largest owner balances first."""
    _require_reader(actor)
    accounts = Account.objects.order_by("kind", "owner", "currency")
    return accounts.filter(kind=kind) if kind else accounts


def entries_for(
    *,
    actor: Actor,
    text: str = "",
    kind: str = "",
    account_kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries, newest first, with their postings; `text` is an owner, an entry's id or part of a source."""
    _require_reader(actor)
    entries = Entry.objects.prefetch_related("postings__account").select_related("reverses").order_by("-id")
    if text:
        # A subquery keeps one row per entry however many lines match.
        owned = Posting.objects.filter(account__owner=text).values("entry_id")
        entries = entries.filter(Q(public_id=text) | Q(source__contains=text) | Q(pk__in=owned))
    if kind:
        entries = entries.filter(kind=kind)
    if account_kind:
        entries = entries.filter(pk__in=Posting.objects.filter(account__kind=account_kind).values("entry_id"))
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    return entries


def postings_for(*, actor: Actor, accounts: Iterable[tuple[AccountKind, str]]) -> QuerySet[Posting]:
    """Postings on the given (kind, owner) accounts, newest first. The caller has checked that they are the actor's."""
    _require_reader(actor)
    wanted = Q(pk__in=[])
    for kind, owner in accounts:
        wanted |= Q(account__kind=kind, account__owner=owner)
    return Posting.objects.filter(wanted).select_related("entry", "account").order_by("-id")


def entry_by_public_id(*, actor: Actor, public_id: str) -> Entry:
    """One entry with its postings; `NotFound` when there is none."""
    entry = entries_for(actor=actor).filter(public_id=public_id).first()
    if entry is None:
        raise NotFound
    return entry


def moved_by_memo(*kinds: AccountKind) -> dict[str, int]:
    """For each memo the signed sum of what its entries moved on accounts of `kinds`; for proofs of upper apps."""
    rows = Posting.objects.filter(account__kind__in=kinds).exclude(entry__memo="")
    return dict(rows.values_list("entry__memo").annotate(total=Sum("amount_minor")))


def held_by_owner(kind: AccountKind) -> dict[tuple[str, str], int]:
    """`held` of every account of a kind, by (owner, currency), in minor units; for proofs of upper apps."""
    sign = 1 if AccountKind(kind).is_debit_normal else -1
    rows = (
        Account.objects.filter(kind=kind).values_list("owner", "currency").annotate(total=Sum("postings__amount_minor"))
    )
    return {(owner, currency): sign * (total or 0) for owner, currency, total in rows}


def entry_by_source(source: str) -> Entry | None:
    """The entry booked for `source`, if any; a mechanism for services that reverse their own entries."""
    return Entry.objects.filter(source=source).first()
