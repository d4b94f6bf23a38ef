"""Tasks as the client who posted them (and platform staff) see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import can_staff, require_scope
from accounts.states import StaffRole
from core.errors import NotFound, Text
from core.money import Money
from tasks import eligibility
from tasks.errors import InvalidRequirement
from tasks.logic.budget import BPS, Quote, called_off_minor, seat_price
from tasks.logic.rules import RULES
from tasks.models import Block, Claim, Task
from tasks.selectors.rates import READ, budget_terms, newest_rate_card, price_plan
from tasks.selectors.requirements import vocabulary
from tasks.states import HOLDS_SEAT, WORKED, ClaimState, TaskState

_DRAFT_READERS = (StaffRole.OPERATOR, StaffRole.AUDITOR)
"""What a client has not published is its own affair: of the platform's people these read it."""


def _sum_of_blocks(field: str) -> Coalesce:
    rows = Block.objects.filter(task=OuterRef("pk"), cancelled_at=None).order_by().values("task")
    return Coalesce(Subquery(rows.annotate(total=Sum(field)).values("total"), output_field=IntegerField()), 0)


def tasks_for(actor: Actor) -> QuerySet[Task]:
    """Tasks of the organisations the actor acts for, with `seats` and `taken` counted.

    Platform staff see every published task, operators and auditors the unpublished, too. An API key without the
    scope is told so (`ScopeNeeded`).
    """
    require_scope(actor, *READ)
    rows = Task.objects.select_related("programme__organisation", "rate_card", "created_by").annotate(
        seats=_sum_of_blocks("seats"), taken=_sum_of_blocks("seats_taken")
    )
    if can_staff(actor, *_DRAFT_READERS):
        return rows
    may = Q(programme__organisation_id__in=actor.clients.keys())
    return rows.filter(may | Q(published_at__isnull=False) if can_staff(actor) else may)


def task_by_public_id(public_id: str, *, actor: Actor) -> Task:
    """One of `tasks_for`; `NotFound` otherwise."""
    task = tasks_for(actor).prefetch_related("blocks").filter(public_id=public_id).first()
    if task is None:
        raise NotFound
    return task


def state_counts(actor: Actor) -> dict[str, int]:
    """How many tasks the actor sees in each state."""
    rows = tasks_for(actor).order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    return dict(rows)


def claims_of_task(task: Task, *, actor: Actor) -> QuerySet[Claim]:
    """Every claim on a task of one's own organisation, by time."""
    if not can_staff(actor) and not actor.is_client(task.programme.organisation_id):
        raise NotFound
    rows = Claim.objects.filter(task=task).select_related("agent", "block")
    return rows.order_by("starts_at", "committed_at", "pk")


@dataclass(frozen=True)
class Fill:
    """One block of the fill chart."""

    block: Block
    checked_in: int
    served: int
    no_show: int


def fill_of(task: Task, *, actor: Actor) -> list[Fill]:
    """Seats, claims, and who came, per block; two queries."""
    if not can_staff(actor) and not actor.is_client(task.programme.organisation_id):
        raise NotFound
    counted = task.blocks.annotate(
        came=Count("claims", filter=Q(claims__checked_in_at__isnull=False, claims__state__in=HOLDS_SEAT)),
        done=Count("claims", filter=Q(claims__state__in=[ClaimState.SERVED, ClaimState.PARTIAL])),
        missed=Count("claims", filter=Q(claims__state=ClaimState.NO_SHOW)),
    )
    return [Fill(b, b.came, b.done, b.missed) for b in counted.order_by("starts_at")]


@dataclass(frozen=True)
class Preview:
    """What publishing a draft would reserve, opened up."""

    quote: Quote
    currency: str

    @property
    def budget(self) -> Money:
        return Money(self.quote.total_minor, self.currency)

    @property
    def work(self) -> Money:
        return Money(self.quote.work_minor, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.quote.fee_minor, self.currency)

    @property
    def floor(self) -> Money:
        return Money(self.quote.floor_minor, self.currency)


def preview_price(task: Task, *, blocks: Iterable[tuple[int, int]] | None = None) -> Preview:
    """The price of a draft as it stands (or of other blocks), under the newest rate card."""
    card = newest_rate_card(task.programme) if task.state == TaskState.DRAFT else task.rate_card
    card = card or task.rate_card
    plan = blocks if blocks is not None else [(b.seats, b.bonus_minor) for b in task.blocks.all()]
    return Preview(price_plan(card, task.expected_units_per_seat, plan), card.currency)


@dataclass(frozen=True)
class Consequence:
    """What cancelling a task does, in numbers."""

    blocks_called_off: int
    blocks_kept: int
    claims_waived: int
    agents_freed: int
    claims_soon: int
    """Of the waived claims, those called off late: they are paid a share of their floor."""
    agents_paid: int
    share_percent: int
    hours: int
    pay: Money
    """What the claims called off late earn together."""
    returned: Money
    kept: Money
    """For blocks that have started."""


def lacking(task: Task, blocks: Sequence[Block], *, at: datetime) -> dict[str, Text | list[Text]]:
    """What keeps a draft with `blocks`, first to last, from being published at `at`, by field; money aside."""
    lacks: dict[str, Text | list[Text]] = {}
    if not task.title:
        lacks["title"] = _("Give it a title of 3 to 120 characters.")
    if not task.brief.strip():
        lacks["brief"] = _("Tell agents what the work is about.")
    if not blocks:
        lacks["blocks"] = _("Add at least one block.")
    elif blocks[0].starts_at <= at:
        lacks["blocks"] = _("The first block has already begun. Move it into the future.")
    elif task.claims_open_at is not None and task.claims_open_at >= blocks[0].starts_at:
        lacks["claims_open_at"] = _("Claims have to open before the first block starts.")
    try:
        eligibility.parse(task.requirement, vocabulary=vocabulary())
    except InvalidRequirement as invalid:
        lacks |= invalid.fields
    return lacks


def cancel_consequence(task: Task, *, actor: Actor, at: datetime) -> Consequence:
    """What would happen if the task were cancelled at `at`; nothing is changed."""
    if not can_staff(actor) and not actor.is_client(task.programme.organisation_id):
        raise NotFound
    coming = task.blocks.filter(starts_at__gt=at, cancelled_at=None)
    claims = Claim.objects.filter(task=task, block__in=coming, state=ClaimState.COMMITTED)
    numbers = claims.aggregate(
        n=Count("pk"),
        agents=Count("agent", distinct=True),
    )
    late = called_off_late(claims, at=at)
    soon = late.aggregate(n=Count("pk"), agents=Count("agent", distinct=True))
    pay = Money(called_off_pay(late), task.currency)
    called_off = coming.count()
    kept = Money.zero(task.currency)
    returned = Money.zero(task.currency)
    if task.state != TaskState.DRAFT:
        kept = Money(owed_at_most(task, but_not_after=at), task.currency)
        returned = Money(task.budget_minor, task.currency) - kept - pay
    return Consequence(
        blocks_called_off=called_off,
        blocks_kept=task.blocks.filter(cancelled_at=None).count() - called_off,
        claims_waived=numbers["n"],
        agents_freed=numbers["agents"],
        claims_soon=soon["n"],
        agents_paid=soon["agents"],
        share_percent=int(RULES.late_cancel_share * 100),
        hours=RULES.late_cancel_hours,
        pay=pay,
        returned=returned,
        kept=kept,
    )


def called_off_late(claims: QuerySet[Claim], *, at: datetime) -> QuerySet[Claim]:
    """Those of `claims` that are paid a share when their block is called off at `at`."""
    return claims.filter(starts_at__lt=at + timedelta(hours=RULES.late_cancel_hours))


def called_off_pay(claims: QuerySet[Claim], *, share_bps: int | None = None) -> int:
    """What `claims`, called off late, earn together (minor units), at today's share unless another is named."""
    bps = int(RULES.late_cancel_share * BPS) if share_bps is None else share_bps
    rates = claims.order_by().values_list("rate_card__floor_rate_minor").annotate(n=Count("pk"))
    return sum(n * called_off_minor(rate, bps) for rate, n in rates)


def claims_that_cost(task: Task) -> int:
    """How many claims of a task are paid for, or may still be: worked, called off late, or not decided yet."""
    return Claim.objects.filter(
        Q(state__in=[ClaimState.COMMITTED, *WORKED]) | Q(called_off_bps__gt=0), task=task
    ).count()


def owed_at_most(task: Task, *, but_not_after: datetime | None = None) -> int:
    """Minor units that claims holding a seat may still cost, with the fee on them, and what those called off late earn.

    With `but_not_after`, as if blocks that start later had been called off.
    """
    terms = budget_terms(task.rate_card, task.expected_units_per_seat)
    rows = Claim.objects.filter(task=task, state__in=set(HOLDS_SEAT) - {ClaimState.NO_SHOW})
    if but_not_after is not None:
        rows = rows.filter(starts_at__lte=but_not_after)
    counted = rows.order_by().values(bonus=F("block__bonus_minor")).annotate(n=Count("pk")).values_list("bonus", "n")
    called_off = Claim.objects.filter(task=task, called_off_bps__gt=0)
    shares = called_off.order_by().values_list("called_off_bps", flat=True).distinct()
    paid = sum(called_off_pay(called_off.filter(called_off_bps=bps), share_bps=bps) for bps in shares)
    return paid + sum(n * seat_price(terms, bonus_minor=bonus).total_minor for bonus, n in counted)
