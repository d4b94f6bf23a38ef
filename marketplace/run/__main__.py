"""`python -m marketplace.run [start | stop | reset]`; see the package's docstring."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from marketplace import embedded
from marketplace.embedded import InUse, Places, Refused, Stack
from marketplace.embedded.places import BASE_DIR
from marketplace.embedded.processes import follow_parent, spawn, stop
from marketplace.run import ports
from marketplace.run.supervisor import Supervisor, end_leftovers, read_procfile

HOST = os.environ.get("HOST") or "127.0.0.1"
FILES = Path(os.environ.get("TIDELINE_DATA_DIR", BASE_DIR / ".tideline" / "files"))
LOG_INS = FILES / "demo-log-ins.txt"
"""Written by `manage.py seed_demo`, shown at every start."""
READY_SECONDS = 90


class Stopped(BaseException):
    """A signal asked us to end."""


# -- start ---------------------------------------------------------------------------------------


def start() -> None:
    """Run everything until a signal. Raises `Refused` with a way out when that cannot be done."""
    _end_with_parent()
    places = embedded.places_of("run")
    try:
        with places.lock():
            ended = end_leftovers(places.data / "processes.json")
            if ended:
                say(f"Ended {ended} processes that an earlier, killed run had left.")
            if not os.environ.get("DATABASE_URL"):
                require_its_files(places, FILES)
            FILES.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _servers(places) as stack:
                _run(places, stack)
    except InUse:
        raise Refused(
            f"Tideline already runs from this folder{_address_of(places)} (process {places.holder()}).\n"
            "Open it, or stop it first: make stop"
        ) from None


@contextlib.contextmanager
def _servers(places: Places) -> Iterator[Stack]:
    """Run the embedded servers, unless the environment names others for both."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if database_url and redis_url:
        say("Using the servers of DATABASE_URL and REDIS_URL.")
        yield Stack(places, database_url, redis_url)
        return
    say("Starting PostgreSQL and Redis")
    with embedded.serve(places, durable=True) as stack:
        yield Stack(places, database_url or stack.database_url, redis_url or stack.redis_url, stack.servers)


def require_its_files(places: Places, files: Path) -> None:
    """Refuse a database whose keys and pictures are gone: root's lies outside the checkout and outlives it."""
    if places.postgres.exists() and not files.exists():
        raise Refused(
            f"{places.postgres} is of an earlier checkout in this folder; its keys and pictures are gone.\n"
            "`make reset` deletes it; the next `make run` starts with a new demo world."
        )


def _run(places: Places, stack: Stack) -> None:
    site, shop = ports.choose(places.data / "ports.json", HOST)
    environment = _environment(places, stack, site, shop)
    _prepare(environment)
    children = read_procfile(BASE_DIR / "Procfile", environment)
    supervisor = Supervisor(children, environment=environment, cwd=BASE_DIR, record=places.data / "processes.json")
    try:
        supervisor.start()
        _wait_until_ready(site, supervisor, stack)
        (places.data / "address").write_text(environment["BASE_URL"])
        _greet(environment)
        while True:
            _watch(supervisor, stack)
            time.sleep(0.25)
    finally:
        say("\nStopping ...")
        supervisor.stop()
        (places.data / "address").unlink(missing_ok=True)


def _environment(places: Places, stack: Stack, site: int, shop: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "TIDELINE_ENV": "development",
        "TIDELINE_DATA_DIR": str(FILES),
        "TIDELINE_EMBEDDED": "1" if stack.servers else "",
        "DATABASE_URL": stack.database_url,
        "REDIS_URL": stack.redis_url,
        "HOST": HOST,
        "PORT": str(site),
        "SHOP_PORT": str(shop),
        "BASE_URL": os.environ.get("BASE_URL", f"http://localhost:{site}"),
        "SHOP_URL": os.environ.get("SHOP_URL", f"http://localhost:{shop}"),
        "RUN_DIR": str(places.data),
        # Python's own sockets between processes go where ours are: a short path, and nobody else's folder.
        "TMPDIR": str(places.sockets if places.sockets.exists() else places.data),
        "PYTHONUNBUFFERED": "1",
        # Run by root, Celery warns of it at every start; a developer's own machine is no server.
        "PYTHONWARNINGS": "ignore:You're running the worker",
    }


def _prepare(environment: Mapping[str, str]) -> None:
    """Bring the database up to date and fill it the first time; `manage.py prepare` does it."""
    process = spawn([sys.executable, "manage.py", "prepare"], env=environment, cwd=BASE_DIR)
    try:
        code = process.wait()
    except BaseException:
        stop(process, gently=signal.SIGTERM)
        raise
    if code:
        raise Refused(
            "The database could not be prepared; the reason stands above.\n"
            "After a change of branch, `make reset` starts over with an empty one (and deletes the demo data)."
        )


def _wait_until_ready(site: int, supervisor: Supervisor, stack: Stack) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _is_healthy(site):
        if time.monotonic() > deadline:
            raise Refused(f"The site did not answer within {READY_SECONDS} seconds; the reason stands above.")
        _watch(supervisor, stack)
        time.sleep(0.2)


def _is_healthy(port: int) -> bool:
    local = "127.0.0.1" if HOST in {"0.0.0.0", "::"} else HOST  # noqa: S104
    connection = http.client.HTTPConnection(local, port, timeout=5)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(supervisor: Supervisor, stack: Stack) -> None:
    """Start again whatever fell: servers first, then what needs them."""
    for server in stack.servers:
        if server.process is not None and server.process.poll() is not None:
            say(f"{type(server).__name__} ended with code {server.process.returncode}; starting it again")
            time.sleep(1)
            server.start()
    supervisor.watch()


def _greet(environment: Mapping[str, str]) -> None:
    site = environment["BASE_URL"]
    lines = [
        "",
        "Tideline is running.",
        "",
        f"  Site        {site}",
        f"  Demo shop   {environment['SHOP_URL']}   (a client's page with the chat widget)",
        f"  API         {site}/api/docs/",
        f"  Mail sent   {FILES / 'mail'}",
    ]
    if LOG_INS.exists():
        lines += ["", *(f"  {line}" for line in LOG_INS.read_text().splitlines())]
    say("\n".join([*lines, "", "Ctrl-C stops everything."]))


# -- stop, reset ---------------------------------------------------------------------------------


def stop_run() -> None:
    """Ask the run of this checkout to end and wait for it."""
    places = embedded.places_of("run")
    holder = places.holder()
    if not holder:
        say("Tideline does not run from this folder.")
        return
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + 60
    while places.holder() == holder:
        if time.monotonic() > deadline:
            raise Refused(f"Process {holder} does not stop. Kill it (kill -9 {holder}); the next start cleans up.")
        time.sleep(0.1)
    say("Stopped.")


def reset() -> None:
    """Delete the embedded servers' data and sockets and this checkout's files. Raises `Refused` while it runs."""
    if os.environ.get("DATABASE_URL"):
        raise Refused("DATABASE_URL names a server of your own: empty that database yourself, then make run.")
    places = embedded.places_of("run")
    try:
        with places.lock():
            end_leftovers(places.data / "processes.json")
            for folder in (places.postgres, places.data / "postgres-unfinished", places.redis, places.sockets, FILES):
                if folder.exists():
                    shutil.rmtree(folder)
                    say(f"Deleted {folder}")
    except InUse:
        raise Refused("Tideline runs from this folder. Stop it first: make stop") from None
    say("The next `make run` starts with a new demo world.")


# -- Process -------------------------------------------------------------------------------------


def _end_with_parent() -> None:
    """End when `make` is killed. A run started by hand in the background keeps its shell's fate out of it."""
    with contextlib.suppress(OSError):
        if Path(f"/proc/{os.getppid()}/comm").read_text().strip() == "make":
            follow_parent(signal.SIGTERM, parent=os.getppid())()


def _address_of(places: Places) -> str:
    with contextlib.suppress(FileNotFoundError):
        return f" at {(places.data / 'address').read_text()}"
    return ""


def _on_signal(number: int, frame: object) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # once is enough; the end takes a few seconds
    raise Stopped


def say(text: str) -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def main(verb: str) -> int:
    verbs = {"start": start, "stop": stop_run, "reset": reset}
    if verb not in verbs:
        say(__doc__ or "")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    try:
        verbs[verb]()
    except Refused as refused:
        sys.stderr.write(f"\n{refused}\n")
        return 1
    except Stopped:
        say("Stopped; nothing is left running.")
    except subprocess.SubprocessError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "start"))
