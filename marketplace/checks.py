"""What production refuses to start with, and what servers have to be.

`production_is_safe` is run by every `manage.py` command and by the server's entry and reads neither database nor
network. `servers_fit` asks both servers; `manage.py migrate` and `prepare` run it before they touch anything. Each
returns errors with a stable id (`tideline.E001` …) and the way out.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import NotSupportedError, OperationalError, connection
from django.utils.module_loading import import_string
from redis import Redis
from redis.exceptions import RedisError

Check = Callable[[], Iterable[CheckMessage]]
MIN_SECRET_LENGTH = 50
MIN_POSTGRESQL = (15, 0)
MIN_REDIS = (6, 2)


def production_is_safe(app_configs: Iterable[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Run every check when `TIDELINE_ENV` is `production`, none otherwise."""
    if not settings.PRODUCTION:
        return []
    checks: list[Check] = [
        _secret_key,
        _debug,
        _hosts,
        _address,
        _cookies,
        _clock,
        _servers,
        _mail,
        _mfa,
        _files,
        _banks,
        _uploads,
    ]
    return [message for check in checks for message in check()]


def refuse_unsafe() -> None:
    """End the process with every reason when production is not safe; the door of servers and workers."""
    found = production_is_safe()
    if found:
        raise SystemExit(
            "Tideline does not start like this:\n" + "\n".join(f"- {m.msg} {m.hint} ({m.id})" for m in found)
        )


def _secret_key() -> Iterable[CheckMessage]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own answer to an empty one
        key = ""
    if not key:
        yield Error("SECRET_KEY is not set.", hint="Set it to 50 or more random characters.", id="tideline.E001")
    elif len(key) < MIN_SECRET_LENGTH or len(set(key)) < 10 or key.startswith("development-only"):
        yield Error(
            "SECRET_KEY can be guessed.",
            hint='python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="tideline.E002",
        )


def _debug() -> Iterable[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG is on and shows secrets to visitors.", hint="Unset TIDELINE_DEBUG.", id="tideline.E003")


def _hosts() -> Iterable[CheckMessage]:
    hosts = [host for host in settings.ALLOWED_HOSTS if host]
    if not hosts:
        yield Error("ALLOWED_HOSTS is empty.", hint="ALLOWED_HOSTS=www.example.com", id="tideline.E004")
    elif any(host == "*" or host in {".", ".com"} for host in hosts):
        yield Error("ALLOWED_HOSTS lets any name in.", hint="Name the site's own host names.", id="tideline.E005")


def _address() -> Iterable[CheckMessage]:
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https":
        yield Error("BASE_URL is not https.", hint="BASE_URL=https://www.example.com", id="tideline.E006")
    elif address.hostname in {"localhost", "127.0.0.1", "::1", None}:
        yield Error("BASE_URL names this machine only.", hint="It stands in e-mails and tags.", id="tideline.E007")
    if address.path or address.query:
        yield Error("BASE_URL has a path or a trailing slash.", hint="Scheme and host only.", id="tideline.E008")


def _cookies() -> Iterable[CheckMessage]:
    secure = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT
    if not (secure and settings.SECURE_HSTS_SECONDS):
        yield Error("Log-ins could travel unencrypted.", hint="Keep the settings of PRODUCTION.", id="tideline.E009")


def _clock() -> Iterable[CheckMessage]:
    if settings.CLOCK_OFFSET_FILE:
        yield Error("The clock can be moved by a file.", hint="Unset CLOCK_OFFSET_FILE.", id="tideline.E010")


def _servers() -> Iterable[CheckMessage]:
    """Embedded servers trust whoever reaches their socket and end with the process that started them."""
    own = ("/.tideline/", "/var/lib/tideline/", "/tmp/tideline-")  # noqa: S108
    for name in ("DATABASE_URL", "REDIS_URL"):
        url = getattr(settings, name)
        if any(place in url for place in own):
            yield Error(f"{name} names an embedded server.", hint="Use a server of its own.", id="tideline.E011")
    if not settings.GIVEN_DATABASE_URL or not settings.GIVEN_REDIS_URL:
        yield Error("DATABASE_URL or REDIS_URL is not set.", hint="Name both servers.", id="tideline.E012")
    database = urlsplit(settings.DATABASE_URL)
    if database.hostname and not database.password and "passfile" not in database.query:
        yield Error("DATABASE_URL has no password.", hint="postgresql://user:password@host/db", id="tideline.E013")


def _mail() -> Iterable[CheckMessage]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Error("E-mail goes nowhere.", hint="Set EMAIL_HOST.", id="tideline.E014")
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".example"):
        yield Error("E-mail has no sender of yours.", hint="Set DEFAULT_FROM_EMAIL.", id="tideline.E015")


def _mfa() -> Iterable[CheckMessage]:
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        yield Error("Passkeys work on insecure pages.", hint="Keep the setting off.", id="tideline.E016")
    if any("MD5" in hasher or "Unsalted" in hasher for hasher in settings.PASSWORD_HASHERS):
        yield Error("Passwords are stored with a weak hash.", hint="Keep Argon2 first.", id="tideline.E017")


def _files() -> Iterable[CheckMessage]:
    """Signing keys and audit checkpoints must outlive the checkout, and nobody else may read them."""
    data = Path(settings.DATA_DIR)
    if settings.BASE_DIR in data.parents:
        yield Error("TIDELINE_DATA_DIR lies inside the code.", hint="Keys and uploads need a disk.", id="tideline.E018")
    elif data.exists() and data.stat().st_mode & 0o007:
        yield Error(f"Others can read {data}.", hint=f"chmod 700 {data}", id="tideline.E019")


def _banks() -> Iterable[CheckMessage]:
    """A bank that anybody plays makes money out of nothing: in production only by a choice in so many words."""
    from pay.services.banks import DEPOSIT_PROVIDERS  # The app registry is complete by now.

    if settings.DEPOSIT_PROVIDER == "demo" and not settings.DEMO_BANK:
        yield Error(
            "The demonstration bank takes deposits.",
            hint="Name a real provider, or DEPOSIT_PROVIDER=none; DEMO_BANK=1 for a site where no money is real.",
            id="tideline.E020",
        )
    elif settings.DEPOSIT_PROVIDER not in {"none", *DEPOSIT_PROVIDERS}:
        yield Error(
            f"No deposit provider is called {settings.DEPOSIT_PROVIDER}.",
            hint=f"DEPOSIT_PROVIDER is one of none, {', '.join(DEPOSIT_PROVIDERS)}.",
            id="tideline.E021",
        )


def _uploads() -> Iterable[CheckMessage]:
    """What would otherwise be found out by the first customer who sends a file."""
    from live.logic.rules import RULES

    largest = settings.BODY_MAX_BYTES - RULES.upload_form_bytes
    if not 0 < settings.ATTACHMENT_MAX_BYTES <= largest:
        yield Error(
            "No file of ATTACHMENT_MAX_BYTES can be sent.", hint=f"Between 1 and {largest} bytes.", id="tideline.E022"
        )
    try:
        scanner = import_string(settings.FILE_SCANNER)
    except ImportError as error:
        yield Error(f"FILE_SCANNER cannot be imported: {error}", hint="Its dotted name.", id="tideline.E023")
    else:
        if not callable(getattr(scanner, "scan", None)):
            yield Error(
                "FILE_SCANNER is no scanner.", hint="It is as live.services.scanning.Scanner.", id="tideline.E023"
            )


# -- Servers -------------------------------------------------------------------------------------


def servers_fit(
    app_configs: Iterable[AppConfig] | None = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Ask PostgreSQL and Redis for their versions; an error for each that does not answer or is too old.

    Asks nobody where no database is named, as Django's own checks of databases do.
    """
    if not databases:
        return []
    return [*_postgresql(), *_redis()]


def _postgresql() -> Iterable[CheckMessage]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
            number, encoding = cursor.fetchone()
    except (OperationalError, NotSupportedError) as error:  # the second is Django's, for versions long gone
        why = " ".join(str(error).split())
        yield Error(f"PostgreSQL does not let us in: {why}", hint="Look at DATABASE_URL.", id="tideline.E030")
        return
    version = divmod(number, 10_000)
    if version < MIN_POSTGRESQL:
        hint = f"Tideline needs PostgreSQL {_dotted(MIN_POSTGRESQL)} or newer."
        yield Error(f"PostgreSQL is {_dotted(version)}.", hint=hint, id="tideline.E031")
    if encoding != "UTF8":
        hint = "CREATE DATABASE ... TEMPLATE template0 ENCODING 'UTF8'"
        yield Error(f"The database is encoded in {encoding}.", hint=hint, id="tideline.E032")


def _redis() -> Iterable[CheckMessage]:
    try:
        with Redis.from_url(settings.REDIS_URL) as client:
            text = str(client.info("server")["redis_version"])
    except RedisError as error:
        yield Error(f"Redis does not let us in: {error}", hint="Look at REDIS_URL.", id="tideline.E033")
        return
    version = tuple(int(part) for part in text.split(".")[:2])
    if version < MIN_REDIS:
        hint = f"Tideline needs Redis {_dotted(MIN_REDIS)} or newer."
        yield Error(f"Redis is {text}.", hint=hint, id="tideline.E034")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
