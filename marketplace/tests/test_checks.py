"""Production refuses each unsafe setting by name, and starts with safe ones."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as project

from marketplace import checks
from marketplace.checks import production_is_safe, servers_fit

SAFE = {
    "PRODUCTION": True,
    "SECRET_KEY": "kJ8_zQ2mT5wX9cV1bN4hG7fD3sA6pL0oI8uY5tR2eW9qZxCvBnM",
    "DEBUG": False,
    "ALLOWED_HOSTS": ["www.tideline.test"],
    "BASE_URL": "https://www.tideline.test",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "CLOCK_OFFSET_FILE": None,
    "DATABASE_URL": "postgresql://tideline:secret@db.test/tideline",
    "REDIS_URL": "redis://redis.test:6379/0",
    "GIVEN_DATABASE_URL": True,
    "GIVEN_REDIS_URL": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "Tideline <no-reply@tideline.test>",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "DATA_DIR": "/srv/tideline",
    "DEMO_BANK": False,
    "DEPOSIT_PROVIDER": "none",
}


@pytest.fixture
def production(settings):
    for name, value in SAFE.items():
        setattr(settings, name, value)
    return settings


def test_safe_production_starts(production):
    assert production_is_safe() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "", "E001"),
        ("SECRET_KEY", "short", "E002"),
        ("SECRET_KEY", "a" * 60, "E002"),
        ("SECRET_KEY", "development-only-" + SAFE["SECRET_KEY"], "E002"),
        ("DEBUG", True, "E003"),
        ("ALLOWED_HOSTS", [""], "E004"),
        ("ALLOWED_HOSTS", ["www.tideline.test", "*"], "E005"),
        ("BASE_URL", "http://www.tideline.test", "E006"),
        ("BASE_URL", "https://localhost", "E007"),
        ("BASE_URL", "https://www.tideline.test/", "E008"),
        ("SESSION_COOKIE_SECURE", False, "E009"),
        ("CSRF_COOKIE_SECURE", False, "E009"),
        ("SECURE_SSL_REDIRECT", False, "E009"),
        ("SECURE_HSTS_SECONDS", 0, "E009"),
        ("CLOCK_OFFSET_FILE", "/tmp/offset", "E010"),  # noqa: S108
        ("DATABASE_URL", "postgresql://tideline@/tideline?host=/var/lib/tideline/0/run/sockets", "E011"),
        ("REDIS_URL", "unix:///home/me/app/.tideline/run/sockets/redis.sock?db=0", "E011"),
        ("GIVEN_DATABASE_URL", False, "E012"),
        ("GIVEN_REDIS_URL", False, "E012"),
        ("DATABASE_URL", "postgresql://tideline@db.test/tideline", "E013"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "E014"),
        ("DEFAULT_FROM_EMAIL", "Tideline <no-reply@tideline.example>", "E015"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", True, "E016"),
        ("PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"], "E017"),
        ("DATA_DIR", project.BASE_DIR / ".tideline" / "files", "E018"),
        ("DEPOSIT_PROVIDER", "demo", "E020"),
        ("DEPOSIT_PROVIDER", "nobody", "E021"),
        ("ATTACHMENT_MAX_BYTES", project.BODY_MAX_BYTES, "E022"),
        ("FILE_SCANNER", "live.services.scanning.NoScanner", "E023"),
        ("FILE_SCANNER", "live.services.scanning.Invalid", "E023"),
    ],
)
def test_unsafe_production_is_refused(production, name, value, expected):
    setattr(production, name, value)
    assert [message.id for message in production_is_safe()] == [f"tideline.{expected}"]


def test_a_site_where_no_money_is_real_says_so_in_so_many_words(production):
    production.DEPOSIT_PROVIDER, production.DEMO_BANK = "demo", True
    assert production_is_safe() == []


def test_readable_data_is_refused(production, tmp_path):
    production.DATA_DIR = tmp_path
    tmp_path.chmod(0o755)
    assert [message.id for message in production_is_safe()] == ["tideline.E019"]
    tmp_path.chmod(0o700)
    assert production_is_safe() == []


def test_outside_production_nothing_is_asked(settings):
    settings.SECRET_KEY = "short"
    assert production_is_safe() == []


# -- Servers -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_servers_that_answer_and_are_new_enough_fit():
    assert servers_fit(databases=["default"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "expected"), [("MIN_POSTGRESQL", "E031"), ("MIN_REDIS", "E034")])
def test_a_server_that_is_too_old_is_refused(name, expected, monkeypatch):
    monkeypatch.setattr(checks, name, (99, 0))
    (found,) = servers_fit(databases=["default"])
    assert found.id == f"tideline.{expected}"
    assert "needs" in found.hint
    assert "99.0 or newer" in found.hint


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("DATABASE_URL", "postgresql://app:secret@127.0.0.1:9/app", "E030"),
        ("REDIS_URL", "redis://127.0.0.1:9/0", "E033"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_a_traceback(name, address, expected):
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=project.BASE_DIR,
        env={**os.environ, name: address},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert f"tideline.{expected}" in done.stderr
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["-c", "import marketplace.asgi"],
        ["-m", "celery", "--app", "marketplace", "worker", "--pool", "solo"],
        ["-m", "celery", "--app", "marketplace", "beat"],
        ["manage.py", "migrate"],
    ],
)
def test_every_door_refuses_to_start_unsafe(command, django_db_setup):
    environment = {"PATH": os.environ["PATH"], "TIDELINE_ENV": "production", "SECRET_KEY": "x" * 60}
    environment |= {"DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": os.environ["REDIS_URL"]}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    for number in ("E002", "E004", "E006", "E011", "E014"):
        assert f"tideline.{number}" in done.stderr + done.stdout
