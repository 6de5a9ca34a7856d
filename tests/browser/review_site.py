"""A server whose sessions a journey decides about: what it lists, shows and has written."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from auth.cookie import COOKIE, SessionCookie, SignIn
from auth.viewer import Role, Viewer

MARIA = Viewer("maria", "Maria Lopez", Role.OPERATIONS)
SHOWS = "(id) => document.querySelector('#review-panel [data-session]')?.dataset.session === id"
Row = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A server of its own, and the store that it writes."""

    address: str
    folder: Path

    def entries(self, session: str) -> list[tuple[Any, ...]]:
        asked = (
            "SELECT version, action, state, outcome, note, account FROM review_entries WHERE session_id = ? ORDER BY 1"
        )
        with closing(sqlite3.connect(self.folder / "store.sqlite")) as connection:
            return connection.execute(asked, (session,)).fetchall()

    def as_maria(self, context: BrowserContext) -> BrowserContext:
        cookie = SessionCookie((self.folder / "secret_key").read_text()).write(SignIn.of(MARIA))
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.address}])
        return context


def queue(page: Page, site: Site, **asked: str) -> list[Row]:
    """What REST lists as still to do, with a recording that plays first where one is asked for."""
    query: dict[str, str | float | bool] = {"creator": "all", "range": "all", "limit": "200", **asked}
    found: list[Row] = page.request.get(f"{site.address}/api/reviews", params=query).json()["reviews"]
    return found


def shown(page: Page, session: str) -> None:
    page.wait_for_function(SHOWS, arg=session)


def open_session(page: Page, site: Site, session: str, tab: str = "") -> None:
    page.goto(f"{site.address}/studio/sessions?range=all&session={session}{tab}")
    shown(page, session)


def plays(page: Page, site: Site, row: Row) -> bool:
    return bool(row["has_recording"]) and page.request.get(f"{site.address}/api/sessions/{row['id']}/recording").ok
