"""Where the embedded servers keep their data and sockets, and as whom they run.

- An ordinary user's servers run as that user, below the checkout's `.tideline` folder (0700).
- PostgreSQL refuses to run as root. For root both servers run as the system user `tideline`, with
  everything below `/var/lib/tideline/<checkout>`: no folder of root's is opened to anybody.
- A unix socket's path holds at most 107 bytes and stands in addresses: below a deep or oddly named
  checkout the sockets go to a short folder of the same owner in `/tmp`.
"""

import fcntl
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import InUse, Refused
from .system import make_system_user, readable_programs, readable_redis

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SYSTEM_USER = "tideline"
SOCKET_FOLDER_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
NEEDED_BYTES = 300 * 1024 * 1024
"""Free disk below which nothing is started: a full disk would stop PostgreSQL in the middle of work."""


@dataclass(frozen=True)
class Places:
    """The folders of one purpose (`run`, `test`, `test-2`, ...) of one checkout."""

    purpose: str
    root: Path
    """Folder of this checkout's data, all purposes together."""
    sockets: Path
    user: str | None
    """System user the servers run as; None for the one who starts them."""

    @property
    def data(self) -> Path:
        return self.root / self.purpose

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def redis(self) -> Path:
        return self.data / "redis"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}?db=0"

    def database_url(self, database: str) -> str:
        return f"postgresql://tideline@/{database}?host={self.sockets}"

    @cached_property
    def postgres_programs(self) -> Path:
        """Folder with `postgres`, `initdb`, `psql` and `pgbench` that the servers' user can read."""
        return readable_programs(self.user, self.root.parent)

    @cached_property
    def redis_program(self) -> Path:
        return readable_redis(self.user, self.root.parent)

    def make_folders(self) -> None:
        """Make the folders that hold data; raise `Refused` where that cannot be done."""
        mode = 0o755 if self.user else 0o700
        try:
            self.root.mkdir(mode=mode, parents=True, exist_ok=True)
            if not self.user:
                self.root.chmod(mode)
            (self.root / "checkout").write_text(f"{BASE_DIR}\n")
            self.data.mkdir(mode=mode, exist_ok=True)
        except OSError as error:
            raise Refused(
                f"Cannot write in {self.root}: {error.strerror}.\n"
                "Make that folder yours, or name another with TIDELINE_STATE_DIR."
            ) from error
        _require_space(self.data)

    def prepare(self) -> None:
        """Make every folder the servers need, closed to others, and their user; raise `Refused`."""
        if self.user:
            _require_open_parents(self.root)
            make_system_user(self.user)
        self.make_folders()
        for folder in (self.redis, self.sockets):
            self.make_closed(folder)

    def make_closed(self, folder: Path) -> None:
        """Make `folder` 0700 and owned by the servers' user; a link or somebody else's folder is refused."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(folder, self.user, self.user)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or (not self.user and found.st_uid != os.geteuid()):
            raise Refused(f"{folder} belongs to somebody else. Remove it, or name another with TIDELINE_STATE_DIR.")
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the purpose for this process; raise `InUse` when another process holds it.

        The lock is the kernel's and dies with its holder, so there is no such thing as a stale one.
        """
        self.make_folders()
        with (self.data / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise InUse(f"In use by process {file.read().strip() or '(unknown)'}.") from None
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def holder(self) -> int | None:
        """Return the process that holds the lock, or None."""
        try:
            with (self.data / "lock").open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(file.read().strip() or 0)
        except FileNotFoundError:
            pass
        return None


def places_of(purpose: str) -> Places:
    """Return the folders of `purpose`; reads the environment and the caller's user, touches no disk."""
    name = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:12]
    as_root = os.geteuid() == 0
    given = os.environ.get("TIDELINE_STATE_DIR")
    if given:
        root = Path(given).absolute() / name
    else:
        root = Path("/var/lib/tideline") / name if as_root else BASE_DIR / ".tideline"
    sockets = root / purpose / "sockets"
    if len(os.fsencode(sockets)) > SOCKET_FOLDER_LIMIT or not re.fullmatch(r"[\w./-]+", str(sockets), re.ASCII):
        key = hashlib.sha256(str(root).encode()).hexdigest()[:12]
        sockets = Path("/tmp") / f"tideline-{os.geteuid()}-{key}-{purpose}"  # noqa: S108  (0700, owner checked)
    return Places(purpose, root, sockets, SYSTEM_USER if as_root else None)


def _require_open_parents(folder: Path) -> None:
    for parent in folder.parents:
        if parent.exists() and not parent.stat().st_mode & stat.S_IXOTH:
            raise Refused(
                f"The servers run as the system user {SYSTEM_USER}, who cannot enter {parent}.\n"
                "Name an open folder with TIDELINE_STATE_DIR, or run as an ordinary user."
            )


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise Refused(
            f"The disk under {folder} is full: {free // 2**20} MB free, {NEEDED_BYTES // 2**20} MB needed.\n"
            "Free some space, or name a folder on another disk with TIDELINE_STATE_DIR."
        )
