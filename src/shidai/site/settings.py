"""Settings. Everything that differs between two installations comes from the environment or the data directory.

Each variable is documented in docs/reference/settings.md (a test holds the two together):
SHIDAI_DATA, SHIDAI_DATABASE_URL, SHIDAI_HOSTS, SHIDAI_SECRET_FILE, SHIDAI_HTTPS, SHIDAI_DEBUG, SHIDAI_KEYS.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from shidai.site.database import database_settings
from shidai.words import ShidaiError, problem


def _whole_number(name: str, usual: int) -> int:
    text = os.environ.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ShidaiError(
            problem(
                name,
                zh=f"“{text}”不是正整数。",
                en=f"'{text}' is not a whole number above zero.",
                mend_zh=f"请写数字，例如 {usual}。",
                mend_en=f"Write a number such as {usual}.",
            )
        )
    return int(text)


DATA = Path(os.environ.get("SHIDAI_DATA", "demo-city")).resolve()
PACK = os.environ.get("SHIDAI_PACK", "wuxi-2006")
DEMONSTRATION = (DATA / "demo.json").exists()  # a city of synthetic people: the cast may sign in with one click
DEBUG = os.environ.get("SHIDAI_DEBUG", "") == "1"
SHIDAI_LOCK_AFTER = _whole_number("SHIDAI_LOCK_AFTER", 5)
SHIDAI_LOCK_MINUTES = _whole_number("SHIDAI_LOCK_MINUTES", 15)
SHIDAI_UNKNOWN_NUMBERS = _whole_number("SHIDAI_UNKNOWN_NUMBERS", 20)
SHIDAI_NUMBERS_OUTSIDE = _whole_number("SHIDAI_NUMBERS_OUTSIDE", 30)
SHIDAI_EMERGENCY_HOURS = _whole_number("SHIDAI_EMERGENCY_HOURS", 8)
HTTPS = os.environ.get("SHIDAI_HTTPS", "") == "1"
ALLOWED_HOSTS = os.environ.get("SHIDAI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")


def _read_secret() -> str:
    """The signing secret: made on first use, readable by its owner only, never in the repository."""
    file = Path(os.environ.get("SHIDAI_SECRET_FILE", DATA / "keys" / "django-secret"))
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        if not DATA.exists():  # nothing to protect yet: `--help`, checks and type checking
            return secrets.token_urlsafe(48)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as secret_file:
            secret_file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass  # another process was first
    return file.read_text().strip()


SECRET_KEY = _read_secret()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "django_tables2",
    "csp",
    "shidai.core",
    "shidai.registry",
    "shidai.supply",
    "shidai.benefits",
    "shidai.programmes",
    "shidai.outreach",
    "shidai.assessment",
    "shidai.reports",
    "shidai.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "shidai.site.middleware.PermissionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shidai.site.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shidai.site.middleware.PlaceMiddleware",
    "shidai.site.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "shidai.site.urls"
WSGI_APPLICATION = "shidai.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "shidai.site.context.frame",
            ],
            "builtins": ["shidai.core.templatetags.words", "django.contrib.humanize.templatetags.humanize"],
        },
    }
]

DATABASES = {"default": database_settings(os.environ.get("SHIDAI_DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.Staff"
CSRF_FAILURE_VIEW = "shidai.site.views.errors.stale_page"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Argon2 would be stronger per cycle; PBKDF2 is in the standard library and certified where registers are audited.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_COOKIE_AGE = 8 * 3600  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_SAVE_EVERY_REQUEST = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],  # charts set sizes on their own elements
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DJANGO_TABLES2_TEMPLATE = "site/table.html"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
