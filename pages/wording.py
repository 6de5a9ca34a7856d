"""The application's language, for every request and for the pages outside Dash."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape
from starlette.types import ASGIApp, Receive, Scope, Send

from layouts.language import Language, counted, gettext, number, speaking, spoken


class InLanguage:
    """Has everything within answered in one language."""

    def __init__(self, app: ASGIApp, language: Language) -> None:
        self.app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with speaking(self._language):
            await self.app(scope, receive, send)


def template_words() -> dict[str, Callable[..., Any]]:
    """What templates call: words as text, their {placeholders} filled with text, or with markup as it is."""
    return {"_": _text, "counted": counted, "number": number, "language": lambda: spoken().tag}


def _text(message: str, **values: object) -> Markup:
    translated = escape(gettext(message))
    return translated.format(**values) if values else translated
