"""Pages outside Dash, in the language of brackets: nothing on them is said past the catalogue."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.templating import Jinja2Templates

from layouts.language import speaking
from layouts.words import SAID_ELSEWHERE
from pages import TEMPLATES
from pages.access_log import ACTION_LABELS
from pages.wording import template_words
from store.access_log import Action
from tests.pseudo import located_in, recorded_language, untranslated

NAMES = sorted(path.name for path in TEMPLATES.glob("*.html"))
STAFF = [
    SimpleNamespace(id=role, name="‹Staff›", role=SimpleNamespace(value=role)) for role in ("operations", "analyst")
]
CREATORS = [SimpleNamespace(id="c", name="‹Elena›", sessions=count) for count in (1, 1200)]
ROW = {"at": "Sat 21 Nov 2026, 09:00", "account": "‹a›", "name": "‹Ada›", "session_id": "‹1›", "creator_id": "‹c›"}
LOG = {"actions": ACTION_LABELS, "viewer": STAFF[0], "zone_given": {}, "page": "/", "log": "/", "zone": "UTC"}
FIGURE = {"label": "‹Sessions›", "value": "12", "change": "▲ 2", "news": "good", "before": "10", "basis": "‹basis›"}
REVIEW = {"when": "1 Nov", "course": "‹c›", "student": "‹s›", "st": "‹t›", "reasons": "‹why›", "link": "/"}
QUIET = {"view": "‹v›", "days": "1 Nov", "whose": None, "filters": [], "as_of": "‹a›", "zone": "‹z›",
         "figures": [FIGURE], "waiting": "‹none›", "reasons": [], "reviews": [], "more": 0, "page": "/", "queue": "/",
         "web": "/", "stop": "/", "is_mailed": False}  # fmt: skip
BUSY = QUIET | {"whose": "‹w›", "filters": ["‹f›"], "reasons": [{"label": "‹r›", "count": "3", "link": "/"}],
                "reviews": [REVIEW], "more": 1200, "is_mailed": True}  # fmt: skip
CONTEXTS: dict[str, list[dict[str, Any]]] = {
    "access_log.html": [
        LOG | {"given": {}},
        LOG | {"given": {"account": "a"}},
        LOG | {"given": {"page": 3}, "beyond": True, "first_page": "/"},
        LOG | {"given": {}, "rows": [ROW], "first": 1, "total": 1200, "newer": "/", "older": "/"},
    ],
    "digest.html": [QUIET, BUSY, BUSY | {"more": 1}],
    "digest_link.html": [
        {"kind": kind, "done": done, "good": good}
        for kind in ("confirm", "stop")
        for done in (True, False)
        for good in (True, False)
    ],
    "digest_problem.html": [{"words": "‹words›"}],
    "mail_digest.html": [QUIET, BUSY, BUSY | {"more": 1}],
    "mail_question.html": [{"by": "‹b›", "view": "‹v›", "confirm": "/", "stop": "/"}],
    "not_found.html": [{"path": "‹/nowhere›"}],
    "sign_in.html": [{"staff": STAFF, "creators": CREATORS}, {"staff": [], "creators": []}],
    "sign_in_failed.html": [
        {"message": message, "account": account, "next": "/"} for message in SAID_ELSEWHERE for account in (None, "‹a›")
    ],
    "signed_out.html": [{"only_here": True}, {"only_here": False}],
    "signing_out.html": [{"is_framed": True}, {"is_framed": False}],
    "starting.html": [{"failed": True}, {"failed": False}],
}


def drawn(name: str) -> Iterator[str]:
    templates = Jinja2Templates(TEMPLATES)
    templates.env.globals.update(icon="", **template_words())
    for context in CONTEXTS.get(name, [{}]):
        yield templates.get_template(name).render({"next": "/", **context})


def texts(document: str) -> Iterator[str]:
    """What is between the tags, and in the attributes that are read out or shown; code, styles and scripts are none."""
    body = re.sub(r"<(style|script|code)\b.*?</\1>", "", document, flags=re.S)
    yield from re.findall(r"(?:title|placeholder|data-label|aria-label)=\"([^\"]*)\"", body)
    yield from re.split(r"<[^<>]*>", body)


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_page_comes_from_the_catalogue(name: str) -> None:
    language, _ = recorded_language()
    with speaking(language):
        documents = list(drawn(name))
    assert all("⟦" in document and 'lang="en-AU"' in document for document in documents)
    assert untranslated(text for document in documents for text in texts(document)) == []


def test_every_message_of_the_templates_is_drawn_here() -> None:
    language, recorded = recorded_language()
    with speaking(language):
        assert [list(drawn(name)) for name in NAMES]
    assert located_in("pages/templates/") - recorded.asked == set()


def test_words_are_text_and_so_is_what_is_put_into_them() -> None:
    words = template_words()["_"]
    assert words("<b>") == "&lt;b&gt;"
    assert words("{address} <b>", address="<i>") == "&lt;i&gt; &lt;b&gt;"


def test_each_kind_of_access_has_its_words_and_can_be_asked_for() -> None:
    assert set(ACTION_LABELS) == set(Action)
