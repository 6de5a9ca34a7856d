"""All creators' figures from the snapshot's rollup: its length goes by how long the platform has run, not by how many
sessions there are. It is asked the same statements as the sessions are, so each predicate and sum stands once."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from queries.filters import SessionFilters
from queries.periods import EPOCH, Period
from queries.scope import Scope
from queries.statement import Statement, load
from warehouse.snapshot import Row, Snapshot

COUNT_SPLIT_QUARTERS = load("count_split_quarters", "zone", kept=True)
QUARTER = timedelta(minutes=15)
# A line stands for so many `sessions`, and its minutes are summed already. What cannot be summed is null.
ROLLED = (
    (re.compile(r"\bFROM snapshot\.sessions\b"), "FROM snapshot.rollup"),
    (re.compile(r"\bcount\(\*\)"), "sum(sessions)"),
    (re.compile(r"\bcount_if\(((?:[^()]|\([^()]*\))*)\)"), r"sum(sessions) FILTER (\1)"),
    (re.compile(r"\bcount\((\w+)\)"), r"sum(sessions) FILTER (\1 IS NOT NULL)"),
    (re.compile(r"\bsum\((counted_rating[^)]*)\)"), r"sum(\1 * sessions)"),
    (re.compile(r"\bmedian\(\w+\)"), "NULL"),
)


def rolled(statement: Statement) -> Statement:
    """The statement asked of the rollup. Its counts and sums are null where there is nothing, see rolled_rows."""
    sql = statement.sql
    for asked, of_rollup in ROLLED:
        sql = asked.sub(of_rollup, sql)
    return replace(statement, name=f"{statement.name} of the rollup", sql=sql)


def rolled_rows(statement: Statement, snapshot: Snapshot, values: dict[str, Any]) -> list[Row]:
    """Rows of a rolled statement, with 0 for null as the sessions themselves are counted; medians are 0 as well."""
    return [tuple(0 if value is None else value for value in row) for row in statement.rows(snapshot, values)]


def is_rolled(scope: Scope, filters: SessionFilters) -> bool:
    """Whether the rollup can tell: of all creators, nobody chosen, from one quarter of an hour to another."""
    is_anybodys = filters.student_id is None and filters.student_q is None
    is_anything = is_anybodys and not filters.course_ids and not filters.st_ids
    return scope.all_creators and is_anything and is_of_quarters(filters.period)


def is_of_quarters(period: Period) -> bool:
    return not any((moment - EPOCH) % QUARTER for moment in (period.start, period.end) if moment)


def has_days_of_quarters(snapshot: Snapshot, zone: ZoneInfo) -> bool:
    """Whether days of the zone begin with a quarter; clocks were once changed a minute after midnight in some."""
    return COUNT_SPLIT_QUARTERS.rows(snapshot, {"zone": str(zone)}) == [(0,)]
