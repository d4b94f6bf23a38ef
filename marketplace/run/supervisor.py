"""Processes kept running together: started in order, restarted when they fall, stopped in reverse.

Why not honcho or supervisord: `docs/decisions/0003-supervisor.md`.
"""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import psutil

from marketplace.embedded import Refused
from marketplace.embedded.processes import spawn

GIVE_UP_AFTER = 5
WITHIN_SECONDS = 60.0
STOP_SECONDS = 15.0


class Child:
    """One line of the Procfile, and the process that runs it now."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.falls: deque[float] = deque(maxlen=GIVE_UP_AFTER)
        self.start_at = 0.0
        self.tail: deque[str] = deque(maxlen=20)


class Supervisor:
    """Runs children until told to stop. Use from the main thread only (see `processes.spawn`)."""

    def __init__(self, children: list[Child], *, environment: Mapping[str, str], cwd: Path, record: Path) -> None:
        self.children = children
        self.environment = dict(environment)
        self.cwd = cwd
        self.record = record
        self.stopping = False
        self._width = max(len(child.name) for child in children)

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def watch(self) -> None:
        """Look after the children once; raise `Refused` when one keeps falling."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_fall(child, child.process.returncode, now)
            if child.process is None and now >= child.start_at:
                self._start(child)

    def stop(self) -> None:
        """Ask all children to end, wait, then kill what is left of them and of what they started."""
        self.stopping = True
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.record.unlink(missing_ok=True)

    def _start(self, child: Child) -> None:
        child.process = spawn(
            child.command, env=self.environment, cwd=self.cwd, stdout=subprocess.PIPE, death_signal=signal.SIGTERM
        )
        threading.Thread(target=self._relay, args=(child, child.process), daemon=True).start()
        write_record(self.record, [c.process.pid for c in self.children if c.process is not None])

    def _note_fall(self, child: Child, code: int, now: float) -> None:
        if child.process is not None:  # what it started has to go too before a new one starts
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
        child.process = None
        child.falls.append(now)
        if len(child.falls) == GIVE_UP_AFTER and now - child.falls[0] < WITHIN_SECONDS:
            tail = "\n".join(child.tail)
            raise Refused(f"{child.name} ended {GIVE_UP_AFTER} times within a minute. Its last words:\n{tail}")
        child.start_at = now + min(2.0 ** (len(child.falls) - 1), 15.0) - 1.0
        self._print(child.name, f"ended with code {code}; starting it again")

    def _relay(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101
        with process.stdout:
            for line in process.stdout:
                text = line.decode(errors="replace").rstrip()
                child.tail.append(text)
                self._print(child.name, text)

    def _print(self, name: str, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # the terminal is gone
            sys.stdout.write(f"{name:<{self._width}} | {text}\n")
            sys.stdout.flush()


def read_procfile(path: Path, environment: Mapping[str, str]) -> list[Child]:
    """Return the Procfile's processes, `$NAMES` filled in and `python` being the one that runs this."""
    children = []
    for line in path.read_text().splitlines():
        name, colon, command = line.partition(":")
        if not colon or name.startswith("#"):
            continue
        words = [_fill(word, environment) for word in shlex.split(command)]
        words[0] = sys.executable if words[0] == "python" else words[0]
        children.append(Child(name.strip(), words))
    return children


def _fill(word: str, environment: Mapping[str, str]) -> str:
    for name in sorted(environment, key=len, reverse=True):
        word = word.replace(f"${name}", environment[name])
    return word


def write_record(path: Path, pids: list[int]) -> None:
    """Write down who runs, with start times, so that a later start can end what a killed run left."""
    rows = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            rows.append([pid, psutil.Process(pid).create_time()])
    half = path.with_suffix(".unfinished")
    half.write_text(json.dumps(rows))
    half.replace(path)


def end_leftovers(path: Path) -> int:
    """End the processes of a killed run that still live; return how many. Pids used anew are left alone."""
    try:
        rows = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0
    left = []
    for pid, created in rows:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < 1:
                left += [process, *process.children(recursive=True)]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _gone, alive = psutil.wait_procs(left, timeout=10)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    path.unlink(missing_ok=True)
    return len(left)
