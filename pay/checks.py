"""What `verify_books` proves of pay: prices follow from their inputs, and the books from the prices."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from ledger.checks import Break, register
from ledger.selectors import held_by_owner, missing_guards, moved_by_memo
from ledger.states import AccountKind
from pay.logic.price import Inputs, price
from pay.models import (
    Deposit,
    Earning,
    EarningPrice,
    Payout,
    PayoutAccount,
    PayoutApproval,
    PayoutBatch,
    PayoutLine,
    PayoutRun,
)
from pay.states import OPEN, OWED, DepositState, PayoutState

_IN_FLIGHT = (PayoutState.REQUESTED, PayoutState.APPROVED, PayoutState.SENT)
_AGENT_ACCOUNTS = (AccountKind.AGENT_ACCRUED, AccountKind.AGENT_PAYABLE)
_TABLES = (
    Deposit,
    Earning,
    EarningPrice,
    Payout,
    PayoutAccount,
    PayoutApproval,
    PayoutBatch,
    PayoutLine,
    PayoutRun,
)


@register
def prices_follow_from_their_inputs() -> Iterator[Break]:
    """Every stored price is computed again from its inputs."""
    rows = EarningPrice.objects.order_by("pk").values_list(
        "earning__public_id", "version", "inputs", "amount_minor", "fee_minor"
    )
    for public_id, version, inputs, amount, fee in rows.iterator(chunk_size=2000):
        try:
            again = price(Inputs.from_json(inputs))
        except (ValueError, KeyError, TypeError) as error:
            yield Break("price follows from inputs", public_id, f"version {version} cannot be computed: {error}")
            continue
        if (again.amount_minor, again.fee_minor) != (amount, fee):
            text = f"version {version} says {amount} + {fee}, its inputs give {again.amount_minor} + {again.fee_minor}"
            yield Break("price follows from inputs", public_id, text)


@register
def earnings_stand_at_their_last_price() -> Iterator[Break]:
    """Amount, fee and version of an earning are those of its newest price, and no version is missing."""
    newest = {
        row.earning_id: row for row in EarningPrice.objects.order_by("earning_id", "-version").distinct("earning_id")
    }
    for earning in Earning.objects.annotate(prices_kept=Count("prices")).order_by("pk").iterator(chunk_size=2000):
        last = newest.get(earning.pk)
        if last is None or (last.version, last.amount_minor, last.fee_minor) != (
            earning.version,
            earning.amount_minor,
            earning.fee_minor,
        ):
            yield Break("earning stands at its last price", earning.public_id, f"stands at {earning.amount_minor}")
        elif earning.prices_kept != earning.version:
            yield Break("earning keeps every price", earning.public_id, f"{earning.prices_kept} of {earning.version}")


@register
def earnings_are_booked() -> Iterator[Break]:
    """For each earning the books moved exactly its amount to the agent and its fee to the platform."""
    earned, fees = moved_by_memo(*_AGENT_ACCOUNTS), moved_by_memo(AccountKind.PLATFORM_FEES)
    for public_id, amount, fee in Earning.objects.order_by("pk").values_list("public_id", "amount_minor", "fee_minor"):
        for what, expected, booked in (
            ("earning", amount, -earned.get(public_id, 0)),
            ("fee", fee, -fees.get(public_id, 0)),
        ):
            if expected != booked:
                yield Break(f"{what} is booked", public_id, f"{expected} expected, {booked} booked")


@register
def agents_hold_what_their_earnings_say() -> Iterator[Break]:
    """In review and owed, per agent and currency: the books and the earnings agree."""
    for kind, rows, amount in (
        (AccountKind.AGENT_ACCRUED, Earning.objects.filter(state__in=OPEN), F("amount_minor")),
        (AccountKind.AGENT_PAYABLE, Earning.objects.filter(state__in=OWED), F("amount_minor") - F("settled_minor")),
    ):
        said = {
            (owner, currency): total
            for owner, currency, total in rows.values_list("agent__public_id", "currency").annotate(total=Sum(amount))
        }
        held = held_by_owner(kind)
        for key in sorted(said.keys() | held.keys()):
            if said.get(key, 0) != held.get(key, 0):
                text = f"{kind}: earnings say {said.get(key, 0)} {key[1]}, the books hold {held.get(key, 0)}"
                yield Break("agents hold what their earnings say", key[0], text)


@register
def payouts_add_up() -> Iterator[Break]:
    """A payout is its lines; what is settled of an earning is in payouts that have not failed; large ones have two."""
    rows = Payout.objects.annotate(lined=Sum("lines__amount_minor")).order_by("pk")
    for payout in rows.iterator(chunk_size=2000):
        if payout.lined != payout.gross_minor:
            yield Break("payout is its lines", payout.public_id, f"{payout.gross_minor} paid, lines of {payout.lined}")
    in_payouts = Sum("payout_lines__amount_minor", filter=~Q(payout_lines__payout__state=PayoutState.FAILED))
    for public_id, settled, lined in Earning.objects.annotate(lined=in_payouts).values_list(
        "public_id", "settled_minor", "lined"
    ):
        if settled != (lined or 0):
            yield Break("settled is in payouts", public_id, f"{settled} settled, {lined or 0} in payouts")
    passed = Payout.objects.filter(state__in=[PayoutState.APPROVED, PayoutState.SENT, PayoutState.PAID])
    approved = passed.annotate(people=Count("approvals__user", distinct=True)).filter(people__lt=F("approvals_needed"))
    for public_id, people in approved.values_list("public_id", "people"):
        yield Break("large payouts have two approvals", public_id, f"{people} approved")


@register
def money_in_transit_is_in_payouts() -> Iterator[Break]:
    """What is on its way is exactly the payouts on their way, per currency."""
    said = dict(Payout.objects.filter(state__in=_IN_FLIGHT).values_list("currency").annotate(total=Sum("amount_minor")))
    held = {currency: minor for (_, currency), minor in held_by_owner(AccountKind.PAYOUTS_IN_TRANSIT).items()}
    for currency in sorted(said.keys() | held.keys()):
        if said.get(currency, 0) != held.get(currency, 0):
            text = f"payouts of {said.get(currency, 0)}, the books hold {held.get(currency, 0)}"
            yield Break("money in transit is in payouts", currency, text)


@register
def deposits_are_booked() -> Iterator[Break]:
    """Every received deposit came into the bank account once, and no other did; large transfers have two people."""
    banked = moved_by_memo(AccountKind.BANK)
    for public_id, state, amount in Deposit.objects.order_by("pk").values_list("public_id", "state", "amount_minor"):
        expected = amount if state == DepositState.RECEIVED else 0
        if banked.get(public_id, 0) != expected:
            text = f"{expected} expected, {banked.get(public_id, 0)} booked"
            yield Break("deposit is booked", public_id, text)
    alone = Q(approved_by=None) | Q(approved_by=F("started_by"))
    for public_id in Deposit.objects.filter(alone, state=DepositState.RECEIVED, approvals_needed__gte=2).values_list(
        "public_id", flat=True
    ):
        yield Break("large transfers have two people", public_id, "one person booked it")


@register
def guards_of_pay_stand() -> Iterator[Break]:
    """Triggers and constraints of pay's tables are in place and enabled."""
    yield from missing_guards(*_TABLES)
