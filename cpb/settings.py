"""All settings, from the environment (docs/configuration.md). Production is when DATABASE_URL is set; the same code runs in both."""

import gc
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

import structlog
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy

from core.logs import without_secrets
from cpb.environment import Environment
from cpb.first import kept

gc.set_threshold(10_000)  # Python's own 700 took a fifth of every start and a twentieth of a request to look for garbage that is not there

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

# Which world we are in

PRODUCTION = bool(env.str("DATABASE_URL", ""))
if PRODUCTION and (missing := [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL") if not os.environ.get(name)]):
    sys.exit(f"DATABASE_URL is set, so this is production, and {', '.join(missing)} must be set too.")

DATA_DIR = Path(env.str("CPB_DATA_DIR", "") or BASE_DIR / "var").resolve()
try:
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    sys.exit(f"CPB_DATA_DIR cannot be used: {error}")
PORT = env.int("PORT", 8000)
BASE_URL = (env.address("BASE_URL", "http", "https").geturl() or f"http://127.0.0.1:{PORT}").rstrip("/")
DEMO = env.bool("CPB_DEMO", False)
DEMO_PASSWORD = env.str("CPB_DEMO_PASSWORD", "")
DEBUG = env.bool("DEBUG", False) and not PRODUCTION

# Security

SECRET_KEY = env.str("SECRET_KEY", "") or kept(DATA_DIR / "secret_key", get_random_secret_key)
# Loopback so that a health check from inside the container gets an answer.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", []), "localhost", "127.0.0.1", "[::1]"]
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:  # then one proxy stands in front, ends TLS and says who asks
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CSRF_FAILURE_VIEW = "core.http.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# What it is made of

INSTALLED_APPS = [
    "core",
    "accounts",
    "notifications",
    "contracts",
    "followup",
    "reports",
    "cpb",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_structlog",
    "template_partials",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SignInFirst",  # before the CSRF check: a stranger's files are not written to disk
    "core.middleware.MeasuredBodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.ReadersZone",
    "core.middleware.KeptText",
    "core.middleware.Refusals",
]
ROOT_URLCONF = "cpb.urls"
WSGI_APPLICATION = "cpb.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.house",
            ]
        },
    }
]
FORM_RENDERER = "core.forms.Renderer"

# Where things are kept

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if PRODUCTION:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)}
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        # A page reads fifty rows along an index in a millisecond. PostgreSQL's own defaults prefer to compile the query (two seconds),
        # to start two more processes for it (30 ms), or to read the table and sort, as if its disk had to turn for every row.
        FOR_PAGES = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
        DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", FOR_PAGES)
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "db.sqlite3"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",  # or two writers that both read first fail at once instead of waiting
        # A large database is read through a map that all connections share: each with a cache of its own would need much memory.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA mmap_size=1073741824; "
            "PRAGMA temp_store=MEMORY;"
        ),
    }

FILES_DIR = DATA_DIR / "files"
FILE_UPLOAD_TEMP_DIR = FILES_DIR / "tmp"  # in the storage's file system, so that an upload is moved and not copied
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["core.uploads.HashingUploadHandler"]
UPLOAD_FILE_BYTES = 100 * 2**20  # a proxy in front must let the whole of a submission through
UPLOAD_TOTAL_BYTES = 500 * 2**20
UPLOAD_FILES = 50
CLAMD_URL = env.address("CLAMD_URL", "tcp", "unix").geturl()  # tcp://host:3310 or unix:///path; empty: nobody scans, and files say so
STORAGE_URL = env.address("STORAGE_URL", "s3")
if STORAGE_URL.scheme:
    S3 = {"bucket_name": STORAGE_URL.hostname, "endpoint_url": parse_qs(STORAGE_URL.query).get("endpoint", [None])[0], "default_acl": None}
    FILE_STORAGE = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3}  # keys come from AWS_ACCESS_KEY_ID and its kin
else:
    FILE_STORAGE = {"BACKEND": "core.storage.DurableStorage", "OPTIONS": {"location": FILES_DIR}}
STORAGES = {"default": FILE_STORAGE, "staticfiles": {"BACKEND": "cpb.static.StaticFiles"}}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [("vendor", BASE_DIR / "assets")]  # styles, scripts and font; dev.py brings them
WHITENOISE_USE_FINDERS = True

REDIS_URL = env.address("REDIS_URL", "redis", "rediss").geturl()
if REDIS_URL:
    PATIENCE = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5}  # seconds; a request does not wait for a cache that is away
    CACHES = {"default": {"BACKEND": "cpb.cache.Redis", "LOCATION": REDIS_URL, "KEY_PREFIX": "cpb", "OPTIONS": PATIENCE}}

# The bell

BROKER_DIR = DATA_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Bring a killed worker's bells back within minutes; with the defaults they stay away for an hour.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "max_retries": 0,  # who rings while Redis is away goes on at once: a tick within a minute does what the bell would have done
        "socket_connect_timeout": 1,
    }
else:
    CELERY_BROKER_URL = "files://localhost/"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "polling_interval": 0.5,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_ENABLE_UTC = True

# Mail

EMAIL_URL = env.address("EMAIL_URL", "smtp", "smtp+tls")
if EMAIL_URL.scheme:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_USE_TLS = EMAIL_URL.scheme == "smtp+tls"
    EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or (587 if EMAIL_USE_TLS else 25)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
else:
    EMAIL_BACKEND = "cpb.mail.EmlFiles"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20
BOUNCE_URL = env.address("BOUNCE_URL", "imaps", "imap+tls", "imap")  # the mailbox that returned mail comes to
if BOUNCE_URL.scheme and not (BOUNCE_URL.hostname and BOUNCE_URL.username):
    sys.exit("BOUNCE_URL must name a user and a server: imaps://user:password@host/folder.")
MAIL_HOOK_SECRET = env.str("MAIL_HOOK_SECRET", "")  # the last part of the address that a mail provider posts to; empty: there is none
if MAIL_HOOK_SECRET and not re.fullmatch(r"[A-Za-z0-9_-]{20,}", MAIL_HOOK_SECRET):
    sys.exit("MAIL_HOOK_SECRET must be at least 20 letters, digits, - or _.")
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", 8)  # of each worker process, and only to a server that is slow to answer
MAIL_LIMITS = {  # 0: none
    "person_hour": env.int("MAIL_PER_PERSON_HOUR", 30),
    "person_day": env.int("MAIL_PER_PERSON_DAY", 100),
    "server_minute": env.int("MAIL_PER_SERVER_MINUTE", 0),
}
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "") or f"no-reply@{urlsplit(BASE_URL if PRODUCTION else 'http://localhost').hostname}"

# Other systems

# For trying things out on one's own machine: webhooks may be plain http and lead to loopback. Never in production.
WEBHOOKS_TO_LOOPBACK = env.bool("WEBHOOKS_TO_LOOPBACK", False) and not PRODUCTION

# Who we are, on every page and mail

ORGANISATION_NAME = env.str("ORGANISATION_NAME", "Statens innkjøp")
ORGANISATION_EMAIL = env.str("ORGANISATION_EMAIL", "oppfolging@cpb.example")
OCID_PREFIX = env.str("OCID_PREFIX", "ocds-cpb000")  # a registered one, from the Open Contracting Partnership, when you publish
ORGANISATION_PHONE = env.str("ORGANISATION_PHONE", "+47 22 00 00 00")

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "notifications.account_mail.Adapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True

UNREAD_COUNT = "notifications.notices.unread_count"
OBLIGATION_STANDINGS = "followup.standings"

FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("All")  # a filter that narrows nothing

# Language and time

LANGUAGES = [("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk"), ("en", "English")]
LANGUAGE_CODE = "nb"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "Europe/Oslo")
if TIME_ZONE not in available_timezones():
    sys.exit(f"TIME_ZONE must be a name such as Europe/Oslo; {TIME_ZONE} is none.")
USE_TZ = True

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerToken", "accounts.authentication.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.PerMinute"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "SCHEMA_COERCE_PATH_PK": False,
    "COERCE_DECIMAL_TO_STRING": False,  # amounts are numbers, as in OCDS
    "EXCEPTION_HANDLER": "core.api.problems.answer",
    "NUM_PROXIES": 1 if HTTPS else 0,
}
# By account and by address; `resend` by account. High enough for a busy integration, and an end for one that runs wild.
API_REQUESTS_PER_MINUTE = {"account": 12_000, "address": 24_000, "resend": 30}
SPECTACULAR_SETTINGS = {
    "TITLE": "CPB",
    "DESCRIPTION": "Follow-up of social and environmental requirements in framework agreements.",
    "VERSION": "1.0.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["core.api.schema.tidied"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Logs: to stderr, for a machine in production

DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOG_STEPS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.UnicodeDecoder(),
    without_secrets,
]
LOG_END: list[structlog.typing.Processor] = (
    [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if PRODUCTION
    else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
)
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *LOG_STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_STEPS,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *LOG_END],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django_structlog.celery": {"level": "WARNING"},  # one line for every ring; Celery itself logs what is done
    },
}
