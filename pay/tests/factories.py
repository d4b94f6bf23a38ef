"""Funded clients, priced work and payouts for tests, made through the services."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from accounts.actors import PLATFORM
from accounts.models import AgentProfile, Organisation
from core.money import Money
from ledger.services import Line, post
from ledger.states import AccountKind
from pay.logic.rules import RULES
from pay.models import Earning, PayoutAccount
from pay.services import accept_due, price_claim
from tasks.models import Task
from tasks.tests.factories import NEXT_WEEK, served_claim

AFTER = NEXT_WEEK + timedelta(minutes=31)
"""Just after the first block."""
REVIEWED = NEXT_WEEK + timedelta(minutes=30) + RULES.review_lasts
"""When that block's earning is accepted by itself."""


class Facts:
    """What conversations and quality say in a test: units, and the two windows as (samples, mean in 0-100)."""

    def __init__(self) -> None:
        self.units = 0
        self.quality: tuple[int, Fraction] = (0, Fraction(0))
        self.satisfaction: tuple[int, Fraction] = (0, Fraction(0))


def fund(organisation: Organisation, minor: int, *, at: datetime = NEXT_WEEK) -> None:
    """Bring money into a client's funds without a bank."""
    _post(f"test:fund:{organisation.public_id}:{minor}", (AccountKind.BANK, ""), _funds(organisation), minor, at)


def reserve(task: Task, minor: int, *, at: datetime = NEXT_WEEK) -> None:
    """Fund the client and reserve all of it for `task`."""
    fund(task.programme.organisation, minor, at=at)
    place = (AccountKind.TASK_RESERVE, task.public_id)
    _post(f"test:reserve:{task.public_id}", _funds(task.programme.organisation), place, minor, at)


def _funds(organisation: Organisation) -> tuple[AccountKind, str]:
    return AccountKind.CLIENT_FUNDS, organisation.public_id


def _post(source: str, debit: Any, credit: Any, minor: int, at: datetime) -> None:
    lines = [Line(*debit, Money(minor, "CNY")), Line(*credit, Money(-minor, "CNY"))]
    post(source=source, kind="test", lines=lines, at=at, actor=PLATFORM)


def earning(*, reserved: int = 100_000, minutes: int = 30, **fields: Any) -> Earning:
    """A priced earning of one served block with `reserved` minor units behind its task."""
    claim = served_claim(minutes=minutes, **fields)
    if reserved:
        reserve(claim.task, reserved)
    return price_claim(actor=PLATFORM, at=AFTER, claim=claim)


def owed_earning(**fields: Any) -> Earning:
    """An earning that is final; its agent has an account for payouts."""
    row = earning(**fields)
    give_account(row.agent)
    accept_due(actor=PLATFORM, at=max(row.accept_at, REVIEWED))
    row.refresh_from_db()
    return row


def give_account(agent: AgentProfile) -> PayoutAccount:
    """Somewhere for the agent's money to go."""
    return PayoutAccount.objects.create(
        agent=agent, holder="王小明", bank="招商银行", number="6225880212345678", created_at=NEXT_WEEK
    )
