"""Which Chromium, and how it is started; free of Django, so that scripts may use it."""

import os
import shutil

from marketplace.bootstrap import CHROMIUMS

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def program() -> str | None:
    """The path of `TIDELINE_CHROMIUM`, else of one that is installed; None leaves the choice to Playwright."""
    named = os.environ.get("TIDELINE_CHROMIUM")
    return named or next((path for path in map(shutil.which, CHROMIUMS) if path), None)
