"""`/health/`: can this process reach what it needs? For the supervisor, the proxy and containers."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when PostgreSQL and Redis answer, else 503; says which, never why."""
    parts = {"database": _answers(_ask_database), "redis": _answers(_ask_redis)}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _answers(ask: Any) -> bool:
    try:
        ask()
    except Exception:
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    cache.get("health")
