"""The real site for browser tests, in processes of its own, on the test's database and Redis.

The web alone, or the whole: a Celery worker and beat too, the sweepers on a quick schedule. The web runs under Daphne;
`TIDELINE_TEST_ASGI=uvicorn` chooses the other server (`make test-elsewhere`).
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from live.tests.servers import command, free_port

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60


class Site:
    """The processes of one site. `folder` holds its log, the mail it sends and the seconds its clock runs ahead."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.address = f"http://localhost:{self.port}"
        self.log, self.clock, self.mail = folder / "site.log", folder / "clock", folder / "mail"
        self.folder = folder
        self.set_clock(0)
        self._web: subprocess.Popen[bytes] | None = None
        self._background: list[subprocess.Popen[bytes]] = []

    def set_clock(self, seconds: float) -> None:
        """Let the site's clock run that many seconds ahead, for all its processes from one moment on."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock)  # whoever reads at this moment finds the old number or the new one

    def start(self) -> None:
        """Start the web, on the same port every time, and wait until it answers."""
        self._web = self._run(*command(os.environ.get("TIDELINE_TEST_ASGI", "daphne"), port=self.port))
        self._wait()

    def kill(self) -> None:
        """End the web as a power cut would: no handler of any kind runs."""
        assert self._web is not None
        self._web.kill()
        self._web.wait()

    def start_background(self) -> None:
        """Start a Celery worker and beat; what waits for them is done as soon as they are up."""
        queues = "default,mail,score,pay"
        celery = (sys.executable, "-m", "celery", "--quiet", "-A", "e2e.background")
        self._background = [
            self._run(*celery, "worker", "-Q", queues, "-c", "1", "-l", "warning"),
            self._run(*celery, "beat", "-s", str(self.folder / "beat"), "-l", "warning"),
        ]

    def stop(self) -> None:
        """End every process, gently where it listens."""
        running = [process for process in (self._web, *self._background) if process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "TIDELINE_ENV": "test",
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
            "BASE_URL": self.address,
            "TIDELINE_CLOCK_OFFSET_FILE": str(self.clock),
            "TIDELINE_MAIL_DIR": str(self.mail),
            # Run by root, Celery warns of it at every start.
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }
        with self.log.open("ab") as out:
            return subprocess.Popen(
                words,
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait(self) -> None:
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends and self._web is not None and self._web.poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/appearance/", timeout=2)  # noqa: S310
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the site did not start:\n{self.log.read_text()[-4000:]}")


@contextlib.contextmanager
def serve(folder: Path, *, workers: bool = False) -> Iterator[Site]:
    """Run the site until the block ends; `workers` adds a Celery worker and beat."""
    site = Site(folder)
    try:
        if workers:
            site.start_background()
        site.start()
        yield site
    finally:
        site.stop()
