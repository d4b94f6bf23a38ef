"""Payouts: an agent's own, and the queue of finance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from accounts.policies import can_staff
from accounts.states import StaffRole
from core.errors import NotFound
from core.money import Money
from pay.logic import bankfile
from pay.models import Earning, Payout, PayoutAccount, PayoutBatch, PayoutRun
from pay.states import OWED, PayoutState

READERS = (StaffRole.FINANCE, StaffRole.AUDITOR)


def payouts_for(*, actor: Actor, state: str = "", text: str = "") -> QuerySet[Payout]:
    """Payouts the actor may see, newest first: one's own; finance and auditors see everybody's.

    `text` is a payout's id, a reference, or part of an agent's name.
    """
    rows = Payout.objects.select_related("agent", "account", "batch", "run").order_by("-pk")
    if not actor.is_staff(*READERS):
        rows = rows.filter(agent_id=actor.agent_id) if actor.agent_id is not None else rows.none()
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(public_id=text) | Q(reference=text) | Q(agent__nickname__icontains=text))
    return rows


def payout_by_public_id(public_id: str, *, actor: Actor) -> Payout:
    """One payout the actor may see, with its lines and approvals; `NotFound` otherwise."""
    rows = payouts_for(actor=actor).prefetch_related("lines__earning__task", "approvals__user")
    payout = rows.filter(public_id=public_id).first()
    if payout is None:
        raise NotFound
    return payout


def payout_account(*, actor: Actor, agent_id: int) -> PayoutAccount | None:
    """Where an agent's money goes; None when they have not said, or when it is not for the actor to know."""
    if actor.agent_id != agent_id and not actor.is_staff(*READERS):
        return None
    return PayoutAccount.objects.filter(agent_id=agent_id).order_by("-pk").first()


@dataclass(frozen=True)
class PayoutDue:
    """What an agent is owed in one currency, before tax."""

    agent_id: int
    gross: Money
    has_account: bool


def payouts_due(*, actor: Actor) -> list[PayoutDue]:
    """Who is owed something and would be paid by a run the actor starts; nobody pays themself.

    For finance, auditors and the platform's own run; empty for others.
    """
    sums = _owed_to_others(actor).values_list("agent_id", "currency", "number").annotate(total=_OPEN)
    return [
        PayoutDue(agent, Money(total, currency), bool(number))
        for agent, currency, number, total in sums.order_by("agent_id", "currency")
    ]


_OPEN = Sum(F("amount_minor") - F("settled_minor"))


def _owed_to_others(actor: Actor) -> QuerySet[Any]:
    """Unsettled earnings a run of the actor's would pay, each with the `number` of its agent's account, if any."""
    owed = Earning.objects.filter(state__in=OWED, settled_minor__lt=F("amount_minor")).order_by()
    if actor.agent_id is not None:
        owed = owed.exclude(agent_id=actor.agent_id)
    newest = PayoutAccount.objects.filter(agent=OuterRef("agent")).order_by("-pk")
    owed = owed.annotate(number=Coalesce(Subquery(newest.values("number")[:1]), Value("")))
    return owed if can_staff(actor, *READERS) else owed.none()


@dataclass(frozen=True)
class RunPreview:
    """What a run would make: people and sums before tax per currency, and who has no account."""

    agents: int
    sums: list[tuple[int, Money]]
    without_account: int


def preview_run(*, actor: Actor) -> RunPreview:
    """What a run started by the actor now would make."""
    owed, people = _owed_to_others(actor), Count("agent_id", distinct=True)
    payable = owed.exclude(number="")
    sums = payable.values_list("currency").annotate(people, total=_OPEN).order_by("currency")
    return RunPreview(
        agents=payable.aggregate(n=people)["n"],
        sums=[(n, Money(total, currency)) for currency, n, total in sums],
        without_account=owed.filter(number="").aggregate(n=people)["n"],
    )


@dataclass(frozen=True)
class PayoutQueueCounts:
    """How many payouts stand where, and what they add up to."""

    state: PayoutState
    count: int
    sums: list[Money]


def payout_counts(*, actor: Actor) -> list[PayoutQueueCounts]:
    """Counts and sums per state, every state named; for finance and auditors."""
    rows = payouts_for(actor=actor).order_by().values("state", "currency")
    found: dict[str, list[tuple[int, Money]]] = {}
    for row in rows.annotate(n=Count("pk"), total=Sum("amount_minor")).order_by("currency"):
        found.setdefault(row["state"], []).append((row["n"], Money(row["total"], row["currency"])))
    return [
        PayoutQueueCounts(state, sum(n for n, _ in found.get(state, [])), [total for _, total in found.get(state, [])])
        for state in PayoutState
    ]


def runs_for(*, actor: Actor) -> QuerySet[PayoutRun]:
    """Runs, newest first, with how many payouts each made; for finance and auditors."""
    rows = PayoutRun.objects.annotate(made=Count("payouts")).order_by("-pk")
    return rows if actor.is_staff(*READERS) else rows.none()


def batches_for(*, actor: Actor) -> QuerySet[PayoutBatch]:
    """Batches handed to a bank, newest first; for finance and auditors."""
    rows = PayoutBatch.objects.annotate(made=Count("payouts"), total_minor=Sum("payouts__amount_minor")).order_by("-pk")
    return rows if actor.is_staff(*READERS) else rows.none()


def bank_file_of(public_id: str, *, actor: Actor) -> str:
    """The bank's CSV of one batch, the same every time it is asked for; `NotFound` for others than finance."""
    if not actor.is_staff(StaffRole.FINANCE):
        raise NotFound
    batch = PayoutBatch.objects.filter(public_id=public_id).first()
    if batch is None:
        raise NotFound
    return bankfile.bank_file(
        bankfile.BankLine(
            reference=payout.reference,
            account_name=payout.account.holder,
            bank=payout.account.bank,
            account_number=payout.account.number,
            amount=Money(payout.amount_minor, payout.currency).decimal,
            currency=payout.currency,
            purpose=f"Tideline {payout.public_id}",
        )
        for payout in batch.payouts.select_related("account").order_by("pk")
    )
