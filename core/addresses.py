"""Where a request came from, as far as it can be believed."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks, empty when there is none.

    Each of the `TRUSTED_PROXIES` in front of the site appends the address it was asked from to `X-Forwarded-For`;
    whatever stands further left was sent by the asker and may be invented.
    """
    return _believed(str(request.META.get("REMOTE_ADDR") or ""), request.headers.get("X-Forwarded-For", ""))


def socket_address(scope: Mapping[str, Any]) -> str:
    """The same for a websocket's ASGI scope."""
    said = [value.decode("latin-1") for name, value in scope.get("headers") or () if name == b"x-forwarded-for"]
    return _believed(str((scope.get("client") or [""])[0]), ",".join(said))


def _believed(peer: str, forwarded_for: str) -> str:
    forwarded = [part.strip() for part in forwarded_for.split(",")]
    if settings.TRUSTED_PROXIES < 1 or len(forwarded) < settings.TRUSTED_PROXIES:
        return peer
    named = forwarded[-settings.TRUSTED_PROXIES]
    return named if _is_address(named) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
