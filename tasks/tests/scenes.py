"""Small worlds for tests: a client with money, a task published through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.actors import PLATFORM, Actor
from accounts.models import Organisation, Programme
from accounts.states import ClientRole
from accounts.tests.factories import ProgrammeFactory, client_actor
from core.clock import BLOCK
from core.money import Money
from ledger.selectors import held
from ledger.services import Line, post
from ledger.states import AccountKind
from tasks import services
from tasks.logic.plan import PlannedBlock
from tasks.models import RateCard, Task
from tasks.tests.factories import NEXT_WEEK, NOON, RateCardFactory


@dataclass
class Client:
    """An organisation with a programme, a rate card, a manager and money."""

    organisation: Organisation
    programme: Programme
    card: RateCard
    manager: Actor

    @property
    def funds(self) -> int:
        return held(AccountKind.CLIENT_FUNDS, self.organisation.public_id, "CNY").minor

    def reserve(self, task: Task) -> int:
        return held(AccountKind.TASK_RESERVE, task.public_id, "CNY").minor


def deposit(organisation: Organisation, minor: int, *, at: datetime = NOON) -> None:
    """Money from the bank to the client's funds."""
    post(
        source=f"test.deposit:{organisation.public_id}:{minor}:{at.isoformat()}",
        kind="deposit",
        lines=[
            Line(AccountKind.BANK, "", Money(minor, "CNY")),
            Line(AccountKind.CLIENT_FUNDS, organisation.public_id, Money(-minor, "CNY")),
        ],
        at=at,
        actor=PLATFORM,
    )


def client_with(funds: int = 1_000_000, role: ClientRole = ClientRole.MANAGER) -> Client:
    """A client with that many minor units and somebody in `role`."""
    programme = ProgrammeFactory()
    if funds:
        deposit(programme.organisation, funds)
    card = RateCardFactory(programme=programme)
    return Client(programme.organisation, programme, card, client_actor(programme.organisation, role))


def draft(client: Client, *, starts: list[datetime] | None = None, seats: int = 2, **terms: Any) -> Task:
    """A draft ready to publish: one block a week from noon unless `starts` says otherwise."""
    return services.create_task(
        actor=client.manager,
        at=NOON,
        programme=client.programme,
        title="Evening peak",
        blocks=[PlannedBlock(start, seats) for start in starts or [NEXT_WEEK]],
        **{"brief": "Answer shop customers.", "language": "en", **terms},
    )


def published(client: Client, **terms: Any) -> Task:
    """A task published through the services, open for claims."""
    return services.publish_task(actor=client.manager, at=NOON, task=draft(client, **terms))


def hours(count: int, start: datetime = NEXT_WEEK) -> list[datetime]:
    """Starts of `count` hours of blocks in a row."""
    return [start + n * BLOCK for n in range(2 * count)]
