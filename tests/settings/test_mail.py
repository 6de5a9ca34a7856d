"""Settings of mail: a server, from whom, and where the links in it lead."""

import pytest

from settings import SettingsError, load_settings

GIVEN = {"mail_from": "sessions@example.com", "public_url": "https://studio.example.com"}


@pytest.fixture(autouse=True)
def none_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "MAIL_FROM", "PUBLIC_URL"):
        monkeypatch.delenv(f"SESSIONS_{name}", raising=False)


@pytest.mark.parametrize(
    "url",
    ["smtp://127.0.0.1:2525", "smtp://u:hunter2@localhost", "smtp://u:hunter2@mail.example:587?starttls",
     "smtps://u:hunter2@mail.example", "smtp://mail.example"],
)  # fmt: skip
def test_a_mail_server_is_taken_and_its_password_shown_nowhere(url: str) -> None:
    settings = load_settings(smtp_url=url, **GIVEN)
    assert settings.smtp_url
    assert settings.smtp_url.get_secret_value() == url
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mail.example", "must be of the form"),
        ("http://mail.example", "must be of the form"),
        ("smtp://", "must be of the form"),
        ("smtp://mail.example:port", "must be of the form"),
        ("smtp://mail.example/path", "must be of the form"),
        ("smtp://mail.example?tls", "must be of the form"),
        ("smtp://u:hunter2@mail.example", "unencrypted"),
    ],
)
def test_a_malformed_one_is_one_line_that_names_it_and_tells_no_password(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings(smtp_url=url, **GIVEN)
    assert str(caught.value).startswith("SESSIONS_SMTP_URL: ")
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", list(GIVEN))
def test_nothing_is_mailed_from_nobody_or_with_links_to_nowhere(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^SESSIONS_{missing.upper()}: needed where SESSIONS_SMTP_URL is set$"):
        load_settings(smtp_url="smtps://mail.example", **GIVEN | {missing: None})


@pytest.mark.parametrize("address", ["nobody", "a b@example.com", "a@example.com\nBcc: b@example.com", "<a@b.c>"])
def test_whom_it_comes_from_is_an_address(address: str) -> None:
    with pytest.raises(SettingsError, match=r"^SESSIONS_MAIL_FROM: "):
        load_settings(smtp_url="smtps://mail.example", **GIVEN | {"mail_from": address})
