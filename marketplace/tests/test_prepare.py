"""`manage.py prepare`: migrates always, builds the demo world once, and anew when it was cut short."""

import pytest
from django.core.cache import cache
from django.core.management import CommandError
from django.db import connection

from accounts.tests.factories import ProgrammeFactory, client_user
from core import clock
from marketplace.demo.shop import follow_shop
from marketplace.management.commands import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch, settings, tmp_path):
    """What `prepare` calls, in order, with the demo world's mark at that moment."""
    made = []
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("TIDELINE_SEED", raising=False)
    monkeypatch.delenv("TIDELINE_EMBEDDED", raising=False)
    monkeypatch.setattr(prepare, "get_commands", lambda: {"seed_demo": "marketplace"})

    def call(name, **_options):
        made.append((name, prepare._mark()))
        if name == "migrate":
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE IF NOT EXISTS made_by_migrate (id int)")

    monkeypatch.setattr(prepare, "call_command", call)
    return made


def run():
    prepare.Command().handle()


def test_an_empty_database_gets_the_demo_world_once(calls):
    prepare._start_over()
    run()
    assert calls == [("migrate", prepare.BUILDING), ("seed_demo", prepare.BUILDING)]
    assert prepare._mark() == prepare.BUILT
    run()
    assert calls[2:] == [("migrate", prepare.BUILT)]


def test_a_demo_world_cut_short_is_built_anew_from_nothing(calls, monkeypatch, tmp_path):
    (tmp_path / "audit").mkdir()
    (tmp_path / "keys").mkdir()
    prepare._set_mark(prepare.BUILDING)
    assert connection.introspection.table_names()
    run()
    assert connection.introspection.table_names() == ["made_by_migrate"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo-shop.txt", "keys"]
    assert [name for name, _mark in calls] == ["migrate", "seed_demo"]
    assert prepare._mark() == prepare.BUILT


def test_a_failing_demo_world_stays_marked_as_unfinished(calls, monkeypatch):
    def fail(name, **_options):
        if name == "seed_demo":
            raise CommandError("no space left")

    monkeypatch.setattr(prepare, "call_command", fail)
    prepare._start_over()
    with pytest.raises(CommandError):
        run()
    assert prepare._mark() == prepare.BUILDING


def test_a_database_with_tables_of_its_own_is_only_migrated(calls):
    run()
    assert calls == [("migrate", None)]


def test_the_demo_world_can_be_left_out(calls, monkeypatch):
    monkeypatch.setenv("TIDELINE_SEED", "0")
    prepare._start_over()
    run()
    assert calls == [("migrate", None)]


def test_demo_programmes_follow_the_shop_to_another_port(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.SHOP_URL = "http://localhost:8001"
    ours = ProgrammeFactory(allowed_origins=["https://shop.example", "http://localhost:8001"])
    other = ProgrammeFactory(allowed_origins=["http://localhost:8003"])
    client_user(ours.organisation)
    follow_shop(at=clock.now())
    settings.SHOP_URL = "http://localhost:9001"
    follow_shop(at=clock.now())
    ours.refresh_from_db()
    other.refresh_from_db()
    assert ours.allowed_origins == ["https://shop.example", "http://localhost:9001"]
    assert other.allowed_origins == ["http://localhost:8003"]


def test_queues_of_our_own_redis_are_emptied_with_the_database(calls, monkeypatch):
    cache.set("left", 1)
    prepare._start_over()
    assert cache.get("left") == 1
    monkeypatch.setenv("TIDELINE_EMBEDDED", "1")
    prepare._start_over()
    assert cache.get("left") is None
