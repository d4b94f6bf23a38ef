"""All tables as one, and all addresses the resolver knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from marketplace.tests.matrix import (
    open_pages,
    operations,
    pages_of_admission,
    pages_of_agents,
    pages_of_clients,
    pages_of_the_desk,
)
from marketplace.tests.matrix.notation import Address

__all__ = ["EXCLUDED", "TABLE", "every_address", "pattern_of"]

TABLE: dict[str, Address] = {
    **open_pages.TABLE,
    **pages_of_agents.TABLE,
    **pages_of_clients.TABLE,
    **pages_of_the_desk.TABLE,
    **pages_of_admission.TABLE,
    **operations.TABLE,
}
EXCLUDED: dict[str, str] = open_pages.EXCLUDED


@dataclass(frozen=True)
class Pattern:
    """A url pattern as the resolver has it."""

    name: str
    arguments: tuple[str, ...]


def every_address() -> dict[str, Pattern]:
    """Every named address but those of allauth, whose own tests cover them; a nameless one fails loudly."""
    return dict(_all())


def pattern_of(name: str) -> Pattern:
    """The pattern behind a name."""
    return _all()[name]


@cache
def _all() -> dict[str, Pattern]:
    return {pattern.name: pattern for pattern in _walk(get_resolver().url_patterns, "", [])}


def _walk(patterns: list[Any], prefix: str, arguments: list[str]) -> Iterator[Pattern]:
    for item in patterns:
        names = [*arguments, *item.pattern.regex.groupindex]
        if isinstance(item, URLResolver):
            if _is_allauth(item.urlconf_name):
                continue
            space = f"{prefix}{item.namespace}:" if item.namespace else prefix
            yield from _walk(item.url_patterns, space, names)
        elif isinstance(item, URLPattern):
            assert item.name, f"the address {item.pattern} has no name"
            yield Pattern(prefix + item.name, tuple(names))


def _is_allauth(urlconf: Any) -> bool:
    return getattr(urlconf, "__name__", "").startswith("allauth")
