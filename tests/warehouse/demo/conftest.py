"""One small demo export for all tests of a module, and a DuckDB connection over its tables."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import pytest

from warehouse.demo import write_demo

NOW: Final = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
_TABLES: Final = {
    "sessions": "sessions/*/*.parquet",
    "users": "users.parquet",
    "courses": "courses.parquet",
    "enrollments": "enrollments.parquet",
    "assessments": "session_assessments/*.parquet",
}


@pytest.fixture(scope="module")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "export"
    write_demo(out, sessions=3_000, creators=8, seed=7, now=NOW)
    return out


@pytest.fixture(scope="module")
def db(demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The export's tables, and `held`: sessions with creator, names, the student's rating and age in days."""
    with duckdb.connect() as connection:
        for table, files in _TABLES.items():
            connection.execute(f"CREATE TABLE {table} AS FROM read_parquet('{demo}/{files}')")
        connection.execute(
            """
            CREATE TABLE held AS
            SELECT s.*, c.creator_id, x.name AS student, t.name AS st, a.rating,
                   epoch($now::TIMESTAMPTZ - s.scheduled_end) / 86400 AS age_days,
                   epoch(s.scheduled_end - s.scheduled_start) / 60 AS scheduled_minutes,
                   epoch(s.actual_end - s.actual_start) / 60 AS actual_minutes
            FROM sessions s JOIN courses c ON c.id = s.course_id JOIN users x ON x.id = s.student_id
            JOIN users t ON t.id = s.st_id
            LEFT JOIN assessments a ON a.session_id = s.id AND a.assessor = 'student'
            """,
            {"now": NOW},
        )
        yield connection
