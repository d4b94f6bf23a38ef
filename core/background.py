"""The door for background code: how a job is declared, and which errors make it try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from celery import Task, shared_task

from core.errors import Unavailable

F = TypeVar("F", bound=Callable[..., Any])


def job(name: str, *, queue: str = "default", limit_seconds: int = 120) -> Callable[[F], Any]:
    """Declare a Celery job named `<app>.<verb_noun>` that takes keyword-only ids.

    Only `Unavailable` is tried again (5 times, backing off); anything else is a bug and is logged
    by Celery. The work is cut off softly at `limit_seconds` and hard 15 seconds later.
    """
    options: dict[str, Any] = {
        "name": name,
        "queue": queue,
        "soft_time_limit": limit_seconds,
        "time_limit": limit_seconds + 15,
        "autoretry_for": (Unavailable,),
        "retry_backoff": 2,
        "retry_kwargs": {"max_retries": 5},
    }

    def declare(function: F) -> Task:
        declared: Task = shared_task(**options)(function)
        return declared

    return declare
