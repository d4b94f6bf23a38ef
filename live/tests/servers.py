"""The real site in a process of its own, under either ASGI server, that a test may kill."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SERVERS = ("daphne", "uvicorn")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(server: str, *, port: int, application: str = "marketplace.asgi:application") -> list[str]:
    """What starts `application` on a port of this machine under one of `SERVERS`."""
    options = {
        "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), application],
        "uvicorn": ["-m", "uvicorn", "--port", str(port), "--log-level", "warning", application],
    }
    return [sys.executable, *options[server]]


class Site:
    """One server process; started, killed and started again on the same port."""

    def __init__(self, server: str, log: Path, application: str = "marketplace.asgi:application") -> None:
        self.server, self.log, self.application = server, log, application
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def start(self, *, cpu: int | None = None) -> None:
        """Start and wait until it answers; on one processor only when `cpu` is given."""
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "marketplace.settings"}
        environment |= {"BASE_URL": f"http://{self.host}", "PYTHONPATH": str(ROOT)}
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command(self.server, port=self.port, application=self.application),
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=(lambda: os.sched_setaffinity(0, {cpu})) if cpu is not None else None,
            )
        self._wait()

    def _wait(self) -> None:
        ends = time.monotonic() + 60
        while time.monotonic() < ends and self.process is not None and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.server} did not start:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """As a power cut would: no handler of any kind runs."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, then make it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def cpu_seconds(self) -> float:
        """Processor time the process has used, all threads."""
        if self.process is None:
            return 0.0
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def site(
    server: str, log: Path, *, application: str = "marketplace.asgi:application", cpu: int | None = None
) -> Iterator[Site]:
    """A running site, ended with the block."""
    made = Site(server, log, application)
    made.start(cpu=cpu)
    try:
        yield made
    finally:
        made.stop()
