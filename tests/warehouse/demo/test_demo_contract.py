"""The demo obeys the export contract."""

from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

_INSTANT = pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize(
    "rule",
    [
        "SELECT id FROM sessions GROUP BY id HAVING count(*) > 1",
        "SELECT id FROM users GROUP BY id HAVING count(*) > 1",
        "SELECT id FROM courses GROUP BY id HAVING count(*) > 1",
        "SELECT id FROM enrollments GROUP BY id HAVING count(*) > 1",
        "SELECT course_id FROM sessions WHERE course_id NOT IN (SELECT id FROM courses)",
        "SELECT student_id FROM sessions WHERE student_id NOT IN (SELECT id FROM users)",
        "SELECT st_id FROM sessions WHERE st_id NOT IN (SELECT id FROM users)",
        "SELECT creator_id FROM courses WHERE creator_id NOT IN (SELECT id FROM users)",
        "SELECT course_id FROM enrollments WHERE course_id NOT IN (SELECT id FROM courses)",
        "SELECT student_id FROM enrollments WHERE student_id NOT IN (SELECT id FROM users)",
        "SELECT s.id FROM sessions s LEFT JOIN enrollments e ON e.id = enrollment_id "
        "WHERE enrollment_id NOT NULL AND "
        "(e.course_id, e.student_id) IS DISTINCT FROM (s.course_id, s.student_id)",
        "SELECT id FROM sessions WHERE scheduled_end <= scheduled_start",
        "SELECT id FROM sessions WHERE (actual_start IS NULL) <> (actual_end IS NULL)",
        "SELECT id FROM sessions WHERE actual_end < actual_start",
        "SELECT id FROM sessions WHERE status NOT IN ('scheduled', 'completed', 'cancelled', 'no_show')",
        "SELECT id FROM sessions WHERE dispute_status NOT IN ('open','under_review','resolved','rejected')",
        "SELECT id FROM sessions WHERE (dispute_status IS NULL) <> (dispute_opened_at IS NULL)",
        "SELECT session_id FROM assessments WHERE session_id NOT IN (SELECT id FROM sessions)",
        "SELECT session_id FROM assessments GROUP BY session_id, assessor HAVING count(*) > 1",
        "SELECT session_id FROM assessments WHERE assessor NOT IN ('student', 'st')",
        "SELECT session_id FROM assessments WHERE rating NOT BETWEEN 1 AND 5",
        "SELECT id FROM sessions WHERE COLUMNS(['id', 'course_id', 'student_id', 'st_id', 'status']) IS NULL",
        "SELECT id FROM users WHERE name IS NULL OR avatar IS NOT NULL",
    ],
)
def test_no_row_breaks_this_rule(db: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert db.execute(rule).fetchall() == []


def test_nothing_happens_after_the_present(db: duckdb.DuckDBPyConnection, now: datetime) -> None:
    later = """
        SELECT id FROM sessions WHERE greatest(actual_end, dispute_opened_at) > $now
        UNION ALL SELECT session_id FROM assessments WHERE created_at > $now
    """
    assert db.execute(later, {"now": now}).fetchall() == []


def test_columns_have_plain_types_and_instants_a_zone(demo: Path) -> None:
    schema = pq.read_schema(next(demo.glob("sessions/*/*.parquet")))
    instants = {"scheduled_start", "scheduled_end", "actual_start", "actual_end", "dispute_opened_at"}
    assert {field.name: field.type for field in schema} == {
        name: _INSTANT if name in instants else pa.string() for name in schema.names
    }
    assert len(schema.names) == 15
    assessments = pq.read_schema(next(demo.glob("session_assessments/*.parquet")))
    assert pa.types.is_integer(assessments.field("rating").type)
    assert assessments.field("created_at").type == _INSTANT


def test_sessions_lie_in_the_folder_of_their_month(demo: Path) -> None:
    strays = "FROM read_parquet($files) WHERE strftime(scheduled_start AT TIME ZONE 'UTC', '%Y-%m') <> month"
    assert duckdb.execute(strays, {"files": f"{demo}/sessions/*/*.parquet"}).fetchall() == []
