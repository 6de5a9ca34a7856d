"""A snapshot's main table as one would write it by hand: the same joins, the same order, and nothing besides."""

from pathlib import Path

import duckdb

from warehouse.limits import Limits, bound
from warehouse.source import Export

VIEW = "CREATE VIEW {table} AS SELECT * FROM read_parquet({paths}, union_by_name = true, hive_partitioning = false)"
SEARCH = """replace(replace(replace(translate(strip_accents(lower(student.name)), 'łøđıħŧς', 'lodihtσ'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')"""
TOOK = "(epoch_us(actual_end) - epoch_us(actual_start))"
BOOKED = "(epoch_us(scheduled_end) - epoch_us(scheduled_start))"
HELD = "status = 'completed' AND actual_start IS NOT NULL"
IMPLAUSIBLE = f"({HELD} AND ({TOOK} > 43_200_000_000 OR {TOOK} > 3 * {BOOKED}))"
TABLE = f"""
    CREATE TABLE bare.sessions AS
    SELECT
        session.id, course.creator_id, creator.name AS creator_name, course.id AS course_id,
        course.title AS course_title, session.enrollment_id,
        student.id AS student_id, student.name AS student_name, student.avatar AS student_avatar,
        {SEARCH} AS student_search,
        st.id AS st_id, st.name AS st_name, st.avatar AS st_avatar,
        scheduled_start, scheduled_end, actual_start, actual_end,
        {TOOK} / 6e7 AS actual_minutes, {BOOKED} / 6e7 AS scheduled_minutes,
        status::ENUM ('scheduled', 'completed', 'cancelled', 'no_show') AS status,
        by_student.rating::TINYINT AS rating,
        CASE WHEN status = 'completed' THEN by_student.rating END::TINYINT AS counted_rating,
        CASE WHEN {HELD} AND NOT {IMPLAUSIBLE} THEN {TOOK} / 6e7 END AS timed_minutes,
        {IMPLAUSIBLE} AS implausible_duration,
        status = 'scheduled' AND scheduled_end < $as_of::TIMESTAMPTZ - INTERVAL 24 HOURS AS overdue,
        recording_key, recording_key IS NOT NULL AS has_recording,
        dispute_status, dispute_reason, dispute_opened_at, notes,
        by_student.session_id IS NOT NULL AS has_student_feedback, by_student.comment AS student_comment,
        by_st.session_id IS NOT NULL AS has_st_feedback, by_st.rating::TINYINT AS st_rating, by_st.comment AS st_comment
    FROM sessions AS session
    JOIN courses AS course ON course.id = course_id
    JOIN users AS creator ON creator.id = course.creator_id
    JOIN users AS student ON student.id = student_id
    JOIN users AS st ON st.id = st_id
    LEFT JOIN session_assessments AS by_student
        ON by_student.session_id = session.id AND by_student.assessor = 'student'
    LEFT JOIN session_assessments AS by_st ON by_st.session_id = session.id AND by_st.assessor = 'st'
    ORDER BY course.creator_id, scheduled_start, session.id"""
COLUMNS = """
    id, creator_id, creator_name, course_id, course_title, enrollment_id, student_id, student_name, student_avatar,
    student_search, st_id, st_name, st_avatar, scheduled_start, scheduled_end, actual_start, actual_end,
    actual_minutes, scheduled_minutes, status, rating, counted_rating, timed_minutes, implausible_duration, overdue,
    recording_key, has_recording, dispute_status, dispute_reason, dispute_opened_at, notes, has_student_feedback,
    student_comment, has_st_feedback, st_rating, st_comment"""


def write_bare(export: Export, path: Path) -> None:
    """One file with the one table, by as many threads and as much memory as a build has."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        bound(con, Limits())
        con.execute(f"SET temp_directory = '{path}.spill'")
        con.execute(f"ATTACH '{path}' AS bare")
        for table, paths in export.files.items():
            con.execute(VIEW.format(table=table, paths=[str(one) for one in paths]))
        con.execute(TABLE, {"as_of": export.as_of})
        con.execute("DETACH bare")
