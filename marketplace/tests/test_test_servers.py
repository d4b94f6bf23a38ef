"""The servers tests run on are what the tests believe them to be."""

import os
import socket

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_socket import SocketConnectBlockedError


@pytest.mark.django_db
def test_database_is_postgresql_18_of_this_worker():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('server_version_num')::int / 10000")
        name, major = cursor.fetchone()
    assert name == connection.settings_dict["NAME"]
    assert name.endswith(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    assert major >= 18


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_starts_every_test_empty(turn):
    assert cache.get("left") is None
    cache.set("left", turn)
    assert cache.get("left") == turn


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_outside_network_is_closed():
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))
