"""Settings from the environment: what each may be, and in what words it is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from queries.review_models import Reason
from settings import Settings, SettingsError, load_settings
from settings.values import LOCALES

MALFORMED = [
    ("PORT", "http", "valid integer"),
    ("PORT", "0", "greater than or equal to 1"),
    ("PORT", "65536", "less than or equal to 65535"),
    ("PORT", "80.5", "valid integer"),
    ("WORKERS", "0", "greater than or equal to 1"),
    ("WORKERS", "65", "less than or equal to 64"),
    ("AUTH", "none", "'demo' or 'oidc'"),
    ("PUBLIC_URL", "studio.example", "is not of the form"),
    ("PUBLIC_URL", "https://studio.example/sub", "must have no path"),
    ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "'proxy' is not an address or network"),
    ("TRUSTED_PROXIES", "*", "'*' is not an address or network"),
    ("FRAME_ANCESTORS", "*", "is not of the form"),
    ("FRAME_ANCESTORS", "https://a.example; script-src *", "is not of the form"),
    ("FRAME_ANCESTORS", "'none' https://a.example", "is not of the form"),
    ("SIGN_IN_HOURS", "0", "greater than or equal to 1"),
    ("IDLE_MINUTES", "4", "greater than or equal to 5"),
    ("OIDC_ISSUER", "id.example", "is not of the form"),
    ("OIDC_ISSUER", "https://id.example/?a=b", "is not of the form"),
    ("OIDC_SCOPES", "profile", "is not of the form"),
    ("OIDC_SCOPES", "my-openid", "is not of the form"),
    ("FRAME_ANCESTORS", "https://*", "is not of the form"),
    ("PUBLIC_URL", "https://u:p@studio.example", "is not of the form"),
    ("LINK_PROFILE", "javascript:alert('{user_id}')", "must begin with / or https://"),
    ("FEED_DAYS", "0", "greater than or equal to 1"),
    ("SECRET_KEY", "x" * 40, "must be random"),
    ("DEMO_PUBLIC", "perhaps", "boolean"),
    ("SECRET_KEY", "hunter2", "at least 16 characters"),
    ("TIME_ZONE", "Berlin", "'Berlin' is not an IANA time zone"),
    ("TIME_ZONE", "../../etc/passwd", "is not an IANA time zone"),
    ("LANGUAGE", "tlh", "'tlh' is none of the languages there are: de, en"),
    ("WEEK_START", "saturday", "'monday' or 'sunday'"),
    ("LOW_RATING", "0", "greater than or equal to 1"),
    ("LOW_RATING", "6", "less than or equal to 5"),
    ("REFRESH_SECONDS", "0", "greater than or equal to 1"),
    ("REFRESH_SECONDS", "1m", "valid integer"),
    ("ANSWERS_MEGABYTES", "-1", "greater than or equal to 0"),
    ("ANSWERS_MEGABYTES", "64MB", "valid integer"),
    ("DEMO_SESSIONS", "999", "greater than or equal to 1000"),
    ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("RECORDINGS_ENDPOINT", "s3.example.com", "is not of the form"),
    ("RECORDINGS_ENDPOINT", "ftp://s3.example.com", "is not of the form"),
    ("EXPORT_ENDPOINT", "s3.example.com", "is not of the form"),
    ("EXPORT_CACHE_GIGABYTES", "0", "greater than or equal to 1"),
    ("PLATFORM_URL", "example.com", "is not of the form"),
    ("PLATFORM_URL", "javascript:alert(1)", "is not of the form"),
    ("REVIEW_RULES", "dispute low_rated", "'low_rated' is none of the rules there are: dispute, low_rating"),
    ("REVIEW_RULES", "flagged", "'flagged' is none of the rules"),
    ("REVIEW_RULES", " , ", "must name one at least"),
    ("REVIEW_SHORT_PERCENT", "0", "greater than or equal to 1"),
    ("REVIEW_SHORT_PERCENT", "101", "less than or equal to 100"),
    ("REVIEW_RATING_GAP", "0", "greater than or equal to 1"),
    ("REVIEW_RATING_GAP", "5", "less than or equal to 4"),
    ("LINK_PROFILE", "/users/{session_id}", "may hold {user_id} and no other field"),
    ("LINK_PROFILE", "/users/{user_id.name}", "may hold {user_id} and no other field"),
    ("LINK_PROFILE", "/users/{user_id[x]}", "may hold {user_id} and no other field"),
    ("LINK_PROFILE", "/users/{}", "may hold {user_id} and no other field"),
    ("LINK_PROFILE", "/users/{user_id", "may hold {user_id} and no other field"),
    ("LINK_ROOM", "/rooms/{user_id}", "may hold {session_id} and no other field"),
    ("LINK_MESSAGE", "/messages/{course_id}", "may hold {user_id} and no other field"),
    ("LINK_COURSE", "/courses/{id}", "may hold {course_id} and no other field"),
    ("LINK_DASHBOARD", "/studio/{user_id}", "may hold no field"),
]


@pytest.mark.parametrize(("name", "value", "message"), MALFORMED)
def test_a_malformed_setting_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"SESSIONS_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith(f"SESSIONS_{name}: ")
    assert message in line
    assert "\n" not in line


def test_the_message_about_a_short_key_does_not_tell_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSIONS_SECRET_KEY", "hunter2")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_a_form_that_is_wanted_is_told_by_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSIONS_FRAME_ANCESTORS", "self")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        "SESSIONS_FRAME_ANCESTORS: 'self' is not of the form 'self' https://studio.example.com or 'none'"
    )


def test_snapshots_of_a_bucket_are_kept_apart_by_store_and_prefix_wherever_the_start_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folder(**settings: str) -> Path:
        return load_settings(data_dir=Path("/data"), **settings).snapshots_dir

    first = folder(export="s3://bucket/a")
    monkeypatch.chdir(tmp_path)
    assert folder(export="s3://bucket/a") == first
    others = {
        folder(export="s3://bucket/b"),
        folder(export="s3://bucket/a", export_endpoint="https://s3.example"),
        folder(export="/bucket/a"),
    }
    assert len(others | {first}) == 4


def test_without_any_setting_the_demo_is_served_on_this_machine_alone() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.export) == ("127.0.0.1", 8050, None)
    assert settings.export_location == str(settings.demo_dir)


def test_an_empty_setting_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"SESSIONS_{name.upper()}", "")
    assert load_settings() == Settings()


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "EXPORT": "/data/export", "DATA_DIR": "/data", "HOST": "::1", "PORT": "80", "WORKERS": "4", "AUTH": "oidc",
        "DEMO_PUBLIC": "true", "SECRET_KEY": "0123456789abcdef", "TIME_ZONE": "Asia/Kolkata", "WEEK_START": "sunday",
        "LOW_RATING": "3", "REFRESH_SECONDS": "5", "STALE_HOURS": "48", "DEMO_SESSIONS": "1000",
        "LOG_LEVEL": "debug", "ANSWERS_MEGABYTES": "16",
        "RECORDINGS_BUCKET": "clips", "RECORDINGS_ENDPOINT": "https://s3.example", "PLATFORM_URL": "https://p.example",
        "LINK_DASHBOARD": "/d", "LINK_PROFILE": "/p/{user_id}", "LINK_ROOM": "/r/{session_id}",
        "LINK_MESSAGE": "/m/{user_id}", "LINK_COURSE": "/c/{course_id}",
        "PUBLIC_URL": "https://studio.example", "TRUSTED_PROXIES": "10.0.0.0/8,::1",
        "FRAME_ANCESTORS": "'self' https://studio.example", "DATABASE_URL": "postgresql://u:p@db/sessions",
        "SIGN_IN_HOURS": "8", "IDLE_MINUTES": "30", "FEED_DAYS": "90",
        "OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "sessions",
        "OIDC_CLIENT_SECRET": "the client's secret", "OIDC_SCOPES": "openid roles", "OIDC_AUDIENCE": "https://api.example",
        "OIDC_ROLES_CLAIM": "realm_access.roles", "OIDC_CREATOR_CLAIM": "creator", "OIDC_NAME_CLAIM": "nickname",
        "OIDC_CREATOR_ROLE": "teacher", "OIDC_OPERATIONS_ROLE": "ops", "OIDC_ANALYST_ROLE": "bi",
        "OIDC_PRIVATE_ROLE": "everything", "EVENTS_URL": "https://events.example", "EVENTS_SECRET": "ghijklmnopqrstuv",
        "EVENTS_DAYS": "30", "REVIEW_RULES": "dispute no_show", "REVIEW_SHORT_PERCENT": "40", "REVIEW_RATING_GAP": "2",
        "DECISIONS_URL": "https://p.example/decisions", "DECISIONS_SECRET": "klmnopqrstuvwxyz",
        "DOWNLOADS_HOURS": "24", "DOWNLOADS_AT_ONCE": "3", "DOWNLOADS_GIGABYTES": "5",
        "SMTP_URL": "smtps://u:p@mail.example", "MAIL_FROM": "sessions@studio.example",
        "LANGUAGE": "de", "LOCALES_DIR": str(LOCALES),
        "EXPORT_ENDPOINT": "https://s3.example", "EXPORT_CACHE_GIGABYTES": "7",
        "BUILD_GIGABYTES": "3", "BUILD_THREADS": "1",
    }  # fmt: skip
    assert {name.lower() for name in given} == set(Settings.model_fields)
    for name, value in given.items():
        monkeypatch.setenv(f"SESSIONS_{name}", value)
    found = load_settings().model_dump()
    for secret in ("SECRET_KEY", "DATABASE_URL", "OIDC_CLIENT_SECRET", "EVENTS_SECRET", "DECISIONS_SECRET", "SMTP_URL"):
        assert found.pop(secret.lower()).get_secret_value() == given.pop(secret)
    assert {name.upper(): str(value).lower() for name, value in found.items()} == {
        name: value.lower() for name, value in given.items()
    }


def test_rules_of_review_may_be_written_with_commas_and_are_all_by_default() -> None:
    assert load_settings(review_rules="no_show,dispute , short").rules_of_review == ["no_show", "dispute", "short"]
    assert load_settings().rules_of_review == [reason for reason in Reason if reason is not Reason.FLAGGED]


def test_settings_do_not_change_and_do_not_show_the_key() -> None:
    settings = load_settings(secret_key="0123456789abcdef")
    with pytest.raises(ValidationError):
        setattr(settings, "port", 80)  # noqa: B010  # mypy knows it too
    assert "0123456789abcdef" not in repr(settings)
