"""The request as our middleware hands it to a view; for type checks only. See docs/decisions/0205."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import ResolverMatch
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor

if TYPE_CHECKING:
    from accounts.models import User


class SiteRequest(HttpRequest):
    """A request of anybody: `actor` is who they are to policies, `LANGUAGE_CODE` what they read."""

    actor: Actor
    htmx: HtmxDetails
    resolver_match: ResolverMatch
    LANGUAGE_CODE: str


class PageRequest(SiteRequest):
    """A request of somebody logged in, as every page takes that is not marked public."""

    user: User
