"""Work as an agent finds it: open tasks with the reason for or against each, one task with its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.actors import Actor
from accounts.logic import UsualHours, in_usual_hours
from accounts.policies import require_onboarded
from accounts.selectors import organisation_names_for
from certification.logic.credentials import Credentials
from certification.selectors import standards_by_slug
from core.errors import NotFound
from core.money import Money
from tasks import eligibility
from tasks.eligibility import Explanation
from tasks.logic.commitment import is_hot
from tasks.models import Block, Claim, Task
from tasks.selectors.eligibility import AgentFacts, agent_facts, fixes_for, requirement_of
from tasks.states import CLAIMABLE, HOLDS_SEAT, LIVE, Visibility

NO_TIER = "certification"


@dataclass(frozen=True)
class WorkFilter:
    """What an agent narrows the list by; empty values mean anything."""

    industry: str = ""
    language: str = ""
    day: date | None = None
    eligible_only: bool = False
    usual_hours: UsualHours = field(default_factory=dict)
    """Only tasks with a block that lies in these, in the agent's own time."""


@dataclass(frozen=True)
class OfferedBlock:
    """One coming block as one agent sees it."""

    block: Block
    is_hot: bool
    my_claim: Claim | None = None

    @property
    def seats_left(self) -> int:
        return self.block.seats_left

    @property
    def is_full(self) -> bool:
        return self.block.seats_left <= 0

    def suits(self, hours: UsualHours, zone: ZoneInfo) -> bool:
        """Whether there is a seat for the agent and it lies wholly in their usual hours, in their time zone."""
        if self.is_full and self.my_claim is None:
            return False
        return in_usual_hours(hours, self.block.starts_at.astimezone(zone), self.block.ends_at.astimezone(zone))


@dataclass(frozen=True)
class OfferedTask:
    """One task as one agent sees it. A preview leaves out the brief and who the client is."""

    task: Task
    explanation: Explanation
    client_name: str
    blocks: tuple[OfferedBlock, ...]
    unit_price: Money
    floor_rate: Money
    mine: int
    """How many coming blocks of the task the agent holds, whatever the list is narrowed by."""
    is_preview: bool = False

    @property
    def eligible(self) -> bool:
        return self.explanation.eligible

    @property
    def seats_left(self) -> int:
        return sum(max(0, b.seats_left) for b in self.blocks)

    @property
    def is_hot(self) -> bool:
        return any(b.is_hot for b in self.blocks)

    @property
    def starts_at(self) -> datetime:
        return self.blocks[0].block.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.blocks[-1].block.ends_at

    @property
    def can_claim(self) -> bool:
        return self.eligible and self.task.state in CLAIMABLE


def open_tasks(actor: Actor, *, at: datetime, filters: WorkFilter | None = None) -> list[OfferedTask]:
    """Tasks with coming blocks that this agent may know of, each explained; soonest first, hot ones before others.

    Hidden tasks are in it only when the agent is eligible. The number of queries does not depend on the tasks.
    Raises `NotOnboarded` and the like for those who may not work yet.
    """
    require_onboarded(actor)
    wanted = filters or WorkFilter()
    coming = Block.objects.filter(starts_at__gt=at, cancelled_at=None).order_by("starts_at")
    if wanted.day is not None:
        zone = ZoneInfo(actor.time_zone)
        begin = datetime.combine(wanted.day, datetime.min.time(), zone)
        coming = coming.filter(starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1))
    rows = _tasks().filter(Exists(coming.filter(task=OuterRef("pk"))), state__in=LIVE)
    if wanted.industry:
        rows = rows.filter(programme__industry=wanted.industry)
    if wanted.language:
        rows = rows.filter(language=wanted.language)
    tasks = list(rows.prefetch_related(Prefetch("blocks", coming, to_attr="coming")).order_by("starts_at", "pk"))
    offered = _offer(tasks, actor, at)
    if wanted.eligible_only:
        offered = [o for o in offered if o.eligible]
    if wanted.usual_hours:
        zone = ZoneInfo(actor.time_zone)
        offered = [o for o in offered if any(b.suits(wanted.usual_hours, zone) for b in o.blocks)]
    return sorted(offered, key=lambda o: (not o.can_claim, not o.is_hot, o.starts_at, o.task.pk))


def open_task(public_id: str, *, actor: Actor, at: datetime) -> OfferedTask:
    """One published task with all its coming blocks, for one agent; `NotFound` when they may not know of it.

    Agents who hold or held a block of it keep seeing it whatever became of the task.
    """
    require_onboarded(actor)
    coming = Block.objects.filter(starts_at__gt=at, cancelled_at=None).order_by("starts_at")
    rows = _tasks().filter(public_id=public_id, published_at__isnull=False)
    task = rows.prefetch_related(Prefetch("blocks", coming, to_attr="coming")).first()
    if task is None:
        raise NotFound
    offered = _offer([task], actor, at)
    if not offered or (
        task.state not in LIVE and not Claim.objects.filter(task=task, agent_id=actor.agent_id).exists()
    ):
        raise NotFound
    return offered[0]


def block_for_agent(public_id: str, *, actor: Actor, at: datetime) -> Block:
    """A block the agent may know of, to claim it; `NotFound` otherwise."""
    rows = Block.objects.select_related("task").only("public_id", "task__public_id", "task__visibility")
    block = rows.filter(public_id=public_id, task__published_at__isnull=False).first()
    if block is None:
        raise NotFound
    if block.task.visibility != Visibility.SEE:
        open_task(block.task.public_id, actor=actor, at=at)
    return block


def _tasks() -> QuerySet[Task]:
    return Task.objects.select_related("programme__organisation", "rate_card")


def _offer(tasks: Sequence[Task], actor: Actor, at: datetime) -> list[OfferedTask]:
    if actor.agent_id is None:
        raise NotFound
    mine = agent_facts([actor.agent_id], at)[actor.agent_id]
    requirements = {task.pk: requirement_of(task) for task in tasks}
    fixes = fixes_for(requirements.values(), mine, actor.agent_id, language=actor.language)
    names = organisation_names_for(
        actor, {t.programme.organisation for t in tasks}, certified_for=_certified_for(mine.credentials)
    )
    claims = {
        claim.block_id: claim
        for claim in Claim.objects.filter(
            agent_id=actor.agent_id, task__in=[t.pk for t in tasks], state__in=HOLDS_SEAT, ends_at__gt=at
        )
    }
    offered = []
    for task in tasks:
        organisation_id = task.programme.organisation_id
        answer = eligibility.explain(requirements[task.pk], mine.towards(organisation_id), fixes=fixes)
        holds = any(block.pk in claims for block in task.coming)  # type: ignore[attr-defined]
        if not answer.eligible and task.visibility == Visibility.HIDDEN and not holds:
            continue
        preview = not answer.eligible and task.visibility == Visibility.PREVIEW and not holds
        name = task.programme.organisation.alias if preview else names[organisation_id]
        offered.append(_one(task, answer, name, mine, claims, at, preview=preview))
    return offered


def _one(
    task: Task,
    answer: Explanation,
    client_name: str,
    mine: AgentFacts,
    claims: dict[int, Claim],
    at: datetime,
    *,
    preview: bool,
) -> OfferedTask:
    blocks = tuple(
        OfferedBlock(
            block,
            is_hot(starts_at=block.starts_at, seats=block.seats, seats_taken=block.seats_taken, at=at),
            claims.get(block.pk),
        )
        for block in task.coming  # type: ignore[attr-defined]
    )
    card = task.rate_card
    tier = str(mine.credentials.tier or NO_TIER)
    return OfferedTask(
        task=task,
        explanation=answer,
        client_name=client_name,
        blocks=blocks,
        unit_price=Money(card.unit_price_minor[tier], card.currency),
        floor_rate=Money(card.floor_rate_minor, card.currency),
        mine=sum(claim.task_id == task.pk and claim.starts_at > at for claim in claims.values()),
        is_preview=preview,
    )


def _certified_for(credentials: Credentials) -> set[int]:
    """Organisations one of whose programmes the agent holds a valid certificate for."""
    standards = standards_by_slug(credentials.certificates)
    return {s.programme.organisation_id for s in standards.values() if s.programme is not None}


def industries_with_work(*, at: datetime) -> list[str]:
    """Industries that have a coming block anywhere, for the filter."""
    rows = Task.objects.filter(state__in=LIVE, ends_at__gt=at).values_list("programme__industry", flat=True)
    return sorted(set(rows.order_by()))


def languages_with_work(*, at: datetime) -> list[str]:
    """Languages that have a coming block anywhere, for the filter."""
    return sorted(
        set(Task.objects.filter(state__in=LIVE, ends_at__gt=at).order_by().values_list("language", flat=True))
    )
