"""The world with somebody at the keyboard for each role: send a request, see what changed, take it back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.tests.matrix import addresses
from marketplace.tests.matrix.notation import Address, Verb
from marketplace.tests.matrix.unchanged import Watch
from marketplace.tests.matrix.world import World


def wrapped() -> transaction.Atomic:
    """A transaction to take back, marked as Django marks those it wraps tests in.

    Nothing but the scene reads or writes inside, so code that needs a transaction of its own may run.
    """
    block = transaction.atomic()
    block._from_testcase = True
    return block


class Scene:
    """The world, somebody at the keyboard for each role, and the watch."""

    def __init__(self) -> None:
        self.world = World()
        self.clients = {"anonymous": Client(raise_request_exception=False)}
        for name, user in self.world.roles.users.items():
            self.clients[name] = Client(raise_request_exception=False)
            self.clients[name].force_login(user)
        for name, secret in self.world.roles.secrets.items():
            bearer = {"authorization": f"Bearer {secret}"}
            self.clients[name] = Client(raise_request_exception=False, headers=bearer)
            self.clients[name].get("/api/v1/tasks/")  # notes the key's use, which the next minute will not
        self.cookies = {name: deepcopy(client.cookies) for name, client in self.clients.items()}
        self.watch = Watch()

    def ask(self, name: str, address: Address, method: str, role: str) -> tuple[Any, str, list[str]]:
        """Send what the table says, see what changed, and take it back."""
        verb = address.verbs.get(method, Verb(""))
        options = {} if method == "GET" or not address.as_json else {"content_type": "application/json"}
        return self.send(self.url(name, address), method, role, self.sent(verb), verb.origin, **options)

    def url(self, name: str, address: Address) -> str:
        """The address of the world's thing."""
        return reverse(name, kwargs=address.kwargs(self.world, list(addresses.pattern_of(name).arguments)))

    def sent(self, verb: Verb) -> dict[str, Any]:
        """What the table sends."""
        return dict(verb.send(self.world) if callable(verb.send) else verb.send)

    def send(
        self, url: str, method: str, role: str, data: Any, origin: str = "", **options: Any
    ) -> tuple[Any, str, list[str]]:
        """One request: the answer, its body, and what it changed. Everything is taken back."""
        if origin:
            options["headers"] = {"origin": origin, **options.get("headers", {})}
        if method != "GET":
            cache.clear()  # rate limits have tests of their own
        mail.outbox = []
        with wrapped():
            response = getattr(self.clients[role], method.lower())(url, data, **options)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            # After a refused statement nothing can be asked any more; nor has anything changed.
            changed = [] if response.status_code >= 500 else self.watch.changed()
            transaction.set_rollback(True)
        if response.cookies:
            self.clients[role].cookies = deepcopy(self.cookies[role])
        return response, body.decode("utf-8", "replace"), changed
