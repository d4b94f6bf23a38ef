"""Run every benchmark (`make bench`): each prints its ratio and inputs and fails when its promise is broken."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run each in a process of its own, one after the other; the first failure decides the exit code."""
    worst = 0
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem.startswith("_") or "def main(" not in path.read_text():
            continue
        print(f"== {path.stem}", flush=True)
        worst = subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], check=False).returncode or worst
    return worst


if __name__ == "__main__":
    sys.exit(main())
