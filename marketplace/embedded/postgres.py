"""One PostgreSQL server from the wheel, driven by its own programs."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil

from .errors import Refused
from .places import Places
from .processes import spawn, stop

FAST_AND_UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "update_process_title": "off",
    "jit": "off",
}
"""For tests: nothing survives a power cut, and nothing has to."""

START_SECONDS = 60


class Postgres:
    """A server with the superuser `tideline`, reachable through the socket of its places."""

    def __init__(self, places: Places, *, durable: bool) -> None:
        self.places = places
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.places.postgres / "server.log"

    def start(self) -> None:
        """Make the data folder where there is none, end what a killed run left, start and wait until it answers."""
        if not self.places.postgres.exists():
            self._initialise()
        self._end_leftover()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.places.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "300",
            "log_line_prefix": "%m %p ",
            **({} if self.durable else FAST_AND_UNSAFE),
        }
        command: list[str | Path] = [self.places.postgres_programs / "postgres", "-D", self.places.postgres]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("wb") as log:
            self.process = spawn(
                command,
                death_signal=signal.SIGINT,
                user=self.places.user,
                cwd=self.places.postgres,
                stdout=log,
            )
        self._wait_until_ready(self.process)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, gently=signal.SIGINT, patience_seconds=20)

    def ensure_database(self, name: str) -> None:
        """Create the database `name` where it does not exist."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.places.database_url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there whole, so that a cut leaves no half of one."""
        half = self.places.data / "postgres-unfinished"
        shutil.rmtree(half, ignore_errors=True)
        self.places.make_closed(half)
        command: list[str | Path] = [self.places.postgres_programs / "initdb", "-D", half, "-U", "tideline"]
        command += ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        process = spawn(command, user=self.places.user, cwd=half, stdout=subprocess.PIPE)
        output, _ = process.communicate()
        if process.returncode:
            raise Refused(f"PostgreSQL could not make its data folder:\n{output.decode(errors='replace').strip()}")
        half.rename(self.places.postgres)

    def _end_leftover(self) -> None:
        """End a server that still runs on this data folder, and forget one that does not."""
        pid_file = self.places.postgres / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            pid_file.unlink(missing_ok=True)
            return
        try:
            left = psutil.Process(pid)
            ours = left.name() == "postgres" and str(self.places.postgres) in left.cmdline()
        except psutil.NoSuchProcess:
            ours = False
        if not ours:  # gone, or its number belongs to somebody else now
            pid_file.unlink(missing_ok=True)
            return
        for ending in (None, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            try:
                if ending:
                    left.send_signal(ending)
                left.wait(5)
            except psutil.NoSuchProcess:
                pass
            except psutil.TimeoutExpired:
                continue
            break
        pid_file.unlink(missing_ok=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        pid_file = self.places.postgres / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                lines = pid_file.read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        self.stop()
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise Refused(f"PostgreSQL did not start. The end of {self.log}:\n{tail}")
