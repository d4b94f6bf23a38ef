"""How pay writes to the books: which lines each kind of movement has.

Locks: the task's reserve and the client's accounts first, then the agent's, so that two prices never wait for each
other in a circle.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.actors import PLATFORM, Actor
from core.money import Money
from ledger import services as ledger
from ledger.selectors import entry_by_public_id
from ledger.services import Line
from ledger.states import AccountKind
from pay.logic.price import split_cost
from pay.models import Earning

if TYPE_CHECKING:
    from ledger.models import Entry


def _client_accounts(earning: Earning) -> list[tuple[AccountKind, str]]:
    """What pays for an earning, in the order it is drawn on."""
    organisation = earning.organisation.public_id
    return [
        (AccountKind.TASK_RESERVE, earning.task.public_id),
        (AccountKind.CLIENT_FUNDS, organisation),
        (AccountKind.CLIENT_DEBT, organisation),
    ]


def book_cost(
    *, earning: Earning, source: str, kind: str, minor: int, to: tuple[AccountKind, str], at: datetime, actor: Actor
) -> Entry | None:
    """Book a cost of the client's: from the reserve, then the client's funds, and the rest is owed. None for zero."""
    if not minor:
        return None
    currency = earning.currency
    reserve, funds, debt = _client_accounts(earning)
    there = ledger.lock(accounts=[reserve, funds], currency=currency)
    parts = split_cost(minor, there[reserve].minor, there[funds].minor)
    lines = [Line(*account, Money(part, currency)) for account, part in zip((reserve, funds, debt), parts, strict=True)]
    lines.append(Line(*to, Money(-minor, currency)))
    return ledger.post(source=source, kind=kind, lines=lines, at=at, actor=actor, memo=earning.public_id)


def take_back(*, earning: Earning, entry: str, undo: str, at: datetime, actor: Actor) -> None:
    """Reverse the entry with public id `entry`, if there is one, back to where the money came from.

    What the client owed for it and has paid back since is owed by nobody any more: it goes to their funds instead.
    """
    if not entry:
        return
    booked = entry_by_public_id(actor=PLATFORM, public_id=entry)
    _reserve, funds, debt = _client_accounts(earning)
    owed = ledger.lock(accounts=_client_accounts(earning), currency=earning.currency)[debt]
    lent = sum(p.amount_minor for p in booked.postings.all() if (p.account.kind, p.account.owner) == debt)
    if lent > owed.minor:
        repaid = Money(lent - owed.minor, earning.currency)
        move(
            source=f"{undo}:repaid",
            kind="return_repaid",
            debit=debt,
            credit=funds,
            amount=repaid,
            at=at,
            actor=actor,
            memo=earning.public_id,
        )
    ledger.reverse(entry=booked, source=undo, at=at, actor=actor, memo=earning.public_id)


def move(
    *,
    source: str,
    kind: str,
    debit: tuple[AccountKind, str],
    credit: tuple[AccountKind, str],
    amount: Money,
    at: datetime,
    actor: Actor,
    memo: str = "",
) -> Entry:
    """A plain movement between two accounts."""
    lines = [Line(*debit, amount), Line(*credit, -amount)]
    return ledger.post(source=source, kind=kind, lines=lines, at=at, actor=actor, memo=memo)


def release_reserve(*, task: str, organisation: str, currency: str, source: str, at: datetime, actor: Actor) -> int:
    """Give what is left in a task's reserve back to the client's funds; returns the minor units moved."""
    reserve = (AccountKind.TASK_RESERVE, task)
    funds = (AccountKind.CLIENT_FUNDS, organisation)
    left = ledger.lock(accounts=[reserve, funds], currency=currency)[reserve]
    if left:
        move(source=source, kind="refund", debit=reserve, credit=funds, amount=left, at=at, actor=actor, memo=task)
    return left.minor
