"""Every setting, typed, read from the environment; the README's table is checked against this file."""

import hashlib
import ipaddress
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LINK_FIELDS = {
    "link_profile": "user_id",
    "link_room": "session_id",
    "link_message": "user_id",
    "link_course": "course_id",
}


REVIEW_RULES = ("dispute", "low_rating", "short", "no_show", "rating_gap", "no_recording")
LOCALES = Path(__file__).parent / "locales"
HOST = r"[\w.-]+(:\d{1,5})?"
ORIGIN = rf"('self'|https?://(\*\.)?{HOST})"
URL = rf"^https?://({HOST}|\[[0-9a-fA-F:]+\](:\d{{1,5}})?)(/[^\s?#]*)?$"


ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}$"


class SettingsError(Exception):
    """A missing or malformed setting; the message is one line that names it."""


class Settings(BaseSettings):
    """Settings of one server, immutable. Each field `x` is the environment variable `SESSIONS_X`."""

    model_config = SettingsConfigDict(env_prefix="SESSIONS_", env_ignore_empty=True, extra="ignore", frozen=True)

    export: str | None = Field(
        None, description="Folder of the export, or s3://bucket/prefix; without it a demo export is made"
    )
    export_endpoint: str | None = Field(
        None,
        pattern=r"^https?://",
        examples=["https://s3.example.com"],
        description="URL of the S3-compatible store of the export; AWS where unset",
    )
    export_cache_gigabytes: int = Field(20, ge=1, description="What is kept of exports in buckets takes up so much")
    build_gigabytes: int = Field(4, ge=1, description="Memory that building a snapshot may take; more spills to disk")
    build_threads: int = Field(2, ge=1, le=64, description="Threads that building a snapshot may take, at low priority")
    data_dir: Path = Field(Path("var"), description="Where snapshots, the demo export and keys are kept")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8050, ge=1, le=65535, description="Port to listen on")
    workers: int = Field(1, ge=1, le=64, description="Server processes")
    public_url: str | None = Field(
        None, pattern=URL, examples=["https://studio.example.com"], description="Where browsers reach this server"
    )
    trusted_proxies: str = Field("", description="Addresses of proxies whose X-Forwarded headers are believed")
    frame_ancestors: str = Field(
        "'self'",
        pattern=rf"^('none'|{ORIGIN}( {ORIGIN})*)$",
        examples=["'self' https://studio.example.com", "'none'"],
        description="Origins that may embed the page",
    )
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL for what the page itself writes; a SQLite file in the data folder where unset"
    )
    auth: Literal["demo", "oidc"] = Field("demo", description="How people sign in")
    demo_public: bool = Field(
        False, description="Let demo sign-in serve on other than loopback addresses, or behind a proxy"
    )
    secret_key: SecretStr | None = Field(
        None, min_length=16, description="Signs cookies; made and kept in the data folder in demo mode"
    )
    sign_in_hours: int = Field(12, ge=1, le=720, description="A sign-in lasts so long at most")
    idle_minutes: int = Field(120, ge=5, le=43_200, description="A sign-in that nobody uses ends after so long")
    oidc_issuer: str | None = Field(
        None, pattern=URL, examples=["https://id.example.com"], description="The OpenID provider's issuer, exactly"
    )
    oidc_client_id: str | None = Field(None, description="What the provider knows this page as")
    oidc_client_secret: SecretStr | None = Field(None, description="Its secret; a public client has none")
    oidc_scopes: str = Field(
        "openid profile", pattern=r"(^| )openid( |$)", examples=["openid profile"], description="Asked for at sign-in"
    )
    oidc_audience: str | None = Field(
        None, description="Audience of the access tokens that REST takes; without it REST takes none"
    )
    oidc_roles_claim: str = Field("roles", description="Claim that lists somebody's roles")
    oidc_creator_claim: str = Field("sub", description="Claim that holds a creator's id in the export")
    oidc_name_claim: str = Field("name", description="Claim that holds somebody's name")
    oidc_creator_role: str = Field("creator", min_length=1, description="The provider's name of the role creator")
    oidc_operations_role: str = Field("operations", min_length=1, description="Its name of the role operations")
    oidc_analyst_role: str = Field("analyst", min_length=1, description="Its name of the role analyst")
    oidc_private_role: str = Field(
        "private", min_length=1, description="Its name of the grant of recordings, comments and notes to an analyst"
    )
    feed_days: int = Field(365, ge=1, le=3650, description="A calendar feed works so long after it was made")
    locales_dir: Path = Field(LOCALES, description="Folder of the catalogues, one folder a language in it")
    language: str = Field("en", description="Language of the page; REST and the log speak English")
    time_zone: str = Field("UTC", description="IANA zone where a request names none")
    week_start: Literal["monday", "sunday"] = Field("monday", description="First day of the week")
    low_rating: int = Field(2, ge=1, le=5, description="A student's rating up to this counts as low")
    stale_hours: int = Field(24, ge=1, description="Data older than this is called old on the page")
    refresh_seconds: int = Field(30, ge=1, description="How often the export is looked at for changes")
    answers_megabytes: int = Field(
        64, ge=0, le=65_536, description="Answers of one snapshot are kept up to so much, by each process; 0 keeps none"
    )
    demo_sessions: int = Field(50_000, ge=1_000, description="Sessions in the demo export")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged")
    recordings_bucket: str | None = Field(None, description="S3 bucket of the recordings")
    recordings_endpoint: str | None = Field(
        None,
        pattern=r"^https?://",
        examples=["https://s3.example.com"],
        description="URL of the S3-compatible store; AWS where unset",
    )
    events_url: str | None = Field(
        None,
        pattern=URL,
        examples=["https://events.example.com/session-history"],
        description="Where analytics events are passed on to; without it they are only kept",
    )
    events_secret: SecretStr | None = Field(
        None, min_length=16, description="Signs what is sent there; needed with SESSIONS_EVENTS_URL"
    )
    review_rules: str = Field(
        "dispute low_rating short no_show rating_gap no_recording", description="Why sessions need review, any of these"
    )
    review_short_percent: int = Field(
        50, ge=1, le=100, description="A session that took less of its booked time is short"
    )
    review_rating_gap: int = Field(
        3, ge=1, le=4, description="Two ratings of a session that lie so far apart need review"
    )
    decisions_url: str | None = Field(
        None,
        pattern=URL,
        examples=["https://platform.example.com/decisions"],
        description="Where each decision of a review is told; without it they are only kept",
    )
    decisions_secret: SecretStr | None = Field(
        None, min_length=16, description="Signs what is sent there; needed with SESSIONS_DECISIONS_URL"
    )
    downloads_hours: int = Field(48, ge=1, le=720, description="A download is kept so long after it is ready")
    downloads_at_once: int = Field(2, ge=1, le=16, description="Exports that are written at the same time")
    downloads_gigabytes: int = Field(20, ge=1, description="What is kept of downloads takes up so much at most")
    events_days: int = Field(90, ge=1, le=3650, description="How long analytics events are kept, and told decisions")
    smtp_url: SecretStr | None = Field(
        None, description="Where mail is handed over: smtp://user:password@host:port?starttls, or smtps://"
    )
    mail_from: str | None = Field(
        None,
        pattern=ADDRESS,
        examples=["sessions@example.com"],
        description="Whom mail comes from; needed with SESSIONS_SMTP_URL",
    )
    platform_url: str = Field(
        "",
        pattern=r"^(https?://.+)?$",
        examples=["https://example.com"],
        description="Where the platform's other pages live; this host if empty",
    )
    link_dashboard: str = Field("/studio", description="CDSH, the creator dashboard")
    link_profile: str = Field("/users/{user_id}", description="PROF, a person's profile")
    link_room: str = Field("/sessions/{session_id}/room", description="SROM, the session room")
    link_message: str = Field("/messages/new?to={user_id}", description="MSGS, a message to a person")
    link_course: str = Field("/courses/{course_id}", description="CDET, a course")

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, value: str, info: ValidationInfo) -> str:
        catalogues = info.data.get("locales_dir", LOCALES).glob("*/messages.po")
        there_are = sorted({"en", *(catalogue.parent.name for catalogue in catalogues)})
        if value not in there_are:
            raise ValueError(f"{value!r} is none of the languages there are: {', '.join(there_are)}")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
        return value

    @field_validator("review_rules")
    @classmethod
    def _are_rules(cls, value: str) -> str:
        rules = value.replace(",", " ").split()
        for rule in rules:
            if rule not in REVIEW_RULES:
                raise ValueError(f"{rule!r} is none of the rules there are: {', '.join(REVIEW_RULES)}")
        if not rules:
            raise ValueError("must name one at least")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in value.replace(",", " ").split():
            try:
                ipaddress.ip_network(part)
            except ValueError:
                raise ValueError(f"{part!r} is not an address or network such as 10.0.0.0/8") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str | None) -> str | None:
        if value and urlsplit(value).path.strip("/"):
            raise ValueError("must have no path: the page's is fixed")
        return value.rstrip("/") if value else None

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.get_secret_value())
            known = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known or parts.path.strip("/") or parts.query not in ("", "starttls"):
            raise ValueError("must be of the form smtp://user:password@host:587?starttls or smtps://user:password@host")
        if parts.password and parts.scheme == "smtp" and not parts.query and not is_loopback(parts.hostname or ""):
            raise ValueError("would send its password unencrypted: use smtps:// or ?starttls")
        return value

    @field_validator("link_dashboard", "link_profile", "link_room", "link_message", "link_course")
    @classmethod
    def _is_a_template(cls, value: str, info: ValidationInfo) -> str:
        field = LINK_FIELDS.get(info.field_name or "")
        try:
            value.format(**({field: "x"} if field else {}))
        except (LookupError, ValueError, AttributeError, TypeError) as error:
            allowed = f"may hold {{{field}}} and no other field" if field else "may hold no field"
            raise ValueError(f"{value!r} {allowed}") from error
        if not value.startswith(("/", "https://", "http://")):
            raise ValueError(f"{value!r} must begin with / or https://")
        return value

    @field_validator("secret_key", "events_secret", "decisions_secret")
    @classmethod
    def _is_no_word(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(set(value.get_secret_value().strip())) < 8:
            raise ValueError("must be random, such as openssl rand -base64 32 gives")
        return value

    @property
    def sign_in_lifetime(self) -> timedelta:
        return timedelta(hours=self.sign_in_hours)

    @property
    def first_weekday(self) -> int:
        """As in date.weekday(): 0 is Monday."""
        return 0 if self.week_start == "monday" else 6

    @property
    def feed_lifetime(self) -> timedelta:
        return timedelta(days=self.feed_days)

    @property
    def downloads_lifetime(self) -> timedelta:
        return timedelta(hours=self.downloads_hours)

    @property
    def downloads_dir(self) -> Path:
        return self.data_dir / "downloads"

    @property
    def proxies(self) -> list[str]:
        return self.trusted_proxies.replace(",", " ").split()

    @property
    def rules_of_review(self) -> list[str]:
        return self.review_rules.replace(",", " ").split()

    @property
    def demo_dir(self) -> Path:
        return self.data_dir / "demo-export"

    @property
    def export_location(self) -> str:
        """The export that is served: the given one, else the demo's."""
        return self.export or str(self.demo_dir)

    @property
    def is_export_in_bucket(self) -> bool:
        return self.export_location.startswith("s3://")

    @property
    def export_cache(self) -> Path:
        """Where files of an export in a bucket are fetched to."""
        return self.data_dir / "export-cache"

    @property
    def snapshots_dir(self) -> Path:
        """Snapshots of this export alone, so that another's are never taken for its last good one."""
        place = str(Path(self.export_location).resolve())
        if self.is_export_in_bucket:
            place = f"{self.export_endpoint or ''} {self.export_location}"
        name = hashlib.sha256(place.encode()).hexdigest()[:12]
        return self.data_dir / "snapshots" / name


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError with one line."""
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_line(error)) from None
    if settings.auth == "oidc":
        _check_oidc(settings)
    _check_receivers(settings)
    _check_mail(settings)
    return settings


def unknown_settings(environment: Iterable[str]) -> list[str]:
    """Names that look like settings and are none: misspelt, most likely."""
    known = {f"SESSIONS_{field.upper()}" for field in Settings.model_fields}
    return sorted(name for name in environment if name.startswith("SESSIONS_") and name not in known)


def _line(error: ValidationError) -> str:
    """The first thing that is wrong, in one line that names its setting."""
    first = error.errors()[0]
    field = str(first["loc"][0])
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "string_pattern_mismatch":
        examples = Settings.model_fields[field].examples or []
        said = f"{first['input']!r} is not of the form {' or '.join(map(str, examples))}"
    elif first["type"] == "too_short":
        said = f"must have at least {first['ctx']['min_length']} characters"
    return f"SESSIONS_{field.upper()}: {said}"


def _check_oidc(settings: Settings) -> None:
    """What sign-in at a provider cannot do without, or would not be safe with. Raises SettingsError."""
    needed = ("oidc_issuer", "oidc_client_id", "public_url", "secret_key")
    missing = [f"SESSIONS_{name.upper()}" for name in needed if not getattr(settings, name)]
    if missing:
        raise SettingsError(f"{', '.join(missing)}: needed where SESSIONS_AUTH=oidc")
    for name in ("oidc_issuer", "public_url"):
        _check_https(name, getattr(settings, name))
    if settings.oidc_audience == settings.oidc_client_id:
        raise SettingsError("SESSIONS_OIDC_AUDIENCE: must differ from SESSIONS_OIDC_CLIENT_ID, or ID tokens would do")
    roles = [settings.oidc_creator_role, settings.oidc_operations_role, settings.oidc_analyst_role]
    if len({*roles, settings.oidc_private_role}) < 4:
        raise SettingsError(
            "SESSIONS_OIDC_CREATOR_ROLE, SESSIONS_OIDC_OPERATIONS_ROLE, SESSIONS_OIDC_ANALYST_ROLE,"
            " SESSIONS_OIDC_PRIVATE_ROLE: need four different names"
        )


def _check_receivers(settings: Settings) -> None:
    """What is passed on is signed, and unread by others on its way. Raises SettingsError."""
    for name in ("events", "decisions"):
        url = getattr(settings, f"{name}_url")
        if not url:
            continue
        _check_https(f"{name}_url", url)
        if not getattr(settings, f"{name}_secret"):
            raise SettingsError(f"SESSIONS_{name.upper()}_SECRET: needed where SESSIONS_{name.upper()}_URL is set")


def _check_mail(settings: Settings) -> None:
    """Mail says from whom it is, and its links lead somewhere. Raises SettingsError."""
    if settings.smtp_url is None:
        return
    for name in ("mail_from", "public_url"):
        if not getattr(settings, name):
            raise SettingsError(f"SESSIONS_{name.upper()}: needed where SESSIONS_SMTP_URL is set")


def _check_https(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise SettingsError(f"SESSIONS_{name.upper()}: must begin with https:// unless it is this machine's own")
