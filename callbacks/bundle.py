"""The page's own scripts and styles as few files: a first visit pays for each request, headers and all."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

ASSETS = Path(__file__).parent.parent / "assets"
MEDIA_TYPES = {"js": "text/javascript", "css": "text/css"}
FOLDERS = {"page": ASSETS, "later": ASSETS / "later"}
Part = Literal["page", "later"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files of one kind, in the order of their names. Its own name changes with its text, so it is kept for good."""

    name: str
    text: str
    media_type: str


@cache
def bundle(kind: str, part: Part = "page") -> Bundle:
    """All of assets/*.{kind}, which comes with the page, or of assets/later/*.{kind}, which a first visit does without
    (assets/later.js reads it); boot.js is apart, as it runs before the page is drawn."""
    text = "\n".join(path.read_text() for path in sorted(FOLDERS[part].glob(f"*.{kind}")))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Bundle(f"{part}-{digest}.{kind}", text, MEDIA_TYPES[kind])


def bundles() -> Iterator[Bundle]:
    """Every file that there is to serve."""
    for kind in MEDIA_TYPES:
        yield bundle(kind, "page")
        yield bundle(kind, "later")
