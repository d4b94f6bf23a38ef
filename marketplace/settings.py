"""Settings of the one project. Every value that differs between machines comes from the environment.

`TIDELINE_ENV` is `development` (default), `test` or `production`; production refuses to start
unsafe (see `marketplace/checks.py`).
"""

import os
from pathlib import Path
from urllib.parse import quote

import dj_database_url
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = os.environ.get("TIDELINE_ENV", "development")
PRODUCTION = ENV == "production"
TESTING = ENV == "test"
DEBUG = ENV == "development" and os.environ.get("TIDELINE_DEBUG", "0") == "1"

SECRET_KEY = os.environ.get("SECRET_KEY", "" if PRODUCTION else "development-only-not-a-secret-" + "x" * 32)
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver").split(",")
BASE_URL = os.environ.get("BASE_URL", "http://localhost:8000")
"""Public address of the site, without a trailing slash; used in e-mails, certificates and the widget's tag."""
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SHOP_URL = os.environ.get("SHOP_URL", "http://localhost:8001")
"""Address of the demo shop, which stands on an origin of its own and embeds the widget. Not in production."""

# -- Parts ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "frontend.apps.FrontendConfig",
    "pay.apps.PayConfig",
    "quality.apps.QualityConfig",
    "live.apps.LiveConfig",
    "tasks.apps.TasksConfig",
    "certification.apps.CertificationConfig",
    "training.apps.TrainingConfig",
    "ledger.apps.LedgerConfig",
    "accounts.apps.AccountsConfig",
    "core.apps.CoreConfig",
    "marketplace.apps.MarketplaceConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "channels",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_htmx",
    "django_vite",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "servestatic",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ActorMiddleware",
    "frontend.middleware.LogInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.pages.DomainErrorMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "frontend.doors.AreaDoors",
    "frontend.middleware.PersonTimeZone",
    "frontend.middleware.HtmxMessages",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "marketplace.urls"
ASGI_APPLICATION = "marketplace.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "frontend.templatetags.tide",
                "frontend.templatetags.pay",
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.site",
            ],
        },
    }
]

# -- Database, cache, queue, channel layer -------------------------------------------------------
# No address given: the embedded servers of `marketplace.embedded` are expected to be running and
# to have exported both variables (`make run`, `make test` and `manage.py` see to it).

GIVEN_DATABASE_URL, GIVEN_REDIS_URL = "DATABASE_URL" in os.environ, "REDIS_URL" in os.environ
DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/tideline")
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=0)}
if os.environ.get("TIDELINE_DB_POOL") == "1":
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _celery_url(url: str) -> str:
    """Celery spells a unix socket `redis+socket://`, everybody else `unix://`."""
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": quote(DATABASES["default"]["NAME"]),
        # Who asks must not wait for a Redis that is away.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": None},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": quote(DATABASES["default"]["NAME"])},
    }
}

CELERY_BROKER_URL = _celery_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = ["core.background.route"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# -- Money ---------------------------------------------------------------------------------------

DEMO_BANK = os.environ.get("DEMO_BANK", "0" if PRODUCTION else "1") == "1"
"""Whether the demonstration bank exists, where anybody plays the bank: money out of nothing. Off in production."""
DEPOSIT_PROVIDER = os.environ.get("DEPOSIT_PROVIDER", "none" if PRODUCTION else "demo")
"""Who takes clients' deposits by page, a name in `pay/services/banks.py`; `none`: finance books their transfers."""

# -- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.forms.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.person.SignUpForm"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of a changed password, address or second factor, to whoever owns the account
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# -- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- Static files, uploads, mail -----------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "static-root"))
STATICFILES_DIRS = [d for d in [BASE_DIR / "frontend" / "dist", BASE_DIR / "frontend" / "static"] if d.exists()]
VITE_MANIFEST = BASE_DIR / "frontend" / "dist" / "manifest.json"
# Page tests run without a front-end build: their pages then name the development server, which nobody asks.
DJANGO_VITE = {"default": {"dev_mode": TESTING and not VITE_MANIFEST.exists(), "manifest_path": VITE_MANIFEST}}
CSRF_FAILURE_VIEW = "frontend.public.views.errors.csrf_failure"
SERVESTATIC_USE_FINDERS = not PRODUCTION
DATA_DIR = Path(os.environ.get("TIDELINE_DATA_DIR", BASE_DIR / ".tideline" / "files"))
"""What is not in the database: uploads, signing keys, audit checkpoints, and mail in development."""
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", DATA_DIR / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
ATTACHMENT_MAX_BYTES = int(os.environ.get("ATTACHMENT_MAX_BYTES", 10 * 1024 * 1024))
"""Largest file sent in a conversation."""
BODY_MAX_BYTES = 25 * 1000 * 1000  # of any request; the Caddyfile says the same
FILE_SCANNER = os.environ.get("FILE_SCANNER", "live.services.scanning.SignatureScanner")
"""What looks into such files for something harmful (`live.services.scanning.Scanner`)."""

if TESTING and "TIDELINE_MAIL_DIR" not in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif os.environ.get("EMAIL_HOST"):
    EMAIL_HOST = os.environ["EMAIL_HOST"]
    EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "1") == "1"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = Path(os.environ.get("TIDELINE_MAIL_DIR", DATA_DIR / "mail"))
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Tideline <no-reply@tideline.example>")

# -- API -----------------------------------------------------------------------------------------

API_RATES = {
    "key": (600, 60),
    "person": (300, 60),
    "address": (120, 60),
    "widget-session": (60, 60),
    "widget-rating": (30, 60),
    "widget-attachments": (30, 60),
    "attachments": (60, 60),
}
"""Requests allowed in each period of so many seconds: for an API key, a person, an address nobody is known behind."""
API_MAX_BODY_BYTES = 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ApiKeyAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsing.LimitedJSON"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.Throttle"],
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "core.api.problems.problem_response",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pages.CursorPages",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tideline API",
    "DESCRIPTION": "Post work, follow it, read what came of it. Keys, refusals and repeated requests: docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "list",
        "defaultModelsExpandDepth": -1,
        "validatorUrl": None,
    },
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {
        "TaskStateEnum": "tasks.states.TaskState",
        "TaskKindEnum": "tasks.states.TaskKind",
        "ClaimStateEnum": "tasks.states.ClaimState",
        "ConversationStateEnum": "live.states.ConversationState",
        "CertificateStateEnum": "certification.states.CertificateState",
        "ServiceLanguageEnum": "accounts.states.ServiceLanguage",
        "IndustryEnum": "accounts.states.Industry",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.add_refusals",
    ],
}

# -- Safety --------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "1" if PRODUCTION else "0"))
"""How many proxies of ours stand in front of the site, each appending to `X-Forwarded-For`."""
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

CLOCK_OFFSET_FILE = None if PRODUCTION else os.environ.get("TIDELINE_CLOCK_OFFSET_FILE")
"""A file holding seconds by which `core.clock.now()` runs ahead; for tests and demonstrations only."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
