"""The same answers in plain SQL, as one would write them by hand who knows the question and the table.

Nothing here is shared with the application's own statements. Of the ways to write an answer, the fastest is taken.
It is run as text, parsed and planned each time, as `cursor.execute` does; beside it, for information, parsed before,
as the application keeps its statements. Rows and count in two statements were never the fastest, and are left out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from warehouse.snapshot import Row, Snapshot

ZONE = "Europe/Berlin"
WEEKS = 12
WORD, FOUND = "ann", 12
FIGURES = """
    count(*), count(*) FILTER (status = 'completed'), count(*) FILTER (status = 'cancelled'),
    count(*) FILTER (status = 'no_show'), count(*) FILTER (status = 'scheduled'), count(*) FILTER (overdue),
    count(timed_minutes), sum(timed_minutes), median(timed_minutes), count(*) FILTER (implausible_duration),
    count(counted_rating), sum(counted_rating)::BIGINT, sum(counted_rating * counted_rating)::BIGINT,
    count(*) FILTER (counted_rating <= 2), count(dispute_status)"""
ST = "any_value(st_name), any_value(st_avatar)"
COLUMNS = """
    id, scheduled_start AT TIME ZONE 'UTC', scheduled_end AT TIME ZONE 'UTC', actual_minutes, status, course_id,
    course_title, student_id, student_name, student_avatar, st_id, st_name, st_avatar, rating, has_recording,
    coalesce(counted_rating <= 2, false), overdue, implausible_duration, dispute_status, creator_id"""
REASONS = """
    CASE WHEN dispute_status IN ('open', 'under_review') THEN 1 ELSE 0 END
    + CASE WHEN counted_rating <= 2 THEN 4 ELSE 0 END
    + CASE WHEN status = 'completed' AND actual_minutes < scheduled_minutes / 2 THEN 8 ELSE 0 END
    + CASE WHEN status = 'no_show' THEN 16 ELSE 0 END
    + CASE WHEN abs(rating - st_rating) >= 3 THEN 32 ELSE 0 END
    + CASE WHEN status = 'completed' AND NOT has_recording THEN 64 ELSE 0 END"""
URGENCY = """100 * (reasons & 1) + 40 * (reasons >> 2 & 1) + 25 * (reasons >> 3 & 1) + 20 * (reasons >> 4 & 1)
    + 15 * (reasons >> 5 & 1) + 10 * (reasons >> 6 & 1)"""
REASON_COUNTS = "(SELECT list(counted) FROM (SELECT [reasons, count(*)] AS counted FROM raised GROUP BY reasons))"
NEWEST = "ORDER BY scheduled_start DESC, id DESC LIMIT 100"


@dataclass(frozen=True, slots=True)
class Answer:
    """One statement and the values bound to it."""

    snapshot: Snapshot
    sql: str
    values: dict[str, Any]

    def rows(self) -> list[Row]:
        with self.snapshot._con.cursor() as cursor:  # its locked-down connection, without the statements that it keeps
            return cursor.execute(self.sql, self.values).fetchall()

    def rows_parsed_before(self) -> list[Row]:
        return self.snapshot.query(self.sql, self.values)


@dataclass(frozen=True, slots=True)
class Bare:
    """Questions about one creator's sessions, or everybody's, of the last twelve weeks or of all time."""

    snapshot: Snapshot
    creator: str | None
    bounded: bool

    def stats(self) -> list[Answer]:
        """Rows (part, st_id, st_name, st_avatar, figures…): 'all', 'previous', and 'st' for each Student-Teacher."""
        return [self._answer(self._grouping_sets()), self._answer(self._union())]

    def page(self) -> list[Answer]:
        """The newest hundred rows, the number of all rows last in each."""
        matching = f"FROM snapshot.sessions {self._where('start')}"
        count = f"SELECT count(*) {matching}"
        newest_first = f"SELECT rowid AS place {matching} {NEWEST}"
        return [
            self._answer(f"SELECT {COLUMNS}, count(*) OVER () {matching} {NEWEST}"),
            self._answer(f"SELECT {COLUMNS}, ({count}) {matching} {NEWEST}"),
            self._answer(
                f"SELECT {COLUMNS}, ({count}) FROM ({newest_first}) AS found"
                f" JOIN snapshot.sessions ON sessions.rowid = place {NEWEST}"
            ),
        ]

    def queue(self) -> list[Answer]:
        """The hundred most urgent of those that need review by the usual rules, as if nothing were decided yet; with
        each row its reasons as bits, its urgency, and how many rows there are of each set of reasons."""
        where = self._where("start") or "WHERE true"
        shown = f"{COLUMNS}, st_rating, reasons, {URGENCY} AS urgency, {REASON_COUNTS}"
        late = f"""
            WITH raised AS (
                SELECT rowid AS place, scheduled_start AS begins, id AS tie, {REASONS} AS reasons
                FROM snapshot.sessions {where} AND reasons > 0
            ),
            page AS (SELECT * FROM raised ORDER BY {URGENCY} DESC, begins, tie LIMIT 100)
            SELECT {shown} FROM page JOIN snapshot.sessions ON sessions.rowid = place
            ORDER BY urgency DESC, begins, tie"""
        at_once = f"""
            WITH raised AS MATERIALIZED (
                SELECT *, {REASONS} AS reasons FROM snapshot.sessions {where} AND reasons > 0
            )
            SELECT {shown} FROM raised ORDER BY urgency DESC, scheduled_start, id LIMIT 100"""
        return [
            self._answer(late),
            *([self._answer(at_once)] if self.creator else []),
        ]  # the other takes minutes for all

    def students(self) -> list[Answer]:
        """The dozen students with most sessions whose name holds a word: id, name, avatar, number of sessions."""
        where = "creator_id = $creator AND" if self.creator else ""
        return [
            self._answer(
                "SELECT id, any_value(name), any_value(avatar), sum(sessions)::BIGINT AS counted"
                f" FROM snapshot.students WHERE {where} search LIKE '%{WORD}%' GROUP BY id"
                f" ORDER BY counted DESC, any_value(search), id LIMIT {FOUND}"
            )
        ]

    def _grouping_sets(self) -> str:
        if not self.bounded:
            return f"""SELECT if(grouping(st_id) = 0, 'st', 'all'), st_id, {ST}, {FIGURES}
                FROM snapshot.sessions {self._where("start")} GROUP BY GROUPING SETS ((), (st_id))"""
        return f"""
            SELECT CASE WHEN grouping(st_id) = 0 THEN 'st' WHEN in_range THEN 'all' ELSE 'previous' END,
                st_id, {ST}, {FIGURES}
            FROM (SELECT *, scheduled_start >= $start AS in_range FROM snapshot.sessions {self._where("previous")})
            GROUP BY GROUPING SETS ((in_range), (in_range, st_id))
            HAVING in_range OR grouping(st_id) = 1"""

    def _union(self) -> str:
        where = self._where("start")
        parts = [
            f"SELECT 'all', NULL, NULL, NULL, {FIGURES} FROM snapshot.sessions {where}",
            f"SELECT 'st', st_id, {ST}, {FIGURES} FROM snapshot.sessions {where} GROUP BY st_id",
        ]
        if self.bounded:
            before = self._where("previous").replace("$end", "$start")
            parts.append(f"SELECT 'previous', NULL, NULL, NULL, {FIGURES} FROM snapshot.sessions {before}")
        return " UNION ALL ".join(parts)

    def _where(self, since: str) -> str:
        conditions = ["creator_id = $creator"] if self.creator else []
        if self.bounded:
            conditions += [f"scheduled_start >= ${since}", "scheduled_start < $end"]
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""

    def _answer(self, sql: str) -> Answer:
        values = {"creator": self.creator, **bounds()}
        return Answer(self.snapshot, sql, {name: value for name, value in values.items() if f"${name}" in sql})


def bounds() -> dict[str, datetime]:
    """The last twelve weeks to the end of today in the zone, and where the twelve before them begin."""
    zone = ZoneInfo(ZONE)
    tomorrow = datetime.now(zone).date() + timedelta(days=1)
    days = {"previous": 2 * WEEKS * 7, "start": WEEKS * 7, "end": 0}
    return {
        name: datetime.combine(tomorrow - timedelta(days=back), time(), zone).astimezone(UTC)
        for name, back in days.items()
    }
