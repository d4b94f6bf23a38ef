"""Posted work: a task and its half-hour blocks."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from core.clock import BLOCK
from core.ids import PublicIdField
from tasks.states import TASK, TaskKind, TaskState, Visibility


class Task(models.Model):
    """A piece of work a client posts for a programme. Amounts are in minor units of `currency`."""

    public_id = PublicIdField(prefix="tsk")
    programme = models.ForeignKey("accounts.Programme", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=TaskKind.choices, default=TaskKind.PEAK)
    title = models.CharField(_("title"), max_length=120)
    brief = models.TextField(_("brief"), blank=True)
    language = models.CharField(_("language of the work"), max_length=8)
    state = TASK.field()
    rate_card = models.ForeignKey("tasks.RateCard", on_delete=models.PROTECT, related_name="+")
    requirement = models.JSONField(_("requirement"), default=dict)
    """Groups of predicates, see `tasks.eligibility`; `{}` asks for nothing."""
    visibility = models.CharField(_("who sees it"), max_length=8, choices=Visibility.choices, default=Visibility.SEE)
    expected_units_per_seat = models.PositiveSmallIntegerField(_("conversations expected per seat"), default=4)
    max_blocks_per_agent = models.PositiveSmallIntegerField(_("blocks one agent may hold"), null=True, blank=True)
    claims_open_at = models.DateTimeField(_("claims open at"), null=True, blank=True)
    budget_minor = models.BigIntegerField(default=0)
    """What publishing reserved."""
    currency = models.CharField(max_length=3)
    typed = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """A draft's form as it was typed, also where it is not valid yet."""
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    """Start of the first block, set at publishing."""
    ends_at = models.DateTimeField(null=True)
    """End of the last block, set at publishing."""
    settles_at = models.DateTimeField(null=True)
    """When what is left of the reserve goes back."""
    settled_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            TASK.constraint("task"),
            models.CheckConstraint(
                condition=models.Q(state__in=[TaskState.DRAFT, TaskState.CANCELLED])
                | models.Q(
                    published_at__isnull=False, starts_at__isnull=False, ends_at__isnull=False, budget_minor__gt=0
                ),
                name="task_published_with_budget",
            ),
            models.CheckConstraint(condition=models.Q(visibility__in=Visibility.values), name="task_visibility_known"),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="task_by_state"),
            models.Index(fields=["programme", "-id"], name="task_of_programme"),
        ]
        triggers = TASK.triggers("task")

    def __str__(self) -> str:
        return self.title


class Block(models.Model):
    """Thirty minutes of a task with a number of seats. `seats_taken` is kept by the trigger on claims."""

    public_id = PublicIdField(prefix="blk")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="blocks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.PositiveIntegerField()
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    bonus_minor = models.PositiveIntegerField(default=0)
    """Paid for this block on top of the rate card's bonus."""
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["task", "starts_at"], name="block_once_per_time"),
            models.CheckConstraint(
                condition=models.Q(ends_at=models.F("starts_at") + BLOCK), name="block_lasts_half_an_hour"
            ),
            models.CheckConstraint(
                condition=RawSQL(
                    "mod(extract(epoch from starts_at)::bigint, 1800) = 0", (), output_field=models.BooleanField()
                ),
                name="block_starts_on_the_half_hour",
            ),
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="block_has_a_seat"),
            models.CheckConstraint(condition=models.Q(seats_taken__lte=models.F("seats")), name="block_not_overfull"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="block_by_time")]
        triggers = [
            pgtrigger.Trigger(
                name="block_starts_empty",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.seats_taken := 0; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} at {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def seats_left(self) -> int:
        return self.seats - self.seats_taken
