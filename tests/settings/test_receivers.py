"""Settings of what is passed on: analytics events and decisions, signed, and read by nobody on their way."""

import pytest

from settings import SettingsError, load_settings

SECRET = "0123456789abcdefghij"
MALFORMED = [
    ("URL", "{name}.example", "is not of the form"),
    ("URL", "https://u:p@{name}.example", "is not of the form"),
    ("URL", "https://{name}.example/?key=x", "is not of the form"),
    ("SECRET", "hunter2", "at least 16 characters"),
    ("SECRET", "x" * 40, "must be random"),
]
both = pytest.mark.parametrize("name", ["EVENTS", "DECISIONS"])


@pytest.fixture(autouse=True)
def none_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVENTS_URL", "EVENTS_SECRET", "EVENTS_DAYS", "DECISIONS_URL", "DECISIONS_SECRET"):
        monkeypatch.delenv(f"SESSIONS_{name}", raising=False)


def given(name: str, url: str | None, secret: str | None = SECRET) -> dict[str, str | None]:
    return {f"{name.lower()}_url": url, f"{name.lower()}_secret": secret}


@both
@pytest.mark.parametrize(("part", "value", "message"), MALFORMED)
def test_a_malformed_receiver_is_one_line_that_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, part: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"SESSIONS_{name}_{part}", value.format(name=name.lower()))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"SESSIONS_{name}_{part}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert part == "URL" or value not in str(caught.value)


@both
@pytest.mark.parametrize(
    "host", ["https://platform.example/in", "http://127.0.0.1:9", "http://localhost/in", "http://[::1]:9"]
)
def test_all_is_passed_on_where_nobody_can_read_it_on_its_way(name: str, host: str) -> None:
    settings = load_settings(**given(name, host))
    assert getattr(settings, f"{name.lower()}_url") == host
    assert SECRET not in repr(settings)


@both
@pytest.mark.parametrize("host", ["http://platform.example/in", "http://10.0.0.1", "http://localhost.example"])
def test_nothing_is_passed_on_elsewhere(name: str, host: str) -> None:
    with pytest.raises(SettingsError, match=f"^SESSIONS_{name}_URL: must begin with https://"):
        load_settings(**given(name, host))


@both
def test_nothing_is_passed_on_unsigned(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^SESSIONS_{name}_SECRET: needed where SESSIONS_{name}_URL is set$"):
        load_settings(**given(name, "https://platform.example", None))


def test_each_receiver_has_a_secret_of_its_own() -> None:
    with pytest.raises(SettingsError, match=r"^SESSIONS_DECISIONS_SECRET: needed"):
        load_settings(**given("EVENTS", None), **given("DECISIONS", "https://platform.example", None))


@pytest.mark.parametrize(
    ("value", "message"), [("0", "greater than or equal to 1"), ("3651", "less than or equal to 3650")]
)
def test_what_was_passed_on_is_kept_for_a_day_to_ten_years(
    monkeypatch: pytest.MonkeyPatch, value: str, message: str
) -> None:
    monkeypatch.setenv("SESSIONS_EVENTS_DAYS", value)
    with pytest.raises(SettingsError, match=f"^SESSIONS_EVENTS_DAYS: .*{message}"):
        load_settings()
