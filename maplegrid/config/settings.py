"""The one place of settings. Every environment variable read here is listed in docs/reference/settings.md."""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from maplegrid.kit import environment

PACKAGE = Path(__file__).resolve().parent.parent
HOME = environment.folder("MAPLEGRID_HOME", PACKAGE.parent / "var")
DEBUG = environment.switch("MAPLEGRID_DEBUG", False)
DEMO = environment.switch("MAPLEGRID_DEMO", True)
PORT = environment.whole("PORT", 8000, 1, 65535)
ALLOWED_HOSTS = environment.names("MAPLEGRID_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SECURE_SITE = environment.switch("MAPLEGRID_HTTPS", False)
TEST_CLOCK = environment.text("MAPLEGRID_TEST_CLOCK") if DEMO else ""
PUBLIC_ADDRESS = environment.text("MAPLEGRID_ADDRESS", f"http://localhost:{PORT}")
KEY_FILE = HOME / "keys" / "fields.json"
DATABASE_FILE = HOME / "run" / "database.url"


def _secret_key() -> str:
    """From the environment, or made once and kept in the data folder (mode 0600)."""
    given = environment.text("MAPLEGRID_SECRET_KEY")
    if given:
        return given
    path = HOME / "keys" / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()


NAMED = {"dbname", "user", "password", "host", "port"}


def _database() -> dict[str, object]:
    """DATABASE_URL with all its parameters, or the embedded server that `maplegrid start` runs and writes down."""
    url = environment.text("DATABASE_URL")
    if not url and DATABASE_FILE.exists():
        url = DATABASE_FILE.read_text(encoding="utf-8").strip()
    parts = conninfo_to_dict(url or "postgresql://postgres@localhost:1/maplegrid")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "maplegrid"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | {k: v for k, v in parts.items() if k not in NAMED},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "maplegrid_cache"},
    "worker": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

INSTALLED_APPS = [
    "maplegrid.config.admin_site.MapleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "maplegrid.kit.apps.KitConfig",
    "maplegrid.audit.apps.AuditConfig",
    "maplegrid.accounts.apps.AccountsConfig",
    "maplegrid.territory.apps.TerritoryConfig",
    "maplegrid.messaging.apps.MessagingConfig",
    "maplegrid.cases.apps.CasesConfig",
    "maplegrid.secretary.apps.SecretaryConfig",
    "maplegrid.simulate.apps.SimulateConfig",
    "maplegrid.config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "maplegrid.config.observing.ObserveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "maplegrid.territory.middleware.ActorMiddleware",
    "maplegrid.accounts.middleware.ForgetMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maplegrid.config.context.page",
            ],
        },
    },
]

ROOT_URLCONF = "maplegrid.config.urls"
WSGI_APPLICATION = "maplegrid.config.wsgi.application"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
MEDIA_ROOT = HOME / "media"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "maplegrid.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "follow": "20/m/ip",
    "follow_tail": "60/d/ip,10/d/key",
    "resident_step": "60/m/ip",
    "interface_read": "600/m/ip",
    "interface_write": "120/m/key",
}
POSTS_A_MINUTE = 30  # reports of one address, in each web worker (kit/throttle)
SOCIALACCOUNT_ADAPTER = "maplegrid.accounts.oidc.social.UnitAccounts"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_ISSUER = environment.web_address("MAPLEGRID_OIDC_ISSUER")
OIDC_CLIENT = environment.text("MAPLEGRID_OIDC_CLIENT")
OIDC_SECRET = environment.content("MAPLEGRID_OIDC_SECRET_FILE") or environment.text("MAPLEGRID_OIDC_SECRET")
OIDC_LABEL = environment.text("MAPLEGRID_OIDC_LABEL")
OIDC_CLAIM = environment.text("MAPLEGRID_OIDC_CLAIM", "preferred_username")
OIDC_MATCH = environment.choice("MAPLEGRID_OIDC_MATCH", "username", "username", "staff_number")
OIDC_SCOPES = environment.names("MAPLEGRID_OIDC_SCOPES", [])
OIDC_CA = environment.text("MAPLEGRID_OIDC_CA")
if OIDC_ISSUER and not (OIDC_CLIENT and OIDC_SECRET):
    raise environment.BadSetting("MAPLEGRID_OIDC_ISSUER needs MAPLEGRID_OIDC_CLIENT and a secret beside it.")
if OIDC_CLAIM in {"email", "name"}:
    raise environment.BadSetting(
        f"MAPLEGRID_OIDC_CLAIM={OIDC_CLAIM}: an e-mail address or a name is no proof of who it is."
    )
MFA_ADAPTER = "maplegrid.accounts.protection.StaffProtection"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "MapleGrid 枫格"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_NAME = "maplegrid_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_SITE
CSRF_COOKIE_SECURE = SECURE_SITE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = environment.names("MAPLEGRID_ORIGINS", [])
SECURE_SSL_REDIRECT = SECURE_SITE
SECURE_HSTS_SECONDS = 31536000 if SECURE_SITE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SITE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_TEMP_DIR = None
PHOTO_MAX_BYTES = 12 * 1024 * 1024
PHOTO_MAX_PIXELS = 60_000_000
PHOTOS_PER_MESSAGE = 6

CLAMD = environment.endpoint("MAPLEGRID_CLAMD")
CLAMD_SILENT = environment.choice("MAPLEGRID_CLAMD_SILENT", "aside", "aside", "refuse", "accept")

METRICS_TOKEN = environment.text("MAPLEGRID_METRICS_TOKEN")
VIDEO_ADDRESS = environment.text("MAPLEGRID_VIDEO")
WEBHOOK_HOSTS = [host.lower() for host in environment.names("MAPLEGRID_WEBHOOK_HOSTS", [])]

SMS_GATEWAYS = environment.names("MAPLEGRID_SMS", ["simulated"])
SMS_GATEWAY = SMS_GATEWAYS[0]
for _name in SMS_GATEWAYS:
    if _name not in {"simulated", "aliyun", "tencent", "http"}:
        raise environment.BadSetting(f"MAPLEGRID_SMS={_name} is none of simulated, aliyun, tencent, http.")
SMS_CALLBACK_SECRET = environment.content("MAPLEGRID_SMS_CALLBACK_FILE")
SMS_CALL_DESK = environment.text("MAPLEGRID_SMS_CALL_DESK")
SMS_NUMBER_HOUR = environment.whole("MAPLEGRID_SMS_NUMBER_HOUR", 5, 1, 1000)
SMS_NUMBER_DAY = environment.whole("MAPLEGRID_SMS_NUMBER_DAY", 10, 1, 1000)
SMS_ALIYUN_KEY = environment.text("MAPLEGRID_SMS_ALIYUN_KEY")
SMS_ALIYUN_SECRET = environment.content("MAPLEGRID_SMS_ALIYUN_SECRET_FILE")
SMS_ALIYUN_SIGN = environment.text("MAPLEGRID_SMS_ALIYUN_SIGN")
SMS_ALIYUN_ENDPOINT = (
    environment.web_address("MAPLEGRID_SMS_ALIYUN_ENDPOINT") or "https://dysmsapi.aliyuncs.com"
)
SMS_ALIYUN_PRICE = environment.whole("MAPLEGRID_SMS_ALIYUN_PRICE", 45, 0, 10000)
SMS_TENCENT_KEY = environment.text("MAPLEGRID_SMS_TENCENT_KEY")
SMS_TENCENT_SECRET = environment.content("MAPLEGRID_SMS_TENCENT_SECRET_FILE")
SMS_TENCENT_APP = environment.text("MAPLEGRID_SMS_TENCENT_APP")
SMS_TENCENT_SIGN = environment.text("MAPLEGRID_SMS_TENCENT_SIGN")
SMS_TENCENT_ENDPOINT = (
    environment.web_address("MAPLEGRID_SMS_TENCENT_ENDPOINT") or "https://sms.tencentcloudapi.com"
)
SMS_TENCENT_REGION = environment.text("MAPLEGRID_SMS_TENCENT_REGION", "ap-guangzhou")
SMS_TENCENT_PRICE = environment.whole("MAPLEGRID_SMS_TENCENT_PRICE", 50, 0, 10000)
SMS_HTTP_ENDPOINT = environment.web_address("MAPLEGRID_SMS_HTTP_ENDPOINT")
SMS_HTTP_SECRET = environment.content("MAPLEGRID_SMS_HTTP_SECRET_FILE")
SMS_HTTP_SIGN = environment.text("MAPLEGRID_SMS_HTTP_SIGN", "枫格")
SMS_HTTP_PRICE = environment.whole("MAPLEGRID_SMS_HTTP_PRICE", 0, 0, 10000)
SUPERVISION_POINTS = environment.switch("MAPLEGRID_SUPERVISION_POINTS", False)
OWNER_ORIGIN = (113.93, 22.75)

LOG_FORMAT = environment.choice("MAPLEGRID_LOG_FORMAT", "line", "line", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "maplegrid.kit.logs.MaskedLines",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "maplegrid.kit.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "loggers": {"maplegrid.access": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"}},
    "root": {"handlers": ["console"], "level": environment.text("MAPLEGRID_LOG", "WARNING")},
}

PAGE_TITLE = _("枫格")
