"""Child processes that never outlive the one who started them."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdout: IO[Any] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; the kernel sends it `death_signal` when this process dies.

    A session of its own keeps Ctrl-C in the terminal with the parent, who stops its children in order.
    Call it from the main thread: Linux counts the death of the *thread* that forked.
    """
    account: dict[str, Any] = {}
    if user:
        entry = pwd.getpwnam(user)
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT if stdout is not None else None,
        cwd=cwd,
        env=env,
        start_new_session=True,
        preexec_fn=follow_parent(death_signal),
        **account,
    )


def follow_parent(death_signal: signal.Signals, *, parent: int | None = None) -> Callable[[], None]:
    """Return a function that ties the life of the process that calls it to `parent` (this one).

    Linux only; elsewhere the function does nothing and a later start ends what was left.
    """
    parent = parent or os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None

    def tie() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # died before it could be followed
                os._exit(1)

    return tie


def stop(process: subprocess.Popen[bytes], *, gently: signal.Signals, patience_seconds: float = 10.0) -> None:
    """Ask `process` to end with `gently`, wait, then kill it with everything in its session."""
    if process.poll() is None:
        process.send_signal(gently)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
