"""What sign-in at a provider needs of the settings."""

import pytest

from settings import SettingsError, load_settings

OIDC = {
    "AUTH": "oidc",
    "PUBLIC_URL": "https://studio.example",
    "SECRET_KEY": "0123456789abcdef",
    "OIDC_ISSUER": "https://id.example",
    "OIDC_CLIENT_ID": "sessions",
}


def test_sign_in_at_a_provider_needs_no_more_than_these() -> None:
    settings = load_settings(**{name.lower(): value for name, value in OIDC.items()})
    assert settings.oidc_audience is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("OIDC_ISSUER", None, "needed where SESSIONS_AUTH=oidc"),
        ("OIDC_CLIENT_ID", None, "needed where SESSIONS_AUTH=oidc"),
        ("PUBLIC_URL", None, "needed where SESSIONS_AUTH=oidc"),
        ("SECRET_KEY", None, "needed where SESSIONS_AUTH=oidc"),
        ("OIDC_ISSUER", "http://id.example", "must begin with https://"),
        ("PUBLIC_URL", "http://studio.example", "must begin with https://"),
        ("OIDC_AUDIENCE", "sessions", "must differ from SESSIONS_OIDC_CLIENT_ID"),
        ("OIDC_CREATOR_ROLE", "operations", "four different names"),
    ],
)
def test_sign_in_at_a_provider_that_would_not_be_safe_stops_the_start(
    name: str, value: str | None, message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(**{key.lower(): given for key, given in (OIDC | {name: value}).items()})
    assert str(caught.value).startswith(f"SESSIONS_{name}")
    assert message in str(caught.value)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(auth="oidc")
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "PUBLIC_URL", "SECRET_KEY")
    assert str(caught.value) == f"{', '.join(f'SESSIONS_{name}' for name in names)}: needed where SESSIONS_AUTH=oidc"
