"""How fast one may ask the API: by key, by person, else by address. The rates stand in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import clock
from core.addresses import client_address
from core.limits import Rate, seconds_to_wait

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Throttle(BaseThrottle):
    """Counts one request; past the rate the answer is 429 with `Retry-After`."""

    name: ClassVar[str] = ""
    """The rate's name in `API_RATES`; empty: that of whoever asks."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether this request is within the rate."""
        kind, who = self.asker(request)
        name = self.name or kind
        self._wait = seconds_to_wait(f"{name}.{who}", Rate(*settings.API_RATES[name]), at=clock.now())
        return not self._wait

    def wait(self) -> float:
        """Seconds until the next request is within the rate."""
        return self._wait

    def asker(self, request: Request) -> tuple[str, str]:
        """`("key" | "person" | "address", who)`."""
        if request.auth is not None:
            return "key", str(request.auth.pk)
        if request.user is not None and request.user.pk is not None:
            return "person", str(request.user.pk)
        return "address", client_address(request)
