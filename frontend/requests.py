"""The request as our middleware hands it to a view; for type checks only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor

if TYPE_CHECKING:
    from accounts.models import User


class PageRequest(HttpRequest):
    """A request of somebody logged in: `actor` is who they are to policies, `LANGUAGE_CODE` what they read."""

    user: User
    actor: Actor
    htmx: HtmxDetails
    LANGUAGE_CODE: str
