"""What one setting may be: the forms of values, each with the words for one that is not of it."""

import ipaddress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo

LINK_FIELDS = {
    "link_profile": "user_id",
    "link_room": "session_id",
    "link_message": "user_id",
    "link_course": "course_id",
}
REVIEW_RULES = ("dispute", "low_rating", "short", "no_show", "rating_gap", "no_recording")
LOCALES = Path(__file__).parent.parent / "locales"
HOST = r"[\w.-]+(:\d{1,5})?"
ANCESTOR = rf"('self'|https?://(\*\.)?{HOST})"
URL = rf"^https?://({HOST}|\[[0-9a-fA-F:]+\](:\d{{1,5}})?)(/[^\s?#]*)?$"
ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}$"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_a_language(value: str, info: ValidationInfo) -> str:
    catalogues = info.data.get("locales_dir", LOCALES).glob("*/messages.po")
    there_are = sorted({"en", *(catalogue.parent.name for catalogue in catalogues)})
    if value not in there_are:
        raise ValueError(f"{value!r} is none of the languages there are: {', '.join(there_are)}")
    return value


def _is_a_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
    return value


def _are_rules(value: str) -> str:
    rules = value.replace(",", " ").split()
    for rule in rules:
        if rule not in REVIEW_RULES:
            raise ValueError(f"{rule!r} is none of the rules there are: {', '.join(REVIEW_RULES)}")
    if not rules:
        raise ValueError("must name one at least")
    return value


def _are_networks(value: str) -> str:
    for part in value.replace(",", " ").split():
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(f"{part!r} is not an address or network such as 10.0.0.0/8") from None
    return value


def _is_an_origin(value: str) -> str:
    if urlsplit(value).path.strip("/"):
        raise ValueError("must have no path: the page's is fixed")
    return value.rstrip("/")


def _is_a_mail_server(value: SecretStr) -> SecretStr:
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


def _is_a_template(value: str, info: ValidationInfo) -> str:
    field = LINK_FIELDS.get(info.field_name or "")
    try:
        value.format(**({field: "x"} if field else {}))
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        allowed = f"may hold {{{field}}} and no other field" if field else "may hold no field"
        raise ValueError(f"{value!r} {allowed}") from error
    if not value.startswith(("/", "https://", "http://")):
        raise ValueError(f"{value!r} must begin with / or https://")
    return value


def _is_no_word(value: SecretStr) -> SecretStr:
    if len(set(value.get_secret_value().strip())) < 8:
        raise ValueError("must be random, such as openssl rand -base64 32 gives")
    return value


Language = Annotated[str, AfterValidator(_is_a_language)]
Zone = Annotated[str, AfterValidator(_is_a_zone)]
Rules = Annotated[str, AfterValidator(_are_rules)]
Origin = Annotated[str, Field(pattern=URL), AfterValidator(_is_an_origin)]
Networks = Annotated[str, AfterValidator(_are_networks)]
MailServer = Annotated[SecretStr, AfterValidator(_is_a_mail_server)]
Template = Annotated[str, AfterValidator(_is_a_template)]
RandomSecret = Annotated[SecretStr, Field(min_length=16), AfterValidator(_is_no_word)]
