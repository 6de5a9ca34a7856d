"""Each peculiarity the demo promises is there to be looked at."""

from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.demo.catalog import AWKWARD_TITLES
from warehouse.demo.names import AWKWARD_NAMES
from warehouse.demo.write import draw_world

FIRST = "creator_id = 'usr_00000001'"


def value(db: duckdb.DuckDBPyConnection, sql: str) -> float:
    return float(db.execute(sql).fetchall()[0][0])


def count(db: duckdb.DuckDBPyConnection, condition: str) -> int:
    return len(db.table("held").filter(condition).select("id").fetchall())


def test_sizes_are_skewed_with_one_creator_of_three_sessions_and_one_of_none(
    db: duckdb.DuckDBPyConnection,
) -> None:
    by_creator = "SELECT count(h.id) n FROM courses c LEFT JOIN held h ON h.course_id = c.id GROUP BY c.creator_id"
    sizes = [n for (n,) in db.execute(f"{by_creator} ORDER BY n DESC").fetchall()]
    assert sizes[-2:] == [3, 0]
    assert len(sizes) == 8
    assert sum(sizes) == 3_000
    assert sizes[0] > 1.4 * sizes[1]


def test_every_status_occurs_about_as_often_as_in_life(db: duckdb.DuckDBPyConnection) -> None:
    due = count(db, "status <> 'scheduled' AND age_days > 1")
    assert 0.82 < count(db, "status = 'completed'") / due < 0.9
    assert 0.06 < count(db, "status = 'cancelled' AND age_days > 1") / due < 0.12
    assert 0.03 < count(db, "status = 'no_show'") / due < 0.08


def test_years_lie_behind_and_four_weeks_ahead(db: duckdb.DuckDBPyConnection) -> None:
    assert value(db, "SELECT max(age_days) FROM held") > 3.2 * 365
    assert value(db, "SELECT min(age_days) FROM held") < -18
    assert count(db, "status = 'scheduled' AND age_days < 0") > 20
    assert count(db, "status = 'completed' AND age_days < 0") == 0


def test_some_sessions_are_overdue(db: duckdb.DuckDBPyConnection) -> None:
    assert 1 <= count(db, "status = 'scheduled' AND age_days > 1") <= 12


def test_days_off_are_quieter_and_starts_fall_on_quarter_hours(db: duckdb.DuckDBPyConnection) -> None:
    weekday = "isodow(scheduled_start AT TIME ZONE 'Europe/Berlin')"
    assert count(db, f"{FIRST} AND {weekday} = 5") < count(db, f"{FIRST} AND {weekday} = 2")
    assert count(db, "minute(scheduled_start) NOT IN (0, 15, 30, 45)") == 0
    assert count(db, f"{FIRST} AND hour(scheduled_start AT TIME ZONE 'Europe/Berlin') NOT BETWEEN 7 AND 22") == 0


def test_recorders_left_on_give_implausible_durations(db: duckdb.DuckDBPyConnection) -> None:
    assert count(db, "actual_minutes > 12 * 60") >= 1
    assert 2 <= count(db, "actual_minutes > 3 * scheduled_minutes") <= 10


def test_a_few_completed_sessions_lack_their_actual_times(db: duckdb.DuckDBPyConnection) -> None:
    assert 5 < count(db, "status = 'completed' AND actual_start IS NULL") < 60


def test_disputes_have_every_status_and_the_open_ones_are_recent(db: duckdb.DuckDBPyConnection) -> None:
    statuses = db.execute("SELECT DISTINCT dispute_status FROM held WHERE dispute_status IS NOT NULL").fetchall()
    assert {status for (status,) in statuses} == {"open", "under_review", "resolved", "rejected"}
    assert count(db, "dispute_status = 'open' AND age_days > 60") == 0
    disputed = "SELECT avg((dispute_status NOT NULL)::INT) FROM held"
    assert value(db, disputed + " WHERE rating <= 2") > value(db, disputed + " WHERE rating >= 4")


def test_ratings_are_mostly_high_and_one_sided_feedback_occurs(db: duckdb.DuckDBPyConnection) -> None:
    assert 4.2 < value(db, "SELECT avg(rating) FROM held WHERE status = 'completed'") < 4.6
    kinds = "FROM assessments WHERE"
    assert value(db, f"SELECT count(*) {kinds} rating IS NULL AND comment IS NOT NULL") > 0
    assert value(db, f"SELECT count(*) {kinds} rating IS NOT NULL AND comment IS NULL") > 0
    sides = "SELECT any_value(assessor) side FROM assessments GROUP BY session_id HAVING count(*) = 1"
    assert {side for (side,) in db.execute(sides).fetchall()} == {"student", "st"}


def test_comments_contain_line_breaks_markup_formulas_and_other_scripts(
    db: duckdb.DuckDBPyConnection,
) -> None:
    for pattern in ("\n", "<script>", "^[=+@-]", '"', r"[\p{Arabic}\p{Hebrew}]", r"[\p{Han}\p{Hiragana}]"):
        found = "SELECT count(*) FROM assessments WHERE regexp_matches(comment, $pattern)"
        assert db.execute(found, {"pattern": pattern}).fetchall()[0][0] > 0, pattern


def test_struggling_sts_are_measurably_worse_of_late(db: duckdb.DuckDBPyConnection, now: datetime) -> None:
    world = draw_world(sessions=3_000, creators=8, seed=7, now=now)
    numbers = world.people.sts + world.teachers.person[world.teachers.struggling] + 1
    struggling = [f"usr_{number:08x}" for number in numbers]
    assert len(struggling) >= 6
    figures = "SELECT avg(rating), avg((status = 'completed')::INT) FROM held WHERE st_id IN $sts AND age_days"
    recent = db.execute(f"{figures} BETWEEN 0 AND 90", {"sts": struggling}).fetchall()[0]
    before = db.execute(f"{figures} > 122", {"sts": struggling}).fetchall()[0]
    assert recent[0] < before[0] - 0.5
    assert recent[1] < before[1] - 0.08


def test_some_sts_are_new_with_few_ratings(db: duckdb.DuckDBPyConnection) -> None:
    few = "SELECT st_id FROM held GROUP BY 1 HAVING count(rating) BETWEEN 1 AND 4 AND max(age_days) < 150"
    assert db.execute(few).fetchall()


def test_awkward_names_and_titles_belong_to_real_sessions(db: duckdb.DuckDBPyConnection) -> None:
    awkward, titles = list(AWKWARD_NAMES), [title for title, _ in AWKWARD_TITLES]
    met = "SELECT count(DISTINCT student), count(DISTINCT creator_id) FROM held WHERE student IN $awkward"
    names, creators = db.execute(met, {"awkward": awkward}).fetchall()[0]
    assert names >= 6
    assert creators >= 5
    taught = "SELECT count(DISTINCT title) FROM held JOIN courses c ON c.id = course_id WHERE title IN $titles"
    assert db.execute(taught, {"titles": titles}).fetchall()[0][0] >= 4
    assert max(map(len, AWKWARD_NAMES)) > 120
    first_sts = {st for (st,) in db.table("held").filter(FIRST).select("st").fetchall()}
    assert first_sts.isdisjoint(awkward)


def test_recordings_exist_for_most_completed_sessions_and_a_few_are_missing(
    db: duckdb.DuckDBPyConnection, demo: Path
) -> None:
    recorded = "SELECT avg((recording_key NOT NULL)::INT) FROM held WHERE status = 'completed'"
    assert 0.84 < value(db, f"{recorded} AND actual_end NOT NULL") < 0.92
    keys = {key for (key,) in db.execute("SELECT DISTINCT recording_key FROM held").fetchall() if key}
    missing = {key for key in keys if not (demo / "recordings" / key).is_file()}
    assert len(keys - missing) == 3
    assert missing
    assert all(key.startswith("demo/lost-") for key in missing)
    assert count(db, "recording_key LIKE 'demo/lost-%'") < 60
