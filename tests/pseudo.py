"""A language made of the extracted messages, each ⟦in brackets⟧: what is shown without them went past the catalogue."""

import re
from collections.abc import Iterable
from gettext import NullTranslations
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from layouts.language import Language

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "locales" / "messages.pot"
CODE = "en_AU"  # English dates and numbers, and no catalogue of ours
PLACEHOLDER = re.compile(r"(\{\w+\})")
DATES = r"Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec"
FULL_DATES = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|August|September|October"
    "|November|December"
)
NO_WORDS = re.compile(rf"⟦[^⟦⟧]*⟧|‹[^‹›]*›|<[^<>]*>|%\{{[^}}]*\}}|\b(?:{FULL_DATES}|{DATES}|UTC|[A-Z])\b|[A-Z]\w+/\w+")


def messages() -> Catalog:
    with TEMPLATE.open("rb") as file:
        return read_po(file, locale=CODE)


def bracketed(message: str) -> str:
    """Every run of words in brackets, {placeholders} outside of them."""
    cut = PLACEHOLDER.split(message)
    return "".join(
        part if index % 2 or not re.search(r"[^\W\d_]", part) else f"⟦{part}⟧" for index, part in enumerate(cut)
    )


def write_pseudo(folder: Path) -> None:
    """The catalogue, as a language's own folder in `folder`."""
    catalogue = messages()
    for message in catalogue:
        if isinstance(message.id, str):
            message.string = bracketed(message.id)
        elif message.id:
            message.string = tuple(bracketed(form) for form in message.id)
    (folder / CODE).mkdir(parents=True)
    with (folder / CODE / "messages.po").open("wb") as file:
        write_po(file, catalogue)


class Recorded(NullTranslations):
    """Remembers for which messages it was asked; one that was never extracted stays as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.known = {form for message in messages() for form in _forms(message.id)}
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return bracketed(message) if message in self.known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add(msgid1)
        return self.gettext(msgid1 if n == 1 else msgid2)


def recorded_language() -> tuple[Language, Recorded]:
    words = Recorded()
    return Language(CODE, Locale.parse(CODE), words, None, {}), words


def located_in(folder: str) -> set[str]:
    """The first forms of all messages in files below a folder."""
    found = (message for message in messages() if message.id)
    return {_forms(one.id)[0] for one in found if any(file.startswith(folder) for file, _ in one.locations)}


def untranslated(texts: Iterable[str]) -> list[str]:
    """Those with a letter outside of brackets that is no data, ‹marked› as such, nor part of a date."""
    return sorted({text for text in texts if re.search(r"[^\W\d_]", _bare(text))})


def _bare(text: str) -> str:
    before = ""
    while text != before:
        before, text = text, NO_WORDS.sub("", text)
    return text


def _forms(id_: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (id_,) if isinstance(id_, str) else tuple(id_)
