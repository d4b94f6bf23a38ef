"""States of a task and of a claim, and who may see a task they cannot accept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import StateTable


class TaskKind(models.TextChoices):
    """What sort of work is posted."""

    PEAK = "peak", _("Peak")


class TaskState(models.TextChoices):
    """Where a task stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    STAFFING = "staffing", _("Open for claims")
    RUNNING = "running", _("Running")
    SETTLING = "settling", _("Settling")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


TASK = StateTable(
    TaskState,
    initial=[TaskState.DRAFT],
    edges={
        TaskState.DRAFT: [TaskState.PUBLISHED, TaskState.CANCELLED],
        TaskState.PUBLISHED: [TaskState.STAFFING, TaskState.CANCELLED],
        TaskState.STAFFING: [TaskState.RUNNING, TaskState.CANCELLED],
        TaskState.RUNNING: [TaskState.SETTLING, TaskState.CANCELLED],
        TaskState.SETTLING: [TaskState.CLOSED],
    },
)
"""Published: the money is reserved. Staffing: claims are open. Settling: every block is over, judging goes on."""

CLAIMABLE = (TaskState.STAFFING, TaskState.RUNNING)
"""States in which blocks that have not started may be claimed."""

LIVE = (TaskState.PUBLISHED, TaskState.STAFFING, TaskState.RUNNING)
"""States in which there is still work to come."""


class ClaimState(models.TextChoices):
    """Where an agent's commitment to a block stands."""

    COMMITTED = "committed", _("Committed")
    RELEASED_FREE = "released_free", _("Released")
    RELEASED_LATE = "released_late", _("Released late")
    SERVED = "served", _("Served")
    PARTIAL = "partial", _("Served in part")
    NO_SHOW = "no_show", _("No show")
    WAIVED = "waived", _("Waived")


CLAIM = StateTable(
    ClaimState,
    initial=[ClaimState.COMMITTED],
    edges={
        ClaimState.COMMITTED: [
            ClaimState.RELEASED_FREE,
            ClaimState.RELEASED_LATE,
            ClaimState.SERVED,
            ClaimState.PARTIAL,
            ClaimState.NO_SHOW,
            ClaimState.WAIVED,
        ],
    },
)
"""Waived: the client cancelled the block; it counts neither for nor against the agent."""

HOLDS_SEAT = (ClaimState.COMMITTED, ClaimState.SERVED, ClaimState.PARTIAL, ClaimState.NO_SHOW)
"""Claims in these states take a seat of their block and the agent's time."""

WORKED = (ClaimState.SERVED, ClaimState.PARTIAL)
"""Claims in these states are paid for."""

COUNTED = (ClaimState.SERVED, ClaimState.PARTIAL, ClaimState.NO_SHOW, ClaimState.RELEASED_LATE)
"""Claims in these states count as committed minutes in adherence."""


class Visibility(models.TextChoices):
    """What an agent who does not meet a task's requirement gets to see of it."""

    SEE = "see", _("Everybody sees it, only eligible agents can claim")
    PREVIEW = "preview", _("Others see a preview: title, times and what is missing")
    HIDDEN = "hidden", _("Others do not see it")
