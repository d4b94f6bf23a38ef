"""`docker-compose.yml` says what it must: every part, checked for health, and no secret of its own."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

FILE = settings.BASE_DIR / "docker-compose.yml"
VALUES = {
    "SITE_HOST": "www.tideline.test",
    "SECRET_KEY": "kJ8_zQ2mT5wX9cV1bN4hG7fD3sA6pL0oI8uY5tR2eW9qZxCvBnM",
    "POSTGRES_PASSWORD": "one",
    "REDIS_PASSWORD": "two",
    "EMAIL_HOST": "mail.tideline.test",
    "DEFAULT_FROM_EMAIL": "Tideline <no-reply@tideline.test>",
}


def test_every_part_is_there_and_checked():
    services = yaml.safe_load(FILE.read_text())["services"]
    assert set(services) == {"proxy", "web", "worker", "beat", "prepare", "postgres", "redis"}
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"prepare"}


def test_no_secret_has_a_default():
    found = re.findall(r"\$\{(\w+)(:[-?])?", FILE.read_text())
    assert {name for name, mark in found if mark == ":?"} == set(VALUES)
    optional = {name for name, mark in found if mark != ":?"}
    assert {name for name in optional if re.search("KEY|PASSWORD|SECRET", name)} == {"EMAIL_HOST_PASSWORD"}


@pytest.mark.slow
def test_the_site_starts_with_what_compose_gives_it():
    """The environment of `web` passes the checks of production (in a process of its own: settings are read once)."""
    environment = yaml.safe_load(FILE.read_text())["x-app"]["environment"]
    filled = {name: _fill(str(value)) for name, value in environment.items()}
    filled |= {"PATH": os.environ["PATH"], "TIDELINE_DATA_DIR": "/data"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=settings.BASE_DIR,
        env=filled,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _fill(text: str) -> str:
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda m: VALUES.get(m[1], "" if ":?" in m[0] else m[2] or ""), text)


def _compose() -> list[str] | None:
    if shutil.which("docker"):
        known = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if known.returncode == 0:
            return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


@pytest.mark.slow
def test_compose_accepts_the_file_and_names_what_is_missing(tmp_path):
    compose = _compose()
    if compose is None:
        pytest.skip("no docker compose on this machine")
    command = [*compose, "-f", str(FILE), "config"]
    base = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    assert subprocess.run(command, env=base | VALUES, capture_output=True, check=False).returncode == 0
    for name in VALUES:
        given = {key: value for key, value in VALUES.items() if key != name}
        done = subprocess.run(command, env=base | given, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert name in done.stderr
