"""`/health/` says whether this process reaches what it needs."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection


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
