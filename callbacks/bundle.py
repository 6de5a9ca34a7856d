"""The page's own scripts and styles as one file each: a first visit pays for each request, headers and all."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent.parent / "assets"
MEDIA_TYPES = {"js": "text/javascript", "css": "text/css"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files of one kind, in the order of their names. Its own name changes with its text, so it is kept for good."""

    name: str
    text: str
    media_type: str


@cache
def bundle(kind: str) -> Bundle:
    """All of assets/*.{kind}; boot.js is apart, as it runs before the page is drawn."""
    folders = (ASSETS, ASSETS / "later")
    text = "\n".join(path.read_text() for folder in folders for path in sorted(folder.glob(f"*.{kind}")))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Bundle(f"page-{digest}.{kind}", text, MEDIA_TYPES[kind])
