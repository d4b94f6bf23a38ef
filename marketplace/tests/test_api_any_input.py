"""Whatever is sent to the API by whomever: an answer its description knows, never a 500, and a refusal changes nothing.

Schemathesis makes the requests from the description, right ones and wrong ones; most of them are bent onto things that
exist, with bodies that are right but for one field, and sent by somebody who may. Every run makes the same requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.tests.contract import described, operation_at
from marketplace.tests.matrix import addresses
from marketplace.tests.matrix.notation import Verb
from marketplace.tests.matrix.unchanged import Watch
from marketplace.tests.matrix.world import NOW, World

EXAMPLES = 24
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ["key", "key_tasks_read", "key_stranger", "key_revoked", "owner", "analyst", "agent", "newcomer", "anonymous"]
CSRF = "c" * 32
API = schemathesis.openapi.from_dict(described())
OPERATIONS = [pytest.param(result.ok(), id=result.ok().label) for result in API.get_all_operations()]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Real:
    """What the matrix of roles sends to an operation: an address of something that exists, and a right body."""

    path_parameters: dict[str, str]
    body: dict[str, Any]
    origin: str
    may: tuple[str, ...]
    """Roles it works for."""


class Site:
    """The world, who may knock, and the watch."""

    def __init__(self) -> None:
        self.world = World()
        roles = self.world.roles
        self.credentials: dict[str, dict[str, dict[str, str]]] = {"anonymous": {}}
        for role in ROLES[:-1]:
            if role in roles.secrets:
                bearer = {"Authorization": f"Bearer {roles.secrets[role]}"}
                Client().get("/api/v1/tasks/", headers=bearer)  # notes the key's use
                self.credentials[role] = {"headers": bearer}
            else:
                browser = Client()
                browser.force_login(roles.users[role])
                cookies = {"sessionid": browser.cookies["sessionid"].value, "csrftoken": CSRF}
                self.credentials[role] = {"headers": {"X-CSRFToken": CSRF}, "cookies": cookies}
        self.app = get_wsgi_application()
        self.watch = Watch()
        self.real = dict(self._real())

    def _real(self) -> Iterator[tuple[tuple[str, str], Real]]:
        for name, address in addresses.TABLE.items():
            if not address.as_json:
                continue
            url = reverse(name, kwargs=address.kwargs(self.world, list(addresses.pattern_of(name).arguments)))
            for method, verb in address.verbs.items():
                if operation := operation_at(url, method):
                    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path)
                    found = re.fullmatch(pattern, url)
                    assert found
                    may = tuple(role for role in ROLES if verb.outcome(role) == "may")
                    yield (operation.path, method), Real(found.groupdict(), self._sent(verb), verb.origin, may)

    def _sent(self, verb: Verb) -> dict[str, Any]:
        return dict(verb.send(self.world) if callable(verb.send) else verb.send)

    def ask(self, case: Any, role: str) -> None:
        """Send it, judge the answer, take back what it did."""
        cache.clear()  # rate limits have tests of their own
        with transaction.atomic():
            response = case.call(app=self.app, base_url="http://localhost", **self.credentials[role])
            changed = self.watch.changed()
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)
        assert response.status_code < 400 or not changed, f"{response.status_code}, but changed {changed}"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        made = Site()
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)  # as Django's own test client does
        yield made
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_sent_gets_an_answer_that_is_described(site: Site, operation: Any) -> None:
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=st.one_of(right, wrong), role=st.sampled_from(ROLES), bent=st.integers(0, 4), pick=st.integers(0, 99))
    @settings(
        derandomize=True,
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any, role: str, bent: int, pick: int) -> None:
        real = site.real[operation.path, operation.method.upper()]
        if bent:
            bend(case, real, pick)
        site.ask(case, real.may[pick % len(real.may)] if bent > 1 else role)

    send()


def bend(case: Any, real: Real, pick: int) -> None:
    """Turn a case to a thing that exists; of its body one field stays, the others are right."""
    case.path_parameters = dict(real.path_parameters)
    if real.origin:
        case.headers["Origin"] = real.origin
    if isinstance(case.body, dict):
        kept = sorted(case.body)[pick % len(case.body) :][:1] if case.body else []
        case.body = {**real.body, **{name: case.body[name] for name in kept}}
