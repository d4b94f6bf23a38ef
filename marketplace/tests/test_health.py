"""`/health/` says whether this process reaches what it needs."""

import re

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection

from accounts.tests.factories import AgentFactory


@pytest.mark.django_db
def test_health_is_open_and_says_all_is_well(client):
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "redis": True})


@pytest.mark.django_db
@pytest.mark.parametrize(("target", "name", "part"), [(connection, "cursor", "database"), (cache, "get", "redis")])
def test_health_fails_without_a_server(client, monkeypatch, target, name, part):
    def down(*args, **kwargs):
        raise OperationalError("no such server: secret.internal")

    monkeypatch.setattr(target, name, down)
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()[part] is False
    assert b"secret.internal" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/agent/", "/client/tasks/", "/api/v1/tasks/"])
def test_every_door_says_unavailable_while_the_database_is_away(client, monkeypatch, path):
    """Whether a view fails or, before any view, the session that says who asks."""

    def down(*args, **kwargs):
        raise OperationalError("no such server: secret.internal")

    client.force_login(AgentFactory().user)
    client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", down)
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"secret.internal" not in answer.content
    assert re.search(b"Nothing (you saved )?was lost", answer.content)
