"""How an expectation is written: one line for each address, naming who may, and who is told that they may not.

`may` are the roles a verb works for; `told` those who are refused with the reason (403, 409, or the page again with
a message); everybody else finds nothing (404), and a visitor is sent to log in (401 by API). `send` is what is
posted: it has to be right, since a verb that may work is expected to change something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.tests.matrix.roles import expand

Sent = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Verb:
    """One method of one address."""

    may: str
    told: str = ""
    send: Sent = field(default_factory=dict)
    changes: bool | str = False
    """Whether it changes rows for those who may (or the roles it does so for); reading writes nothing unless it says
    so here."""
    origin: str = ""
    """The page of somebody else that asks, where a browser would say so."""

    def changes_for(self, role: str) -> bool:
        """Whether rows are expected to change."""
        if isinstance(self.changes, str):
            return role in expand(self.changes)
        return self.changes and self.outcome(role) == "may"

    def outcome(self, role: str) -> str:
        """`may`, `told`, `log in` or `nothing`."""
        if role in expand(self.may):
            return "may"
        if role in ("anonymous", "key_revoked"):
            return "log in"
        return "told" if role in expand(self.told) else "nothing"


@dataclass(frozen=True)
class Address:
    """One named url: what stands in it, and its verbs."""

    verbs: Mapping[str, Verb]
    on: str | Mapping[str, Any] = ""
    keys: bool = False
    """Whether API keys knock here as well as people."""
    as_json: bool = False
    by_secret: bool = False
    """Whoever knows the address, or what is sent to it, may read what it shows."""

    def kwargs(self, world: Any, names: list[str]) -> dict[str, Any]:
        """The url's arguments: the thing's public id, or what `on` says of each."""
        if isinstance(self.on, str):
            return {names[0]: getattr(world, self.on).public_id} if names else {}
        return {name: value(world) if callable(value) else value for name, value in self.on.items()}


def page(may: str, told: str = "", *, on: str | Mapping[str, Any] = "", query: Sent | None = None) -> Address:
    """A page that is only read."""
    return Address({"GET": Verb(may, told, query or {})}, on)


def act(
    may: str, told: str = "", *, on: str | Mapping[str, Any] = "", send: Sent | None = None, changes: bool | str = True
) -> Address:
    """A button."""
    return Address({"POST": Verb(may, told, send or {}, changes)}, on)


def form(
    may: str,
    told: str = "",
    *,
    on: str | Mapping[str, Any] = "",
    send: Sent | None = None,
    read: str = "",
    reading: str = "",
    changes: bool | str = True,
) -> Address:
    """A page with its form; `read` are those who may look, where they are more than may send."""
    get = Verb(read or may, reading if read else told)
    return Address({"GET": get, "POST": Verb(may, told, send or {}, changes)}, on)


def api(*, on: str | Mapping[str, Any] = "", **verbs: Verb) -> Address:
    """Operations of the API, by method."""
    return Address(verbs, on, keys=True, as_json=True)


def public(*, on: str | Mapping[str, Any] = "", by_secret: bool = False) -> Address:
    """A page for anybody."""
    return Address({"GET": Verb("EVERYBODY")}, on, by_secret=by_secret)
