"""The API door of accounts; `actor_of(request)` says who is asking, for every app's API."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.actors import ANONYMOUS, Actor, actor_for, actor_for_key


def actor_of(request: Request) -> Actor:
    """The actor of an API request: its key's, else the logged-in person's, else `ANONYMOUS`."""
    from accounts.models import ApiKey

    actor: Actor | None = getattr(request, "_tideline_actor", None)
    if actor is None:
        if isinstance(request.auth, ApiKey):
            actor = actor_for_key(request.auth)
        else:
            actor = actor_for(request.user) if request.user else ANONYMOUS
        request._tideline_actor = actor  # type: ignore[attr-defined]
    return actor
