"""`make run` from a path with spaces: starts, is reached, survives a fall, ends clean, recovers from a kill."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from marketplace.embedded import Places, Refused
from marketplace.run import ports
from marketplace.run.__main__ import require_its_files
from marketplace.run.supervisor import Child, Supervisor, end_leftovers, read_procfile, write_record

HOST = "127.0.0.1"


def free_pair():
    """Two ports from those of this worker: the other one starts sites at the same time."""
    first = 18000 + 500 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return next(p for p in range(first, first + 500, 2) if ports.is_free(p, HOST) and ports.is_free(p + 1, HOST))


# -- Ports ---------------------------------------------------------------------------------------


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_refused_with_another(taken, monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", str(taken))
    with pytest.raises(Refused, match=rf"Port {taken} is taken(.|\n)*make run PORT=\d+"):
        ports.choose(tmp_path / "ports.json", HOST)


@pytest.mark.parametrize("text", ["x", "0", "-1", "65535", "99999"])
def test_a_port_that_is_none_is_refused(text, monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Refused, match="not a port"):
        ports.choose(tmp_path / "ports.json", HOST)


def test_a_checkout_keeps_its_ports_and_moves_on_when_they_are_taken(monkeypatch, tmp_path):
    monkeypatch.delenv("PORT", raising=False)
    first = free_pair()
    monkeypatch.setattr(ports, "FIRST", first)
    monkeypatch.setattr(ports, "LAST", first + 20)
    remembered = tmp_path / "ports.json"
    assert ports.choose(remembered, HOST) == (first, first + 1)
    assert ports.choose(remembered, HOST) == (first, first + 1)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        other.bind((HOST, first + 1))
        other.listen()
        site, shop = ports.choose(remembered, HOST)
        assert site > first + 1
        assert shop == site + 1
    assert ports.choose(remembered, HOST) == (site, shop)


# -- Supervisor ----------------------------------------------------------------------------------


def supervise(tmp_path, *commands):
    children = [Child(f"part{number}", list(command)) for number, command in enumerate(commands)]
    return Supervisor(children, environment=dict(os.environ), cwd=tmp_path, record=tmp_path / "processes.json")


def test_procfile_fills_names_and_keeps_spaces(tmp_path):
    (tmp_path / "Procfile").write_text("# note\nweb: python -m x --port $PORT --dir $RUN_DIR/s\n")
    (child,) = read_procfile(tmp_path / "Procfile", {"PORT": "1", "RUN_DIR": "/a b"})
    assert (child.name, child.command[1:]) == ("web", ["-m", "x", "--port", "1", "--dir", "/a b/s"])


def test_a_fallen_child_is_started_again(tmp_path):
    supervisor = supervise(tmp_path, ["sleep", "600"])
    supervisor.start()
    try:
        first = supervisor.children[0].process
        first.kill()
        first.wait()
        deadline = time.monotonic() + 10
        while supervisor.children[0].process in {None, first}:
            supervisor.watch()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert supervisor.children[0].process.pid != first.pid
    finally:
        supervisor.stop()


def watch_without_patience(supervisor, child):
    for _turn in range(500):
        child.start_at = 0.0
        supervisor.watch()
        time.sleep(0.02)


def test_a_child_that_keeps_falling_is_given_up_with_its_last_words(tmp_path):
    supervisor = supervise(tmp_path, ["sh", "-c", "echo no licence; exit 3"])
    supervisor.start()
    child = supervisor.children[0]
    try:
        with pytest.raises(Refused, match=r"part0 ended 5 times within a minute(.|\n)*no licence"):
            watch_without_patience(supervisor, child)
    finally:
        supervisor.stop()


def test_a_database_without_its_files_is_refused(tmp_path):
    places = Places("run", tmp_path, tmp_path / "sockets", None)
    require_its_files(places, tmp_path / "files")  # a first start
    places.postgres.mkdir(parents=True)
    with pytest.raises(Refused, match="make reset"):
        require_its_files(places, tmp_path / "files")
    (tmp_path / "files").mkdir()
    require_its_files(places, tmp_path / "files")


@pytest.mark.slow
def test_stop_leaves_no_grandchild(tmp_path):
    supervisor = supervise(tmp_path, ["sh", "-c", "trap '' TERM; sleep 601 & wait"])
    supervisor.start()
    time.sleep(0.3)
    family = psutil.Process(supervisor.children[0].process.pid).children(recursive=True)
    assert family
    supervisor_stop_seconds = 0.5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("marketplace.run.supervisor.STOP_SECONDS", supervisor_stop_seconds)
        supervisor.stop()
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert not supervisor.record.exists()


def test_leftovers_of_a_killed_run_are_ended_and_others_spared(tmp_path):
    record = tmp_path / "processes.json"
    ours = subprocess.Popen(["sleep", "600"])
    other = subprocess.Popen(["sleep", "600"])
    try:
        write_record(record, [ours.pid])
        text = record.read_text()
        # a number used anew: same pid, other start time
        record.write_text(text.replace("]]", f"], [{other.pid}, 1.0]]"))
        assert end_leftovers(record) == 1
        assert ours.poll() is not None
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


# -- The whole -----------------------------------------------------------------------------------


class Checkout:
    """A copy of this checkout whose `make run` stands on its own; the environment and builds are shared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_pair()
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=settings.BASE_DIR, capture_output=True, check=True
        ).stdout.decode()
        for name in listed.splitlines():
            source = settings.BASE_DIR / name
            if source.is_file() and not source.is_symlink():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, folder / name)
        for name in (".venv", "node_modules"):
            (folder / name).symlink_to((settings.BASE_DIR / name).resolve())
        shutil.copytree(settings.BASE_DIR / "frontend" / "dist", folder / "frontend" / "dist")
        kept = {"PATH", "LANG", "USER", "LOGNAME", "HOME"}
        self.environment = {name: value for name, value in os.environ.items() if name in kept}
        self.environment |= {"PORT": str(self.port), "TIDELINE_SEED": "0"}
        self.log = folder / "run.log"

    def make(self, *goals):
        return subprocess.run(
            ["make", *goals],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def run(self):
        with self.log.open("wb") as log:
            run = subprocess.Popen(
                ["make", "run"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 120
        while "Ctrl-C stops everything" not in self.log.read_text():
            assert run.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return run

    def processes(self):
        """Everything that runs in this checkout or on its data."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                text = " ".join([process.cwd(), *process.cmdline(), process.environ().get("RUN_DIR", "")])
                if str(self.folder) in text or self.state in text:
                    found.append(process)
        return found

    @property
    def state(self):
        """The folder of the embedded servers' data, asked of the checkout itself."""
        if not hasattr(self, "_state"):
            code = "from marketplace.embedded import places_of; print(places_of('run').root)"
            asked = subprocess.run(
                [".venv/bin/python", "-c", code],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                check=True,
            )
            self._state = asked.stdout.strip()
        return self._state

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=10) as answer:
            return answer.status


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "a path with spaces"
    made = Checkout(folder)
    yield made
    made.make("stop")
    left = made.processes()
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    shutil.rmtree(made.state, ignore_errors=True)
    assert left == []


@pytest.mark.slow
def test_run_starts_serves_recovers_and_leaves_nothing(checkout):
    run = checkout.run()
    assert checkout.health() == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{checkout.port + 1}/", timeout=10) as shop:
        assert shop.status == 200

    # a second start in the same folder is told where the first one is
    second = checkout.make("run")
    assert second.returncode != 0
    assert f"already runs from this folder at http://localhost:{checkout.port}" in second.stderr
    assert "make stop" in second.stderr
    assert "make stop" in checkout.make("reset").stderr

    # a killed web process comes back
    web = next(p for p in checkout.processes() if "daphne" in " ".join(p.cmdline()))
    web.kill()
    deadline = time.monotonic() + 60
    while True:
        time.sleep(0.2)
        with contextlib.suppress(OSError):
            if checkout.health() == 200:
                break
        assert time.monotonic() < deadline, checkout.log.read_text()

    # the supervisor killed: nothing lives on
    supervisor = next(p for p in checkout.processes() if "marketplace.run" in p.cmdline())
    supervisor.kill()
    run.wait(10)
    deadline = time.monotonic() + 30
    while checkout.processes():
        assert time.monotonic() < deadline, checkout.processes()
        time.sleep(0.2)

    # and the next start recovers; ^C (to the whole group, as a terminal sends it) ends it clean
    run = checkout.run()
    assert checkout.health() == 200
    os.killpg(run.pid, signal.SIGINT)
    run.wait(60)
    assert "nothing is left running" in checkout.log.read_text()
    assert checkout.processes() == []
    assert checkout.make("reset").returncode == 0
    assert not (Path(checkout.state) / "run" / "postgres").exists()
