"""The door for background code: how a job is declared, and which errors make it try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from celery import Task, shared_task

from core.errors import Unavailable

F = TypeVar("F", bound=Callable[..., Any])

_queues: dict[str, str] = {}


def job(name: str, *, queue: str = "default", limit_seconds: int = 120) -> Callable[[F], Any]:
    """Declare a Celery job named `<app>.<verb_noun>` that takes keyword-only ids.

    Only `Unavailable` is tried again (5 times, backing off); anything else is a bug and is logged
    by Celery. The work is cut off softly at `limit_seconds` and hard 15 seconds later.
    """
    _queues[name] = queue
    options: dict[str, Any] = {
        "name": name,
        "soft_time_limit": limit_seconds,
        "time_limit": limit_seconds + 15,
        "autoretry_for": (Unavailable,),
        "retry_backoff": 2,
        "retry_kwargs": {"max_retries": 5},
    }

    def declare(function: F) -> Task[..., Any]:
        declared: Task[..., Any] = shared_task(**options)(function)
        return declared

    return declare


def route(name: str, *args: Any, **kwargs: Any) -> dict[str, str] | None:
    """Say which queue a job goes to (`CELERY_TASK_ROUTES`)."""
    return {"queue": _queues[name]} if name in _queues else None
