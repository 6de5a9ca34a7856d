"""The page's language: its words, how it counts, and how it writes numbers and dates.

Words stand in the code in English. Another language is a catalogue, `<language>/messages.po` in the folder of
catalogues; what that lacks is English. Nothing is translated before it is asked for: the language is a request's.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

SOURCE = "en"
ENGLISH_DATES = {
    "MMMd": "d MMM",
    "yMMMd": "d MMM y",
    "MMMEd": "EEE d MMM",
    "yMMMEd": "EEE d MMM y",
    "MMM": "MMM",
    "yMMM": "MMM y",
}  # as the page has always had them; every other language writes a skeleton as CLDR says
THREE_BY_THREE = (3, 3)

BrowserWords = dict[str, str | dict[str, str]]


class LanguageError(Exception):
    """There is no such catalogue, or it cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. `browser_words` are those of the page's scripts, plurals by CLDR's category; none for English.

    `separators` turns Python's 1,085.5 into the language's; None where it is that already, empty where digits are not
    grouped by threes.
    """

    code: str
    locale: Locale
    words: NullTranslations
    separators: dict[int, str] | None
    browser_words: BrowserWords

    @property
    def marks(self) -> str:
        """What separates decimals, and thousands."""
        symbols = self.locale.number_symbols["latn"]
        return f"{symbols['decimal']}{symbols['group']}"

    @property
    def tag(self) -> str:
        """As HTML and browsers name it."""
        return self.code.replace("_", "-")


def read_language(code: str, folder: Path) -> Language:
    """English, or the catalogue of that name in `folder`. Raises LanguageError."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError) as error:
        raise LanguageError(f"{code!r} is no language that Babel knows") from error
    if code == SOURCE:
        return Language(code, locale, NullTranslations(), _separators(locale), {})
    try:
        with (folder / code / "messages.po").open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
        for message in catalogue:
            _check_fields(message)
        words = _compiled(catalogue)
        in_browser = _browser_words(catalogue, words, locale)
    except (OSError, PoFileError, ValueError) as error:
        raise LanguageError(f"the catalogue of {code!r} cannot be read: {error}") from error
    return Language(code, locale, words, _separators(locale), in_browser)


def _check_fields(message: Message) -> None:
    """A translation may hold the fields of its message and no others: one that it made up would fail when it is drawn.

    Raises ValueError.
    """
    known = {name for text in _texts(message.id) for name in _fields(text)}
    for text in _texts(message.string):
        if message.id and not set(_fields(text)) <= known:
            raise ValueError(f"{text!r} holds a field that its message does not")


def _texts(one_or_forms: str | Sequence[str] | None) -> Sequence[str]:
    return [one_or_forms] if isinstance(one_or_forms, str) else one_or_forms or []


def _fields(text: str) -> list[str]:
    """Raises ValueError where a brace is not closed."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def _compiled(catalogue: Catalog) -> GNUTranslations:
    """What is translated whole; a plural of which a form is missing is English as well."""
    for message in list(catalogue):
        if message.id and isinstance(message.string, tuple) and not all(message.string):
            catalogue.delete(message.id[0])
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _separators(locale: Locale) -> dict[int, str] | None:
    if locale.decimal_formats[None].grouping != THREE_BY_THREE:
        return {}
    symbols = locale.number_symbols["latn"]
    found = {ord(","): symbols["group"], ord("."): symbols["decimal"], ord("-"): symbols["minusSign"]}
    return None if all(chr(mark) == written for mark, written in found.items()) else found


def _browser_words(catalogue: Catalog, words: NullTranslations, locale: Locale) -> BrowserWords:
    samples = {locale.plural_form(count): count for count in (1_000_000, *range(200, -1, -1))}
    found: BrowserWords = {}
    for message in catalogue:
        if not any(file.startswith("assets/") for file, _ in message.locations):
            continue
        if isinstance(message.id, str):
            found[message.id] = words.gettext(message.id)
        else:
            one, many = message.id
            found[one] = {form: words.ngettext(one, many, count) for form, count in samples.items()}
    return found


ENGLISH = read_language(SOURCE, Path())
_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def spoken() -> Language:
    """The language of the request under way; English where none was said."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """All that is drawn within is in this language."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def marked(message: str) -> str:
    """The message itself: tells the extractor of words that are translated later, when they are used."""
    return message


def gettext(message: str, **values: object) -> str:
    """The message in the page's language, its {placeholders} filled."""
    translated = _spoken.get().words.gettext(message)
    return translated.format(**values) if values else translated


def counted(count: int, one: str, many: str, **values: object) -> str:
    """1 session, 1,085 sessions: the form that the language has for so many, {count} written as it writes numbers."""
    form = _spoken.get().words.ngettext(one, many, count)
    return form.format(count=number(count), **values)


def parts(message: str, **values: Any) -> list[Any]:
    """The message cut at its {placeholders}, components in their place."""
    found: list[Any] = []
    for text, name, _, _ in Formatter().parse(gettext(message)):
        found += [text] if text else []
        found += [values[name]] if name is not None else []
    return found


def number(value: float, decimals: int = 0) -> str:
    """1,085, or 87.2: digits grouped and separated as the language does."""
    language = _spoken.get()
    if language.separators is None:
        return f"{value:,.{decimals}f}"
    if language.separators:
        return f"{value:,.{decimals}f}".translate(language.separators)
    whole = language.locale.decimal_formats[None].pattern.partition(".")[0]
    return format_decimal(value, whole + ("." + "0" * decimals if decimals else ""), locale=language.locale)


def written_date(value: date, skeleton: str) -> str:
    """The parts of a date that a CLDR skeleton names, in the language's order: yMMMd is 1 Sep 2026."""
    return _written_date(_spoken.get(), value, skeleton)


@lru_cache(maxsize=8192)
def _written_date(language: Language, value: date, skeleton: str) -> str:
    """Kept: a chart of ninety days asks for each day eight times, and Babel takes a while."""
    if language.code == SOURCE:
        return format_date(value, ENGLISH_DATES[skeleton], locale=language.locale)
    return str(language.locale.datetime_skeletons[skeleton].apply(value, language.locale))


def browser_words() -> str:
    """The scripts' words as a block of the document, which no browser runs; nothing for English."""
    words = _spoken.get().browser_words
    if not words:
        return ""
    said = json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="page-words">{said}</script>'
