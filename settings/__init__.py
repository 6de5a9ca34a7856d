"""The settings of one server, read from the environment."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from settings.table import Settings
from settings.together import SettingsError, check_together
from settings.values import ADDRESS, is_loopback

__all__ = ["ADDRESS", "Settings", "SettingsError", "is_loopback", "load_settings", "unknown_settings"]


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError with one line."""
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_line(error)) from None
    check_together(settings)
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
