"""The whole chain on parts that are not ours (`make test-elsewhere`): PostgreSQL and Redis of the distribution.

Both are started here, by hand, on free ports of 127.0.0.1, with passwords, in a temporary folder; the application's
role may create databases and nothing more. The chain then runs once under Daphne and once under uvicorn. Programs are
looked for on the path and in Debian's folders; `ELSEWHERE_POSTGRES=/folder/bin` and `ELSEWHERE_REDIS=/redis-server`
name others.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from live.tests.servers import ROOT, SERVERS, free_port
from marketplace.embedded.processes import spawn, stop
from marketplace.embedded.system import make_system_user

START_SECONDS = 30
SYSTEM_USER = "tideline" if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root."""


class Missing(Exception):
    """A server is not installed; the text says how to install it."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def postgres_programs() -> Path:
    """The folder of the newest `postgres` of the distribution."""
    named = os.environ.get("ELSEWHERE_POSTGRES")
    on_path = shutil.which("postgres")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    folders = (
        [Path(named)] if named else [*([Path(on_path).parent] if on_path else []), *(p.parent for p in found[-1:])]
    )
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise Missing("No PostgreSQL of the distribution: apt-get install postgresql, or name one with ELSEWHERE_POSTGRES.")


def redis_program() -> Path:
    """A `redis-server` that did not come as a Python package."""
    named = os.environ.get("ELSEWHERE_REDIS")
    outside = [folder for folder in os.get_exec_path() if not Path(folder).is_relative_to(sys.prefix)]
    found = named or shutil.which("redis-server", path=os.pathsep.join(outside))
    if not found:
        raise Missing("No Redis of the distribution: apt-get install redis-server, or name one with ELSEWHERE_REDIS.")
    return Path(found)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL with a database and a role of the application's; yields the address."""
    programs, port = postgres_programs(), free_port()
    password, owner = secrets.token_hex(12), secrets.token_hex(12)
    data, note, log = folder / "postgres", folder / "password", folder / "postgres.log"
    data.mkdir(mode=0o700)
    note.write_text(owner)
    if SYSTEM_USER:
        for path in (data, note):
            shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
    make = [programs / "initdb", "-D", data, "-U", "owner", "--auth=scram-sha-256", f"--pwfile={note}"]
    make += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    with log.open("wb") as out:
        made = spawn(make, user=SYSTEM_USER, cwd=data, stdout=out)
        if made.wait():
            raise RuntimeError(f"initdb failed:\n{log.read_text()[-2000:]}")
        command = [programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
        process = spawn([*command, "-c", "unix_socket_directories="], user=SYSTEM_USER, cwd=data, stdout=out)
    try:
        _make_database(f"postgresql://owner:{owner}@127.0.0.1:{port}/postgres", password, process, log)
        yield f"postgresql://app:{password}@127.0.0.1:{port}/app"
    finally:
        stop(process, gently=signal.SIGINT)


def _make_database(url: str, password: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(sql.SQL("CREATE ROLE app LOGIN CREATEDB PASSWORD {}").format(sql.Literal(password)))
                server.execute("CREATE DATABASE app OWNER app")
                row = server.execute("SHOW server_version").fetchone()
            say(f"PostgreSQL {row[0] if row else '?'} on its own, role without superuser rights")
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.1)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis that asks for a password; yields the address."""
    password, port, log = secrets.token_hex(12), free_port(), folder / "redis.log"
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
        "--requirepass",
        password,
    ]
    with log.open("wb") as out:
        process = spawn([redis_program(), *options], stdout=out)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        ends = time.monotonic() + START_SECONDS
        with contextlib.closing(Redis.from_url(url)) as client:
            while True:
                with contextlib.suppress(NotYet):
                    say(f"Redis {client.info('server')['redis_version']} on its own")
                    break
                if process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"Redis did not start:\n{log.read_text()[-2000:]}")
                time.sleep(0.1)
        yield url
    finally:
        stop(process, gently=signal.SIGTERM)


def main() -> int:
    """Run the chain under every ASGI server; the first failure decides the exit code."""
    worst = 0
    with contextlib.ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="tideline-elsewhere-")))
        if SYSTEM_USER:
            make_system_user(SYSTEM_USER)
            folder.chmod(0o711)
        try:
            environment = {**os.environ, "DATABASE_URL": ends.enter_context(postgres(folder))}
            environment["REDIS_URL"] = ends.enter_context(redis(folder))
            environment.pop("DJANGO_SETTINGS_MODULE", None)  # importing the project set it; tests choose later
        except Missing as missing:
            sys.stderr.write(f"{missing}\n")
            return 1
        for server in SERVERS:
            say(f"The chain under {server}")
            tests = [sys.executable, "-m", "pytest", "-q", "e2e/test_chain.py"]
            done = subprocess.run(tests, cwd=ROOT, env={**environment, "TIDELINE_TEST_ASGI": server}, check=False)
            worst = worst or done.returncode
    return worst


if __name__ == "__main__":
    sys.exit(main())
