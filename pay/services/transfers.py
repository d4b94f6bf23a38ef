"""Bank transfers that finance reads from the bank's statement and books by hand; two people above the limit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from core.errors import Conflict, Invalid
from core.money import Money
from core.refusals import constraint_of
from core.states import move
from pay.errors import KeyUsed, NotATransfer, ReferenceUsed
from pay.logic.rules import RULES
from pay.models import Deposit
from pay.policies import require_approve_transfer, require_book_transfer
from pay.services.deposits import receive, record, require_amount
from pay.states import DEPOSIT, TRANSFER, DepositState

if TYPE_CHECKING:
    from accounts.models import Organisation


def record_transfer(
    *,
    actor: Actor,
    at: datetime,
    organisation: Organisation,
    amount: Money,
    reference: str,
    idempotency_key: str,
    note: str = "",
) -> Deposit:
    """Credit a client with a transfer that is on the bank's statement under `reference`.

    Up to the currency's limit in `RULES` it is booked at once; above, it waits for a second person of finance
    (`approve_transfer`). The same key again returns the same transfer, with another body it raises `KeyUsed`. Raises
    `BadAmount` (field `amount`), `ReferenceUsed` (field `reference`) for a reference that is recorded already and was
    not turned down, `OwnOrganisation`. Side effects: as `confirm_deposit`, once it is booked; audit.
    """
    require_book_transfer(actor, organisation)
    reference = " ".join(reference.split())
    if not 1 <= len(reference) <= 60 or not reference.isprintable():
        raise Invalid(fields={"reference": _("Copy the reference from the statement, 1 to 60 characters.")})
    require_amount(amount=amount, organisation=organisation)
    try:
        with transaction.atomic():
            row = Deposit.objects.create(
                organisation=organisation,
                amount_minor=amount.minor,
                currency=amount.currency,
                idempotency_key=idempotency_key,
                provider=TRANSFER,
                reference=reference,
                note=note[:200],
                approvals_needed=RULES.approvals_above_limit if RULES.needs_two(amount) else 1,
                started_by_id=actor.user_id,
                started_at=at,
            )
            record(deposit=row, action="pay.record_transfer", at=at, actor=actor)
            return row if row.approvals_needed > 1 else receive(deposit=row, at=at, actor=actor)
    except IntegrityError as error:
        if constraint_of(error) not in ("deposit_key_once", "deposit_reference_once"):
            raise
    same = Deposit.objects.filter(organisation=organisation, idempotency_key=idempotency_key).first()
    if same is None:
        raise ReferenceUsed(fields={"reference": _("A transfer with this reference is recorded already.")})
    if (same.provider, same.reference, same.amount_minor) != (TRANSFER, reference, amount.minor):
        raise KeyUsed
    return same


def approve_transfer(*, actor: Actor, at: datetime, deposit: Deposit) -> Deposit:
    """The second person saw the money on the statement: book it. Once booked, again changes nothing.

    Raises `SecondBooker` for whoever recorded it, `OwnOrganisation`, a conflict when it was turned down.
    """
    with transaction.atomic():
        row = _locked(deposit)
        require_approve_transfer(actor, row)
        if row.state == DepositState.RECEIVED:
            return row
        if row.state != DepositState.PENDING:
            raise Conflict(detail={"state": row.state})
        record(deposit=row, action="pay.approve_transfer", at=at, actor=actor)
        return receive(deposit=row, at=at, actor=actor, changes={"approved_by_id": actor.user_id})


def refuse_transfer(*, actor: Actor, at: datetime, deposit: Deposit, reason: str) -> Deposit:
    """Take a transfer that is not booked off the list (a typing error, the wrong client): its reference is free again.

    Anybody of finance may, who recorded it included; why is kept in the client's chain of audit. Once taken off, again
    changes nothing; a conflict once booked. Raises `Invalid` (field `reason`) without one of 1 to 200 characters.
    """
    if not 1 <= len(reason := reason.strip()) <= 200:
        raise Invalid(fields={"reason": _("Say why, in 1 to 200 characters.")})
    with transaction.atomic():
        row = _locked(deposit)
        require_book_transfer(actor, row.organisation)
        if row.state == DepositState.CANCELLED:
            return row
        if row.state != DepositState.PENDING:
            raise Conflict(detail={"state": row.state})
        move(row, DepositState.CANCELLED, table=DEPOSIT, at=at, actor=actor, changes={"finished_at": at})
        record(deposit=row, action="pay.refuse_transfer", at=at, actor=actor, reason=reason)
        return row


def _locked(deposit: Deposit) -> Deposit:
    rows = Deposit.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    row = rows.get(pk=deposit.pk)
    if row.provider != TRANSFER:
        raise NotATransfer
    return row
