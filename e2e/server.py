"""The real site for browser tests: Daphne in a process of its own, on the test's database and Redis."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serve(*, log: Path, clock_file: Path, port: int | None = None) -> Iterator[str]:
    """Run the site until the block ends; yields its address. `clock_file` holds the seconds its clock runs ahead."""
    port = port or free_port()
    address = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "TIDELINE_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "BASE_URL": address,
        "TIDELINE_CLOCK_OFFSET_FILE": str(clock_file),
    }
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "marketplace.asgi:application"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait(address, process, log)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/appearance/", timeout=2)  # noqa: S310
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the site did not start:\n{log.read_text()[-4000:]}")
