"""How the API knows who is asking: an API key of a client, or the browser's own session."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as _SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services
from accounts.models import ApiKey
from accounts.selectors import verified_key
from core import clock


@dataclass(frozen=True)
class KeyBearer:
    """Stands where the framework expects a user; holds nothing but the key's row number."""

    key_id: int
    is_authenticated: bool = True
    is_active: bool = True

    @property
    def pk(self) -> str:
        return f"key-{self.key_id}"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer tl_<prefix>_<secret>`; a bad or revoked key is a 401, never anonymous."""

    def authenticate(self, request: Request) -> tuple[KeyBearer, ApiKey] | None:
        """Return the key's bearer and row; None when the request carries no key."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        at = clock.now()
        secret = words[1].decode("ascii", "replace") if len(words) == 2 else ""
        key = verified_key(secret, at)
        if key is None:
            raise AuthenticationFailed(_("This API key is unknown or was revoked."), code="bad_api_key")
        services.note_api_key_use(key=key, at=at)
        return KeyBearer(key.pk), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Tideline"'


class SessionAuthentication(_SessionAuthentication):
    """The browser's session, with the CSRF check on every write."""
