"""Every setting, typed; the README's table is checked against this file."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings.values import (
    ADDRESS,
    ANCESTOR,
    LOCALES,
    URL,
    Language,
    MailServer,
    Networks,
    Origin,
    RandomSecret,
    Rules,
    Template,
    Zone,
)


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
    public_url: Origin | None = Field(
        None, examples=["https://studio.example.com"], description="Where browsers reach this server"
    )
    trusted_proxies: Networks = Field("", description="Addresses of proxies whose X-Forwarded headers are believed")
    frame_ancestors: str = Field(
        "'self'",
        pattern=rf"^('none'|{ANCESTOR}( {ANCESTOR})*)$",
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
    secret_key: RandomSecret | None = Field(
        None, description="Signs cookies; made and kept in the data folder in demo mode"
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
    language: Language = Field("en", description="Language of the page; REST and the log speak English")
    time_zone: Zone = Field("UTC", description="IANA zone where a request names none")
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
    events_secret: RandomSecret | None = Field(
        None, description="Signs what is sent there; needed with SESSIONS_EVENTS_URL"
    )
    review_rules: Rules = Field(
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
    decisions_secret: RandomSecret | None = Field(
        None, description="Signs what is sent there; needed with SESSIONS_DECISIONS_URL"
    )
    downloads_hours: int = Field(48, ge=1, le=720, description="A download is kept so long after it is ready")
    downloads_at_once: int = Field(2, ge=1, le=16, description="Exports that are written at the same time")
    downloads_gigabytes: int = Field(20, ge=1, description="What is kept of downloads takes up so much at most")
    events_days: int = Field(90, ge=1, le=3650, description="How long analytics events are kept, and told decisions")
    smtp_url: MailServer | None = Field(
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
    link_dashboard: Template = Field("/studio", description="CDSH, the creator dashboard")
    link_profile: Template = Field("/users/{user_id}", description="PROF, a person's profile")
    link_room: Template = Field("/sessions/{session_id}/room", description="SROM, the session room")
    link_message: Template = Field("/messages/new?to={user_id}", description="MSGS, a message to a person")
    link_course: Template = Field("/courses/{course_id}", description="CDET, a course")

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
