"""What there is to translate, and whether each catalogue has it, whole and with its placeholders."""

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from layouts.language import (
    ENGLISH,
    Language,
    LanguageError,
    browser_words,
    counted,
    gettext,
    number,
    read_language,
    speaking,
)
from layouts.words import LETTER_WIDTH, SAID_ELSEWHERE, days, duration, moment, percent, wider
from tests.pseudo import CODE, ROOT, TEMPLATE, write_pseudo

LOCALES = ROOT / "locales"
CATALOGUES = sorted(LOCALES.glob("*/messages.po"))
BABEL = ("-m", "babel.messages.frontend")
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"
"""


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=None if file.suffix == ".pot" else file.parent.name, abort_invalid=True)


def ids_of(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


def catalogue_of(folder: Path, code: str, plurals: str, words: str) -> Language:
    (folder / code).mkdir()
    (folder / code / "messages.po").write_text(f"{HEADER.format(plurals=plurals)}\n{words}")
    return read_language(code, folder)


@pytest.fixture(scope="module")
def german() -> Language:
    return read_language("de", LOCALES)


# The catalogues


def test_the_template_has_every_message_that_is_marked_and_no_other(tmp_path: Path) -> None:
    """`make messages` writes it; this is its first command, written elsewhere."""
    keywords = re.search(r"KEYWORDS := (.*)", (ROOT / "Makefile").read_text())
    assert keywords
    asked = ["--mapping-file=pyproject.toml", "--no-default-keywords", f"--keywords={keywords[1]}"]
    out = tmp_path / "messages.pot"
    command = [sys.executable, *BABEL, "--quiet", "extract", *asked, "--add-location=file", f"--output={out}", "."]
    subprocess.run(command, cwd=ROOT, check=True)
    assert ids_of(read(out)) == ids_of(read(TEMPLATE))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parent.name)
def test_a_catalogue_has_every_message_in_every_form_and_no_other(file: Path) -> None:
    catalogue = read(file)
    assert ids_of(catalogue) == ids_of(read(TEMPLATE))
    assert [message.id for message in catalogue if message.id and not all(forms(message.string))] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parent.name)
def test_a_translation_has_the_placeholders_of_its_message(file: Path) -> None:
    for message in read(file):
        if not message.id:
            continue
        one, *_ = forms(message.id)
        assert [form for form in forms(message.string) if placeholders(form) != placeholders(one)] == []


def forms(said: Any) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, list | tuple) else (said,)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parent.name)
def test_a_catalogue_is_read_and_speaks_to_the_browser(file: Path) -> None:
    language = read_language(file.parent.name, LOCALES)
    assert language.browser_words["Retry"]
    assert "other" in language.browser_words["{count} session"]
    assert "Breadcrumb" not in language.browser_words


def test_what_others_say_is_what_they_say() -> None:
    code = " ".join(path.read_text() for folder in ("queries", "auth") for path in (ROOT / folder).rglob("*.py"))
    assert [message for message in SAID_ELSEWHERE if message[1:].removesuffix(".") not in code] == []


# A language in use


def test_numbers_dates_and_plurals_are_the_languages_own(german: Language) -> None:
    with speaking(german):
        assert [number(1085), number(87.25, 1), number(-0.5, 2), percent(87)] == ["1.085", "87,2", "-0,50", "87\u00a0%"]
        assert days(date(2026, 9, 1), date(2026, 11, 23)) == "1. Sept. – 23. Nov."
        assert moment(datetime(2026, 11, 21, 8, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == "Sa., 21. Nov. 2026, 09:00"
        assert [counted(n, "{count} session", "{count} sessions") for n in (0, 1, 2000)] == [
            "0 Sitzungen", "1 Sitzung", "2.000 Sitzungen",
        ]  # fmt: skip
        assert duration(datetime(2026, 1, 3) - datetime(2026, 1, 1)) == "2 Tage"
    assert number(1085) == "1,085"


def test_a_width_grows_with_the_words_that_stand_in_it(german: Language) -> None:
    statuses = ("Completed", "No-show")
    assert wider(108, *statuses) == 108
    with speaking(german):
        assert wider(108, *statuses) == 108 + LETTER_WIDTH * (len("Abgeschlossen") - len("Completed"))
        assert wider(50, "Retry", "Highest rating first") == 50 + LETTER_WIDTH * (len("Beste Bewertung zuerst") - 20)
        assert wider(50, "Previous") == 50


def test_a_language_with_other_groups_of_digits_has_them(tmp_path: Path) -> None:
    with speaking(catalogue_of(tmp_path, "hi", "nplurals=2; plural=(n > 1);", "")):
        assert [number(1234567), number(1234.5, 1), number(0.25, 2)] == ["12,34,567", "1,234.5", "0.25"]


def test_more_than_two_plurals_reach_the_browser_by_category(tmp_path: Path) -> None:
    plurals = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    said = """#: assets/x.js\nmsgid "{count} session"\nmsgid_plural "{count} sessions"
msgstr[0] "{count} sesja"\nmsgstr[1] "{count} sesje"\nmsgstr[2] "{count} sesji"\n"""
    polish = catalogue_of(tmp_path, "pl", plurals, said)
    sent = polish.browser_words["{count} session"]
    assert isinstance(sent, Mapping)
    assert {form: sent[form] for form in ("one", "few", "many")} == {
        "one": "{count} sesja", "few": "{count} sesje", "many": "{count} sesji",
    }  # fmt: skip
    with speaking(polish):
        assert counted(22, "{count} session", "{count} sessions") == "22 sesje"


def test_what_a_catalogue_lacks_is_english_a_plural_with_a_form_missing_too(tmp_path: Path) -> None:
    said = 'msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] "{count} dag"\nmsgstr[1] ""\n'
    with speaking(catalogue_of(tmp_path, "nl", "nplurals=2; plural=(n != 1);", said)):
        assert gettext("Sessions") == "Sessions"
        assert counted(1, "{count} day", "{count} days") == "1 day"
        assert counted(3, "{count} day", "{count} days") == "3 days"


def test_words_for_the_browser_cannot_end_their_block_and_english_has_none(tmp_path: Path) -> None:
    said = '#: assets/x.js\nmsgid "Retry"\nmsgstr "</script>"\n'
    with speaking(catalogue_of(tmp_path, "fr", "nplurals=2; plural=(n > 1);", said)):
        assert browser_words().count("</script>") == 1
    with speaking(ENGLISH):
        assert browser_words() == ""


@pytest.mark.parametrize(("code", "said"), [("de", "cannot be read"), ("tlh", "no language that Babel knows")])
def test_a_catalogue_that_is_not_there_is_refused(tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(LanguageError, match=said):
        read_language(code, tmp_path)


def test_a_catalogue_that_is_broken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="cannot be read"):
        catalogue_of(tmp_path, "fr", "nplurals=2; plural=(n > 1);", "msgid no quotes")


@pytest.mark.parametrize("said", ["{unknown} Sitzungen", "{0} Sitzungen", "{ count}", "{count", "{}"])
def test_a_translation_with_a_field_that_its_message_has_not_is_refused_at_start(tmp_path: Path, said: str) -> None:
    text = f'msgid "{{count}} session"\nmsgid_plural "{{count}} sessions"\nmsgstr[0] "{said}"\nmsgstr[1] "{said}"\n'
    with pytest.raises(LanguageError, match="cannot be read"):
        catalogue_of(tmp_path, "de", "nplurals=2; plural=(n != 1);", text)


def test_plural_forms_that_are_none_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="cannot be read"):
        catalogue_of(tmp_path, "de", "nplurals=2; plural=(n +* 1);", 'msgid "Retry"\nmsgstr "Noch einmal"\n')


def test_the_language_of_brackets_is_read_like_any_other(tmp_path: Path) -> None:
    write_pseudo(tmp_path)
    with speaking(read_language(CODE, tmp_path)):
        assert gettext("times in {zone}", zone="UTC") == "⟦times in ⟧UTC"
