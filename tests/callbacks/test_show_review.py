"""The panel of a session's review through its callback: what each role sees, and what is left without a store."""

import logging
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import text

from auth.viewer import Role
from layouts import ids
from store.engine import writing
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.serving import wait_for
from tests.two_creators import TABLES

SESSION = "session-a-1"  # it has an open dispute
WISH = {"action": "note", "note": "Asked the student", "items": [{"session_id": SESSION, "version": 0}]}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("reviews")
    export = write_export(folder / "export", as_of=NOW, **TABLES)
    with served(folder / "data", NOW, export=str(export)) as app:
        assert app.as_staff().post("/api/reviews", json=WISH).json()["conflicts"] == []
        yield app


def drawn(client: httpx2.Client, output: str, creator: str = "me") -> str:
    callback = next(one for one in server_callbacks(client) if output in one["output"])
    values = {
        f"{ids.DETAIL_SESSION}.data": SESSION,
        f"{ids.QUESTION}.data": {"search": "range=all&tz=Asia/Tokyo", "creator": creator},
    }
    return call(client, callback, values).text


def test_operations_see_what_was_written_and_in_the_pages_zone(app: Served) -> None:
    panel = drawn(app.as_staff(), ids.REVIEW_PANEL)
    assert "Asked the student" in panel
    assert f"{NOW:%-d %b %Y}, {NOW.hour + 9}:{NOW.minute}" in panel
    assert '"data-decide":"resolve"' in panel.replace(": ", ":")


def test_nobody_gets_the_panel_of_anothers_session(app: Served) -> None:
    assert "Asked the student" in drawn(app.as_creator("anna"), ids.REVIEW_PANEL)
    assert "Asked the student" not in drawn(app.as_creator("bela"), ids.REVIEW_PANEL)


def test_without_the_store_the_session_opens_with_the_exports_own_word_on_its_dispute(
    app: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    anna = app.as_creator("anna")
    alter(app, "ALTER TABLE review_entries RENAME TO elsewhere")
    try:
        assert "reason a" in drawn(anna, ids.DETAIL_BODY)
        assert "Decisions cannot be loaded just now." in drawn(anna, ids.REVIEW_PANEL)
    finally:
        alter(app, "ALTER TABLE elsewhere RENAME TO review_entries")
    wait_for(lambda: "Asked the student" in drawn(anna, ids.REVIEW_PANEL))


def test_staff_who_can_open_no_session_without_the_store_are_told_why(
    app: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    why = "Which sessions staff open is recorded, and the database for that does not answer"
    alter(app, "ALTER TABLE access_log RENAME TO elsewhere")
    try:
        assert why in drawn(app.as_staff(Role.ANALYST), ids.DETAIL_BODY, "all")
        assert "reason a" in drawn(app.as_creator("anna"), ids.DETAIL_BODY)
    finally:
        alter(app, "ALTER TABLE elsewhere RENAME TO access_log")
    wait_for(lambda: "reason a" in drawn(app.as_staff(), ids.DETAIL_BODY, "all"))


def alter(app: Served, statement: str) -> None:
    with writing(app.store.calls.engine) as connection:
        connection.execute(text(statement))
