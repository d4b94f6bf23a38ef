"""A client's money: what is there, what is reserved, what was spent on what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from accounts.actors import PLATFORM, Actor
from accounts.states import Scope, StaffRole
from core.errors import NotFound
from core.ids import is_public_id
from core.money import Money
from ledger.selectors import entry_by_public_id, held, held_by, postings_for
from ledger.states import AccountKind
from pay.models import Deposit, Earning
from pay.states import TRANSFER, DepositState, EarningKind
from tasks.selectors import tasks_for

if TYPE_CHECKING:
    from accounts.models import Organisation
    from ledger.models import Entry, Posting
    from tasks.models import Task

READERS = (StaffRole.FINANCE, StaffRole.AUDITOR)


@dataclass(frozen=True)
class ClientBalance:
    """Where a client's money stands in one currency."""

    organisation: Organisation
    currency: str
    funds: Money
    """Free to reserve."""
    reserved: Money
    """Set aside for published tasks and not spent yet."""
    debt: Money
    """Spent beyond reserve and funds; the next deposit pays it back first."""
    spent: Money
    """Earnings and fees so far."""


def _tasks(organisation: Organisation) -> QuerySet[Task]:
    """Tasks of an organisation the actor was found to act for; a key that reads money need not read tasks."""
    return tasks_for(PLATFORM).filter(programme__organisation=organisation)


def _require(actor: Actor, organisation: Organisation) -> None:
    if not (actor.audit_name == PLATFORM.audit_name or actor.is_client(organisation.pk)) or not actor.has_scope(
        Scope.MONEY_READ
    ):
        raise NotFound


def client_balance(*, actor: Actor, organisation: Organisation, currency: str = "") -> ClientBalance:
    """Where the money of an organisation stands, in its own currency unless another is named."""
    _require(actor, organisation)
    unit = currency or organisation.currency
    owner = organisation.public_id
    tasks = _tasks(organisation).filter(currency=unit).values_list("public_id", flat=True)
    reserved = held_by(AccountKind.TASK_RESERVE, tasks, unit)
    spent = Earning.objects.filter(organisation=organisation, currency=unit).aggregate(
        total=Sum(F("amount_minor") + F("fee_minor"))
    )
    return ClientBalance(
        organisation=organisation,
        currency=unit,
        funds=held(AccountKind.CLIENT_FUNDS, owner, unit),
        reserved=Money.total(reserved.values(), unit),
        debt=held(AccountKind.CLIENT_DEBT, owner, unit),
        spent=Money(spent["total"] or 0, unit),
    )


@dataclass(frozen=True)
class SpendingLine:
    """What one task cost so far."""

    task: Task
    blocks: int
    minutes: int
    earned: Money
    fee: Money
    reserved: Money
    """Still set aside for it."""

    @property
    def total(self) -> Money:
        return self.earned + self.fee


@dataclass(frozen=True)
class Spending:
    """What one programme cost in a period, task by task."""

    programme: str
    programme_name: str
    currency: str
    lines: list[SpendingLine]

    @property
    def earned(self) -> Money:
        return Money.total((line.earned for line in self.lines), self.currency)

    @property
    def fee(self) -> Money:
        return Money.total((line.fee for line in self.lines), self.currency)

    @property
    def total(self) -> Money:
        return self.earned + self.fee


def spending(
    *, actor: Actor, organisation: Organisation, since: datetime | None = None, until: datetime | None = None
) -> list[Spending]:
    """What was spent, by programme and task, over work done in the period; in a constant number of queries."""
    _require(actor, organisation)
    rows = Earning.objects.filter(organisation=organisation)
    if since:
        rows = rows.filter(worked_at__gte=since)
    if until:
        rows = rows.filter(worked_at__lt=until)
    sums = {
        row["task_id"]: row
        for row in rows.order_by()
        .values("task_id")
        .annotate(
            blocks=Count("pk", filter=Q(kind=EarningKind.WORKED)),
            minutes=Sum("claim__minutes_served"),
            earned=Sum("amount_minor"),
            fee=Sum("fee_minor"),
        )
    }
    tasks = list(_tasks(organisation).filter(pk__in=sums).order_by("programme__name", "-pk"))
    reserves = {
        currency: held_by(AccountKind.TASK_RESERVE, [t.public_id for t in tasks if t.currency == currency], currency)
        for currency in {task.currency for task in tasks}
    }
    found: dict[tuple[str, str], Spending] = {}
    for task in tasks:
        row, unit = sums[task.pk], task.currency
        group = found.setdefault(
            (task.programme.public_id, unit), Spending(task.programme.public_id, task.programme.name, unit, [])
        )
        group.lines.append(
            SpendingLine(
                task=task,
                blocks=row["blocks"],
                minutes=row["minutes"] or 0,
                earned=Money(row["earned"], unit),
                fee=Money(row["fee"], unit),
                reserved=reserves[unit][task.public_id],
            )
        )
    return list(found.values())


def spending_line(task: Task) -> SpendingLine:
    """What one task cost so far; for a task the actor was found to see."""
    sums = Earning.objects.filter(task=task).aggregate(
        blocks=Count("pk", filter=Q(kind=EarningKind.WORKED)),
        minutes=Coalesce(Sum("claim__minutes_served"), 0),
        earned=Coalesce(Sum("amount_minor"), 0),
        fee=Coalesce(Sum("fee_minor"), 0),
    )
    return SpendingLine(
        task=task,
        blocks=sums["blocks"],
        minutes=sums["minutes"],
        earned=Money(sums["earned"], task.currency),
        fee=Money(sums["fee"], task.currency),
        reserved=held(AccountKind.TASK_RESERVE, task.public_id, task.currency),
    )


def spending_of_task(public_id: str, *, actor: Actor, organisation: Organisation) -> tuple[Task, QuerySet[Earning]]:
    """A task and the earnings it paid for, newest first; clients see blocks and costs, not who was paid."""
    _require(actor, organisation)
    task = _tasks(organisation).filter(public_id=public_id).first()
    if task is None:
        raise NotFound
    return task, Earning.objects.filter(task=task).select_related("claim__block").order_by("-worked_at", "-pk")


def days_of_spending(
    *, actor: Actor, organisation: Organisation, currency: str, until: date, days: int, time_zone: str
) -> list[tuple[date, int, int]]:
    """(day, earned, fee) in minor units of the last `days` days up to and including `until`, zeros included."""
    _require(actor, organisation)
    zone = ZoneInfo(time_zone)
    first = until - timedelta(days=days - 1)
    rows = (
        Earning.objects.filter(
            organisation=organisation,
            currency=currency,
            worked_at__gte=datetime(first.year, first.month, first.day, tzinfo=zone),
        )
        .values(day=TruncDate("worked_at", tzinfo=zone))
        .annotate(earned=Sum("amount_minor"), fee=Sum("fee_minor"))
    )
    by_day = {row["day"]: (row["earned"], row["fee"]) for row in rows}
    return [(day := first + timedelta(days=n), *by_day.get(day, (0, 0))) for n in range(days)]


@dataclass(frozen=True)
class ClientEntry:
    """One movement on a client's own accounts."""

    public_id: str
    at: datetime
    kind: str
    memo: str
    amount: Money
    """Change of the client's funds (positive brought money in), or of what they owe (negative pays it back)."""
    is_debt: bool


def client_entries(*, actor: Actor, organisation: Organisation) -> QuerySet[Posting]:
    """Postings on a client's funds and debt, latest first; `as_client_entries` says what a page of them means."""
    _require(actor, organisation)
    owner = organisation.public_id
    accounts = [(AccountKind.CLIENT_FUNDS, owner), (AccountKind.CLIENT_DEBT, owner)]
    return postings_for(actor=PLATFORM, accounts=accounts).order_by("-entry__at", "-id")


def as_client_entries(postings: Iterable[Posting]) -> list[ClientEntry]:
    """Postings as a client reads them: an earning by the title of its task, other ids left out; one query."""
    rows = list(postings)
    titles = dict(
        Earning.objects.filter(public_id__in=[row.entry.memo for row in rows]).values_list("public_id", "task__title")
    )
    return [
        ClientEntry(
            public_id=posting.entry.public_id,
            at=posting.entry.at,
            kind=posting.entry.kind,
            memo=titles.get(posting.entry.memo, "" if is_public_id(posting.entry.memo) else posting.entry.memo),
            amount=Money(
                posting.amount_minor if posting.account.kind == AccountKind.CLIENT_DEBT else -posting.amount_minor,
                posting.account.currency,
            ),
            is_debt=posting.account.kind == AccountKind.CLIENT_DEBT,
        )
        for posting in rows
    ]


def client_entry(public_id: str, *, actor: Actor, organisation: Organisation) -> Entry:
    """One entry that touched the client's accounts or the reserve of one of their tasks; `NotFound` otherwise."""
    _require(actor, organisation)
    entry = entry_by_public_id(actor=PLATFORM, public_id=public_id)
    owners = {posting.account.owner for posting in entry.postings.all()}
    if organisation.public_id in owners:
        return entry
    if _tasks(organisation).filter(public_id__in=owners).exists():
        return entry
    raise NotFound


def deposits_for(*, actor: Actor, organisation: Organisation) -> QuerySet[Deposit]:
    """A client's deposits, newest first."""
    _require(actor, organisation)
    return Deposit.objects.filter(organisation=organisation).order_by("-pk")


def transfers_for(*, actor: Actor) -> QuerySet[Deposit]:
    """What finance has recorded by hand, for finance and auditors: what waits for a second person first."""
    rows = Deposit.objects.filter(provider=TRANSFER).select_related("organisation", "started_by", "approved_by")
    if not actor.is_staff(*READERS):
        return rows.none()
    return rows.annotate(waits=Q(state=DepositState.PENDING)).order_by("-waits", "-pk")


def transfer_by_public_id(public_id: str, *, actor: Actor) -> Deposit:
    """One of `transfers_for`; `NotFound` otherwise."""
    row = transfers_for(actor=actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def deposit_by_public_id(public_id: str, *, actor: Actor) -> Deposit:
    """One deposit of an organisation the actor acts for; `NotFound` otherwise."""
    rows = Deposit.objects.select_related("organisation").filter(organisation_id__in=actor.clients.keys())
    deposit = rows.filter(public_id=public_id).first()
    if deposit is None:
        raise NotFound
    return deposit
