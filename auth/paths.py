"""Addresses of sign-in and sign-out, and where they may lead."""

from urllib.parse import urlsplit

SIGN_IN = "/sign-in"
CALLBACK = "/sign-in/callback"
SIGN_OUT = "/sign-out"
SIGNED_OUT = "/sign-out/done"


def same_site_path(target: str | None, default: str) -> str:
    """`target` if it is a path of this site, else `default`: sign-in never sends anybody elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    parts = urlsplit(target)
    printable = target.isprintable() and "\\" not in target
    return default if parts.scheme or parts.netloc or not printable else target
