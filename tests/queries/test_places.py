"""Where a creator's rows lie is looked up, and leaves out none of them and nobody else's in."""

from pathlib import Path

from auth.viewer import CreatorScope
from queries.sessions import COUNT_SESSIONS, Sort, list_sessions
from queries.statement import filter_values, setup_sql
from tests.exports import arrow_table, session, write_export, write_table
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import NOW
from warehouse.build import build_snapshot
from warehouse.publish import snapshots_in
from warehouse.snapshot import Snapshot
from warehouse.source import open_export

COURSES = {"c1": "k1", "c2": "k2"}


def test_after_a_refresh_others_rows_may_lie_between_and_are_not_shown(tmp_path: Path) -> None:
    rows = {
        creator: [session(number // 2, course_id=course) | {"id": f"{creator}-{number:02}"} for number in range(20)]
        for creator, course in COURSES.items()
    }
    export = write_export(tmp_path / "export", sessions=None, session_assessments=[])
    for name, some in {"stays": [*rows["c1"][1::2], *rows["c2"]], "changes": rows["c1"][::2]}.items():
        write_table(export / "sessions" / f"{name}.parquet", arrow_table("sessions", some))
    build_snapshot(open_export(export), tmp_path / "out")
    rows["c1"][0]["notes"] = "changed"
    write_table(export / "sessions" / "changes.parquet", arrow_table("sessions", rows["c1"][::2]))
    build_snapshot(open_export(export), tmp_path / "out")
    snapshot = Snapshot(snapshots_in(tmp_path / "out")[0], setup_sql())
    assert snapshot.places_of("c1")[0] < snapshot.places_of("c2")[0] < snapshot.places_of("c1")[1]
    for creator, own in rows.items():
        asked = question(Asked(creator, NOW, params={"range": "all"}))
        page = list_sessions(snapshot, asked.scope, asked.filters, sort=Sort.SCHEDULED_START, page=1, limit=500)
        assert [row.id for row in page.sessions] == [row["id"] for row in own]
        assert page.pagination.total == len(own)
    assert snapshot.places_of("nobody") == (0, -1)
    snapshot.close()


def test_all_creators_are_asked_about_without_places(tmp_path: Path) -> None:
    rows = [session(number, course_id=f"k{1 + number % 2}") for number in range(10)]
    export = write_export(tmp_path / "export", sessions=rows, session_assessments=[])
    build_snapshot(open_export(export), tmp_path / "out")
    snapshot = Snapshot(snapshots_in(tmp_path / "out")[0], setup_sql())
    asked = question(Asked(None, NOW, params={"range": "all"}))
    for scope in (asked.scope, CreatorScope(all_creators=True, creator_id="c1")):
        values = filter_values(scope, asked.filters)
        assert COUNT_SESSIONS.rows(snapshot, values) == snapshot.query("SELECT count(*) FROM snapshot.sessions")
    snapshot.close()
