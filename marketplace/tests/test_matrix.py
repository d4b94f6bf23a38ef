"""Role x verb over every address: who may, who is refused, that a refused verb changed nothing, that no list leaks.

The expectations are in `marketplace/tests/matrix/`, one table for each area; an address in none of them fails here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseNotFound
from django.urls import Resolver404, resolve, reverse

from marketplace import urls
from marketplace.tests.contract import operation_at
from marketplace.tests.matrix import addresses
from marketplace.tests.matrix.notation import Address
from marketplace.tests.matrix.roles import A_FEW, AGENTS, KEYS, PEOPLE
from marketplace.tests.matrix.scene import Scene, wrapped
from marketplace.tests.matrix.world import NOW

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#?]*)')
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STRANGERS = {"nobody", "stranger", "key_stranger", "other_agent", "newcomer"}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker) -> Iterator[Scene]:  # type: ignore[no-untyped-def]
    # Half of all answers say that there is nothing; how such a page looks has tests of its own.
    bare = mock.patch.object(urls, "handler404", _bare)
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), bare, wrapped():
        yield Scene()
        transaction.set_rollback(True)


def _bare(request, exception):  # type: ignore[no-untyped-def]
    return HttpResponseNotFound()


def outcome_of(response) -> str:  # type: ignore[no-untyped-def]
    """What kind of answer this is, in the words of the tables."""
    status = response.status_code
    if status >= 500:
        return f"broken ({status})"
    if status == 401 or (status == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL))):
        return "log in"
    if status == 404:
        return "nothing"
    if status == 302 and response["Location"].startswith(reverse("public:second_factor")):
        return "told"
    if status in (403, 409, 422) or _says_no(response):
        return "told"
    return "may" if status < 400 else f"refused ({status})"


def _says_no(response) -> bool:  # type: ignore[no-untyped-def]
    """A page that answers with the reason instead of a status: the redirect carries it as a message."""
    if response.status_code not in (302, 204, 200):
        return False
    return any(message.level_tag == "error" for message in _messages(response))


def _messages(response):  # type: ignore[no-untyped-def]
    from django.contrib.messages import get_messages

    return get_messages(response.wsgi_request) if hasattr(response.wsgi_request, "_messages") else []


CASES = [
    pytest.param(name, address, method, id=f"{name}-{method}")
    for name, address in sorted(addresses.TABLE.items())
    for method in address.verbs
]


def test_every_address_is_in_a_table():
    known = set(addresses.TABLE) | set(addresses.EXCLUDED)
    missing = sorted(set(addresses.every_address()) - known)
    assert not missing, (
        f"These addresses are in no table: {missing}. Say who may use them in marketplace/tests/matrix/ "
        f"(open_pages.py, operations.py, or the pages_of_….py of its area)."
    )
    gone = sorted(known - set(addresses.every_address()))
    assert not gone, f"These tables name addresses that no longer exist: {gone}."


@pytest.mark.slow
@pytest.mark.parametrize(("name", "address", "method"), CASES)
def test_who_may(scene: Scene, name: str, address: Address, method: str) -> None:
    verb, private = address.verbs[method], scene.world.private()
    wrong: dict[str, list[str]] = defaultdict(list)
    people = A_FEW if method == "GET" and verb.may == "EVERYBODY" else PEOPLE
    for role in [*people, *(KEYS if address.keys else [])]:
        response, body, changed = scene.ask(name, address, method, role)
        expected, seen = verb.outcome(role), outcome_of(response)
        operation = operation_at(response.wsgi_request.path, method)
        if operation and (complaint := operation.complaint(response)):
            wrong[complaint].append(role)
        said = f"({response.status_code}) {_why(response, body)}"
        if seen != expected:
            wrong[f"expected {expected!r}, saw {seen!r} {said}"].append(role)
        if verb.changes_for(role) and not changed:
            wrong[f"may, but nothing changed {said}"].append(role)
        if changed and not verb.changes_for(role):
            wrong[f"{expected}, but changed {changed}"].append(role)
        if seen == "may" and method == "GET" and role not in STRANGERS and (dead := dead_links(body, role)):
            wrong[f"links that find nothing: {dead}"].append(role)
        if role in STRANGERS and not address.by_secret:
            url = response.wsgi_request.get_full_path()
            leaks = [what for what, text in private[role in AGENTS].items() if text in body and text not in url]
            if leaks:
                wrong[f"reads {leaks}"].append(role)
    assert not wrong, "\n".join([f"{method} {name}", *(f"{' '.join(who)}: {what}" for what, who in wrong.items())])


def dead_links(body: str, role: str) -> list[str]:
    """Links of a page to the world's things that would find nothing for whoever reads it."""
    dead = []
    for path in sorted(set(LINK.findall(body))):
        try:
            address = addresses.TABLE.get(resolve(path).view_name)
        except Resolver404:
            dead.append(path)
        else:
            if address and "GET" in address.verbs and address.verbs["GET"].outcome(role) == "nothing":
                dead.append(path)
    return dead


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(addresses.TABLE))
def test_other_methods_do_nothing(scene: Scene, name: str) -> None:
    address, wrong = addresses.TABLE[name], []
    role = sorted(role for role in [*PEOPLE, *KEYS] if next(iter(address.verbs.values())).outcome(role) == "may")[0]
    for method in (m for m in METHODS if m not in address.verbs):
        response, _body, changed = scene.ask(name, address, method, role)
        if response.status_code != 405 or changed:
            wrong.append(f"{method} by {role}: {response.status_code}, changed {changed}")
    assert not wrong, "\n".join([name, *wrong])


def _why(response, body: str) -> str:  # type: ignore[no-untyped-def]
    """What the answer says, for the one who reads the failure."""
    context = getattr(response, "context", None)
    errors = [dict(form.errors) for form in [context.get("form")] if getattr(form, "errors", None)] if context else []
    said = [str(message) for message in _messages(response)]
    where = response.get("Location", "")
    return f"{where} {errors or ''} {said or ''} {body[:200] if body.startswith('{') else ''}".strip()
