"""Client money coming in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.policies import is_platform
from core import audit, realtime
from core.errors import NotFound
from core.events import publish
from core.money import Money
from core.refusals import constraint_of
from core.states import move
from ledger import services as ledger
from ledger.states import AccountKind
from pay.errors import AmountMismatch, BadAmount, BankReports, KeyUsed, ProviderOff
from pay.events import DepositReceived
from pay.forms import deposit_limits
from pay.logic.rules import RULES
from pay.models import Deposit
from pay.policies import require_deposit
from pay.services import booking
from pay.services.banks import DepositProvider, may_be_played, takes_deposits
from pay.states import DEPOSIT, TRANSFER, DepositState

if TYPE_CHECKING:
    from accounts.models import Organisation


def deposit(
    *,
    actor: Actor,
    at: datetime,
    organisation: Organisation,
    amount: Money,
    idempotency_key: str,
) -> Deposit:
    """Announce a deposit to the bank of `DEPOSIT_PROVIDER`; nothing is booked before it confirms (`confirm_deposit`).

    The same key again returns the same deposit; with another amount it raises `KeyUsed`. Raises `BadAmount` (field
    `amount`) outside the limits of `RULES` and in another currency than the organisation's, `ProviderOff` when no
    provider takes deposits.
    """
    require_deposit(actor, organisation)
    require_amount(amount=amount, organisation=organisation)
    provider = takes_deposits()
    if provider is None:
        raise ProviderOff
    existing = Deposit.objects.filter(organisation=organisation, idempotency_key=idempotency_key).first()
    if existing is None:
        try:
            with transaction.atomic():
                return _announce(actor, at, organisation, amount, idempotency_key, provider)
        except IntegrityError as error:
            if constraint_of(error) != "deposit_key_once":
                raise
            existing = Deposit.objects.get(organisation=organisation, idempotency_key=idempotency_key)
    # A key of a transfer that finance recorded is no key of this deposit either.
    if (existing.provider == TRANSFER, existing.amount_minor) != (False, amount.minor):
        raise KeyUsed
    return existing


def require_amount(*, amount: Money, organisation: Organisation) -> None:
    """Raise `BadAmount` (field `amount`) for what nobody pays in: out of bounds, or another currency."""
    if amount.currency != organisation.currency:
        raise BadAmount(
            fields={"amount": _("This organisation pays in %(currency)s.") % {"currency": organisation.currency}}
        )
    if not RULES.smallest_deposit_minor <= amount.minor <= RULES.largest_deposit_minor:
        raise BadAmount(fields={"amount": deposit_limits(amount.currency)})


def _announce(
    actor: Actor,
    at: datetime,
    organisation: Organisation,
    amount: Money,
    idempotency_key: str,
    provider: DepositProvider,
) -> Deposit:
    row = Deposit(
        organisation=organisation,
        amount_minor=amount.minor,
        currency=amount.currency,
        idempotency_key=idempotency_key,
        provider=provider.name,
        started_by_id=actor.user_id,
        started_at=at,
    )
    row.reference = provider.announce(row)
    row.save(force_insert=True)
    record(deposit=row, action="pay.announce_deposit", at=at, actor=actor)
    return row


def confirm_deposit(*, actor: Actor, at: datetime, provider: str, reference: str, amount: Money) -> Deposit:
    """Book a deposit the bank has received; the same report again changes nothing.

    What the client owes is paid back from it first. The report comes from the platform; from the client only while
    they play the demonstration bank (`BankReports`). Raises `NotFound` for a reference nobody announced and
    `AmountMismatch` for another amount. Side effects: ledger entries, audit, event `DepositReceived`.
    """
    with transaction.atomic():
        row = (
            Deposit.objects.select_for_update(no_key=True, of=("self",))
            .select_related("organisation")
            .exclude(provider=TRANSFER)
            .filter(provider=provider, reference=reference)
            .first()
        )
        if row is None:
            raise NotFound
        if not is_platform(actor):
            require_deposit(actor, row.organisation)
            if not may_be_played(provider=row.provider):
                raise BankReports
        if (row.amount_minor, row.currency) != (amount.minor, amount.currency):
            raise AmountMismatch(detail={"announced_minor": row.amount_minor, "reported_minor": amount.minor})
        if row.state == DepositState.RECEIVED:
            return row
        return receive(deposit=row, at=at, actor=actor)


def receive(*, deposit: Deposit, at: datetime, actor: Actor, changes: dict[str, Any] | None = None) -> Deposit:
    """Book a locked deposit whose money is there: to the client's funds, and what they owe is paid back from it."""
    amount = Money(deposit.amount_minor, deposit.currency)
    owner = deposit.organisation.public_id
    funds, debt = (AccountKind.CLIENT_FUNDS, owner), (AccountKind.CLIENT_DEBT, owner)
    owed = ledger.lock(accounts=[funds, debt], currency=deposit.currency)[debt]
    entry = booking.move(
        source=f"pay.deposit:{deposit.public_id}",
        kind="deposit",
        debit=(AccountKind.BANK, ""),
        credit=funds,
        amount=amount,
        at=at,
        actor=actor,
        memo=deposit.public_id,
    )
    if owed:
        booking.move(
            source=f"pay.repay:{deposit.public_id}",
            kind="repay_debt",
            debit=funds,
            credit=debt,
            amount=min(owed, amount, key=lambda money: money.minor),
            at=at,
            actor=actor,
            memo=deposit.public_id,
        )
    values = {"finished_at": at, "entry": entry.public_id, **(changes or {})}
    move(deposit, DepositState.RECEIVED, table=DEPOSIT, at=at, actor=actor, changes=values)
    record(deposit=deposit, action="pay.receive_deposit", at=at, actor=actor)
    publish(DepositReceived(deposit_id=deposit.pk, organisation_id=deposit.organisation_id, at=at))
    realtime.nudge(f"money.{owner}", version=deposit.pk)
    return deposit


def cancel_deposit(*, actor: Actor, at: datetime, deposit: Deposit) -> Deposit:
    """Call an announced deposit off; one already cancelled stays so. Should its money still come, it is received.

    What finance has recorded is not the client's to call off (`BankReports`).
    """
    require_deposit(actor, deposit.organisation)
    if deposit.provider == TRANSFER:
        raise BankReports
    if deposit.state != DepositState.CANCELLED:
        with transaction.atomic():
            move(deposit, DepositState.CANCELLED, table=DEPOSIT, at=at, actor=actor, changes={"finished_at": at})
            record(deposit=deposit, action="pay.cancel_deposit", at=at, actor=actor)
    return deposit


def record(*, deposit: Deposit, action: str, at: datetime, actor: Actor, **more: str) -> None:
    """Note in the client's chain of audit what happened to a deposit."""
    audit.record(
        stream=f"money.{deposit.organisation.public_id}",
        action=action,
        subject=deposit.public_id,
        at=at,
        actor=actor,
        data={"amount_minor": deposit.amount_minor, "currency": deposit.currency, "reference": deposit.reference}
        | more,
    )
