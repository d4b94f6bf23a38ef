"""Statements: one month of what an agent was owed and was paid, read from the books.

A statement is no row of its own: it is the agent's account for that month, which is append-only, so the same month
reads the same for ever and opening balance + lines = closing balance by construction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.actors import PLATFORM, Actor
from accounts.states import StaffRole
from core.errors import NotFound
from core.money import Money
from ledger.selectors import postings_for
from ledger.states import AccountKind
from pay.logic import bankfile
from pay.models import Earning, Payout

if TYPE_CHECKING:
    from accounts.models import AgentProfile

READERS = (StaffRole.FINANCE, StaffRole.AUDITOR)
_SUBJECT = re.compile(r"\b((?:ern|pyt)_[0-9a-z]{26})\b")


@dataclass(frozen=True)
class StatementLine:
    """One movement of what an agent is owed; `amount` is negative for money paid out."""

    at: datetime
    kind: str
    """`accept`, `accept_called_off`, `top_up`, `payout`, `reverse_payout`."""
    amount: Money
    earning: Earning | None
    payout: Payout | None
    entry: str


@dataclass(frozen=True)
class Statement:
    """One agent, one month, one currency."""

    month: date
    ends_at: datetime
    """Until then lines are still added."""
    currency: str
    opening: Money
    lines: list[StatementLine]
    """Oldest first."""

    @property
    def earned(self) -> Money:
        return Money.total((line.amount for line in self.lines if line.earning), self.currency)

    @property
    def paid_out(self) -> Money:
        """What went into payouts, less what came back from failed ones."""
        return -Money.total((line.amount for line in self.lines if line.payout), self.currency)

    @property
    def closing(self) -> Money:
        return self.opening + Money.total((line.amount for line in self.lines), self.currency)


def months_with_statements(*, actor: Actor, agent: AgentProfile) -> list[tuple[date, str]]:
    """(first day of month, currency) of every month in which something moved, newest first."""
    _require(actor, agent)
    zone = ZoneInfo(agent.user.time_zone)
    rows = postings_for(actor=PLATFORM, accounts=[(AccountKind.AGENT_PAYABLE, agent.public_id)])
    found = {
        (at.astimezone(zone).date().replace(day=1), currency)
        for at, currency in rows.order_by().values_list("entry__at", "account__currency").distinct()
    }
    return sorted(found, reverse=True)


def statement(*, actor: Actor, agent: AgentProfile, month: date, currency: str) -> Statement:
    """The statement of the month that holds `month`, in the agent's time zone; in a constant number of queries."""
    _require(actor, agent)
    zone = ZoneInfo(agent.user.time_zone)
    start = datetime(month.year, month.month, 1, tzinfo=zone)
    end = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=zone)
    rows = postings_for(actor=PLATFORM, accounts=[(AccountKind.AGENT_PAYABLE, agent.public_id)])
    rows = rows.filter(account__currency=currency)
    before = sum(rows.filter(entry__at__lt=start).values_list("amount_minor", flat=True))
    moved = list(rows.filter(entry__at__gte=start, entry__at__lt=end).order_by("entry__at", "pk"))
    subjects = {posting.pk: _subject(posting.entry.memo) for posting in moved}
    ids = set(subjects.values())
    earned = Earning.objects.filter(public_id__in=ids).select_related("task", "programme", "claim")
    earnings = {earning.public_id: earning for earning in earned}
    payouts = {p.public_id: p for p in Payout.objects.filter(public_id__in=ids)}
    return Statement(
        month=start.date(),
        ends_at=end,
        currency=currency,
        opening=Money(-before, currency),
        lines=[
            StatementLine(
                at=posting.entry.at,
                kind=posting.entry.kind,
                amount=Money(-posting.amount_minor, currency),
                earning=earnings.get(subjects[posting.pk]),
                payout=payouts.get(subjects[posting.pk]),
                entry=posting.entry.public_id,
            )
            for posting in moved
        ],
    )


def statement_file(found: Statement) -> str:
    """A statement as CSV; the amounts in major units, each line with the id it can be opened by."""
    return bankfile.write(
        [
            _("date"),
            _("what"),
            _("reference"),
            _("task"),
            _("amount"),
            _("currency"),
            _("block starts"),
            _("block ends"),
        ],
        [
            [
                line.at.isoformat(),
                line.kind,
                line.earning.public_id if line.earning else line.payout.public_id if line.payout else line.entry,
                line.earning.task.title if line.earning else "",
                line.amount.decimal,
                found.currency,
                line.earning.claim.starts_at.isoformat() if line.earning else "",
                line.earning.claim.ends_at.isoformat() if line.earning else "",
            ]
            for line in found.lines
        ],
    )


def _subject(memo: str) -> str:
    match = _SUBJECT.search(memo)
    return match.group(1) if match else ""


def _require(actor: Actor, agent: AgentProfile) -> None:
    if actor.agent_id != agent.pk and not actor.is_staff(*READERS):
        raise NotFound
