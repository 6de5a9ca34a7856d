"""Every setting, typed, read from the environment; the README's table is checked against this file."""

import hashlib
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LINK_FIELDS = {
    "link_profile": "user_id",
    "link_room": "session_id",
    "link_message": "user_id",
    "link_course": "course_id",
}


class SettingsError(Exception):
    """A missing or malformed setting; the message is one line that names it."""


class Settings(BaseSettings):
    """Settings of one server, immutable. Each field `x` is the environment variable `SESSIONS_X`."""

    model_config = SettingsConfigDict(env_prefix="SESSIONS_", env_ignore_empty=True, extra="ignore", frozen=True)

    export: str | None = Field(None, description="Folder of the export; without it a demo export is made")
    data_dir: Path = Field(Path("var"), description="Where snapshots, the demo export and keys are kept")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8050, ge=1, le=65535, description="Port to listen on")
    workers: int = Field(1, ge=1, le=64, description="Server processes")
    auth: Literal["demo"] = Field("demo", description="How people sign in")
    demo_public: bool = Field(False, description="Let demo sign-in serve on other than loopback addresses")
    secret_key: SecretStr | None = Field(
        None, min_length=16, description="Signs cookies; made and kept in the data folder in demo mode"
    )
    time_zone: str = Field("UTC", description="IANA zone where a request names none")
    week_start: Literal["monday", "sunday"] = Field("monday", description="First day of the week")
    low_rating: int = Field(2, ge=1, le=5, description="A student's rating up to this counts as low")
    refresh_seconds: int = Field(30, ge=1, description="How often the export is looked at for changes")
    demo_sessions: int = Field(50_000, ge=1_000, description="Sessions in the demo export")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged")
    recordings_bucket: str | None = Field(None, description="S3 bucket of the recordings")
    recordings_endpoint: str | None = Field(
        None, pattern=r"^https?://", description="URL of the S3-compatible store; AWS where unset"
    )
    platform_url: str = Field(
        "", pattern=r"^(https?://.+)?$", description="Where the platform's other pages live; this host if empty"
    )
    link_dashboard: str = Field("/studio", description="CDSH, the creator dashboard")
    link_profile: str = Field("/users/{user_id}", description="PROF, a person's profile")
    link_room: str = Field("/sessions/{session_id}/room", description="SROM, the session room")
    link_message: str = Field("/messages/new?to={user_id}", description="MSGS, a message to a person")
    link_course: str = Field("/courses/{course_id}", description="CDET, a course")

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
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
        return value

    @property
    def demo_dir(self) -> Path:
        return self.data_dir / "demo-export"

    @property
    def export_location(self) -> str:
        """The export that is served: the given one, else the demo's."""
        return self.export or str(self.demo_dir)

    @property
    def snapshots_dir(self) -> Path:
        """Snapshots of this export alone, so that another's are never taken for its last good one."""
        name = hashlib.sha256(str(Path(self.export_location).resolve()).encode()).hexdigest()[:12]
        return self.data_dir / "snapshots" / name


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError with one line."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = "SESSIONS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
