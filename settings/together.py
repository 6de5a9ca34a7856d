"""Which settings go together: what one needs of others."""

from urllib.parse import urlsplit

from settings.table import Settings
from settings.values import is_loopback


class SettingsError(Exception):
    """A missing or malformed setting; the message is one line that names it."""


def check_together(settings: Settings) -> None:
    """Raises SettingsError."""
    if settings.auth == "oidc":
        _check_oidc(settings)
    _check_receivers(settings)
    _check_mail(settings)


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
