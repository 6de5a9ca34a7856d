"""A snapshot that was replaced is closed with its last question, whatever was asked of it: its file is large."""

import gc
import weakref
from pathlib import Path
from typing import Any

import httpx2

from layouts import ids
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import NOW, served
from tests.exports import arrow_table, write_export, write_table
from tests.serving import wait_for
from tests.two_creators import TABLES

ANSWERED = (
    "creators/me/sessions", "creators/me/sessions?sort=student&page=2&limit=1", "creators/me/sessions/stats",
    "creators/me/sessions/over-time", "creators/me/sessions/upcoming/overview", "creators/me/courses",
    "creators/me/sessions/compare?from=2026-11-01&to=2026-11-20&vs_range=year_before", "creators/me/students?q=a",
    "reviews", "creators/me/sessions/export?format=csv",
)  # fmt: skip
REFUSED = ("creators/me/sessions?status=bogus", "creators/me/sessions/nobodys", "creators/bela/sessions")


def ask_the_page(client: httpx2.Client) -> None:
    """Every callback, with what it understands and with what it does not."""
    asked = (f"{ids.QUESTION}.data", f"{ids.UPCOMING}.data", f"{ids.COMPARE}.data", f"{ids.REVIEWS}.data")
    for search, said in (("range=all", {200, 204}), ("from=nonsense", {200, 204, 500})):
        question: dict[str, Any] = {name: {"creator": "me", "search": search} for name in asked}
        values = question | {f"{ids.DETAIL_SESSION}.data": "session-a-0", f"{ids.CREATOR}.data": "me"}
        assert {call(client, callback, values).status_code for callback in server_callbacks(client)} <= said


def test_whatever_was_asked_of_it(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", as_of=NOW, **TABLES)
    with served(tmp_path / "data", NOW, export=str(export)) as app:
        anna = app.as_creator("anna")
        gc.disable()
        try:
            assert {path: anna.get(f"/api/{path}").status_code for path in ANSWERED} == dict.fromkeys(ANSWERED, 200)
            assert {anna.get(f"/api/{path}").status_code for path in REFUSED} == {422, 404, 403}
            assert anna.get("/studio/sessions").status_code == 200
            ask_the_page(anna)
            replaced = weakref.ref(app.warehouse.current())
            changed = [session | {"notes": "later"} for session in TABLES["sessions"]]
            write_table(export / "sessions.parquet", arrow_table("sessions", changed))
            app.warehouse.refresh()
            assert app.warehouse.problems == ()
            wait_for(lambda: replaced() is None)
        finally:
            gc.enable()
