"""SQL from .sql files, each checked against the parameters it is called with when it is loaded."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from queries.filters import SessionFilters
from queries.scope import Scope
from warehouse.snapshot import Answers, Columns, Row, Snapshot

SQL = Path(__file__).parent / "sql"
WAREHOUSE_SQL = Path(__file__).parent.parent / "warehouse" / "sql"
FILTERED = "{filtered_sessions}"
BESIDE = re.compile(r"(FROM|JOIN|INTO)\s+reviews\b")


def macros_sql() -> list[str]:
    """What the predicate calls."""
    return [(WAREHOUSE_SQL / "search_text.sql").read_text(), (SQL / "is_low.sql").read_text()]


def setup_sql() -> list[str]:
    """The macros, and the table of reviews, that a snapshot must be opened with for these queries to run."""
    return [*macros_sql(), (WAREHOUSE_SQL / "macros.sql").read_text(), (SQL / "reviews.sql").read_text()]


def _parameters(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\$([a-z_0-9]+)", sql))


def _part(name: str) -> str:
    """A file that stands for {name} in others, without its comments."""
    return re.sub("--.*\n", "", (SQL / f"{name}.sql").read_text()).strip()


NAMED = (
    "figures", "first_day", "session_columns", "coming_sessions", "review_reasons", "review_facts", "review_evidence",
)  # fmt: skip
CONDITIONS = _part("filtered_sessions").split("\nAND ")
SCOPED = next(condition for condition in CONDITIONS if "$all_creators" in condition)
# Each flag's own condition, from the one place where it stands.
FLAG_CONDITIONS = dict(re.findall(r"list_contains\(\$flags, '(\w+)'\) AND (.+)\)$", CONDITIONS[-1][:-1], re.MULTILINE))
FLAG_COUNTS = ", ".join(f"count_if({condition})" for condition in FLAG_CONDITIONS.values())
PARTS = {name: _part(name) for name in NAMED} | {"flag_counts": FLAG_COUNTS}
FILTER_PARAMETERS = _parameters(" ".join(CONDITIONS))


def filter_values(scope: Scope, filters: SessionFilters) -> dict[str, Any]:
    """Values for {filtered_sessions}: the scope's and the filters', never one without the other."""
    return {"all_creators": scope.all_creators, "creator_id": scope.creator_id, **filters.values()}


@lru_cache(512)
def _narrowed(sql: str, given: frozenset[str]) -> tuple[str, frozenset[str]]:
    """The statement with those conditions of filtered_sessions.sql whose parameters are given, and its parameters."""
    kept = [condition for condition in CONDITIONS if condition is SCOPED or _parameters(condition) <= given]
    narrowed = sql.replace(FILTERED, " AND ".join(kept))
    return narrowed, _parameters(narrowed)


@dataclass(frozen=True, slots=True)
class Statement:
    """One .sql file. {filtered_sessions} and the names in NAMED, in braces in it, stand for the files of those names,
    {flag_counts} for a count of each flag. The answers of one that is `kept` are, and given again while the snapshot
    serves."""

    name: str
    sql: str
    kept: bool = False

    def rows(self, answers: Answers, values: dict[str, Any], order: StrEnum | None = None) -> list[Row]:
        """Run it. `order` replaces {order_by}: the one text that depends on what is asked, from a closed enum."""
        ask = answers.kept if self.kept else answers.query
        return ask(*self.bound(self._placed(answers, values), order))

    def columns(
        self, snapshot: Snapshot, values: dict[str, Any], order: StrEnum | None = None, *, keep: bool
    ) -> Columns:
        """The numbers that it selects, column by column; `keep` has the snapshot keep them for the same statement
        and values, the scope's included."""
        return snapshot.columns(*self.bound(self._placed(snapshot, values), order), keep=keep)

    def table(self, snapshot: Snapshot, values: dict[str, Any]) -> pa.Table:
        """All that it selects, which the snapshot keeps."""
        return snapshot.table(*self.bound(self._placed(snapshot, values), None))

    def replacing(self, name: str, text: str) -> "Statement":
        """The statement with {name} in braces replaced: by text of this program, never by what is asked."""
        return replace(self, sql=self.sql.replace(f"{{{name}}}", text))

    def _placed(self, answers: Answers, values: dict[str, Any]) -> dict[str, Any]:
        """The values, and where the rows of the one creator asked about lie, unless it is known better."""
        is_placed = "first_place" in values
        if is_placed or FILTERED not in self.sql or values["all_creators"] or values["creator_id"] is None:
            return values
        first, last = answers.places_of(values["creator_id"])
        return values | {"first_place": first, "last_place": last}

    def bound(self, values: dict[str, Any], order: StrEnum | None) -> tuple[str, dict[str, Any]]:
        """The text to run and its parameters' values, those that filter nothing left out."""
        given = frozenset(name for name, value in values.items() if value is not None)
        sql, parameters = _narrowed(self.sql, given)
        if order is not None:
            sql = sql.replace("{order_by}", order.value)
        return sql, {name: values[name] for name in parameters}


def load(name: str, *parameters: str, kept: bool = False) -> Statement:
    """The statement in sql/<name>.sql. Raises ValueError where its parameters are not the given ones, or where it is
    to be kept and reads what changes beside the snapshot."""
    sql = (SQL / f"{name}.sql").read_text()
    for part, text in PARTS.items():
        sql = sql.replace(f"{{{part}}}", text)
    found, expected = _parameters(sql), set(parameters)
    if FILTERED in sql:
        found, expected = found - FILTER_PARAMETERS, expected - FILTER_PARAMETERS
    if found != expected:
        raise ValueError(f"{name}.sql: parameters {sorted(found ^ expected)} on one side only")
    if kept and BESIDE.search(sql):
        raise ValueError(f"{name}.sql: reads reviews, which change while the snapshot stays")
    return Statement(name, sql, kept)
