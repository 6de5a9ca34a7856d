"""SQL from .sql files, each checked against the parameters it is called with when it is loaded."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from queries.filters import SessionFilters
from queries.scope import Scope
from warehouse.snapshot import Row, Snapshot

SQL = Path(__file__).parent / "sql"
SEARCH_TEXT = Path(__file__).parent.parent / "warehouse" / "sql" / "search_text.sql"
ANY_FILTERS = "filtered_sessions(...)"


def setup_sql() -> list[str]:
    """The macros that a snapshot must be opened with for these queries to run."""
    return [SEARCH_TEXT.read_text(), (SQL / "filtered_sessions.sql").read_text()]


def _macro_parameters() -> tuple[str, ...]:
    signature = re.search(r"MACRO filtered_sessions\((.*?)\) AS TABLE", setup_sql()[1], re.DOTALL)
    assert signature, "filtered_sessions.sql must begin with its macro"
    return tuple(name.strip() for name in signature[1].split(","))


FIGURES = (SQL / "figures.sql").read_text().partition("\n")[2].strip()
FILTER_PARAMETERS = _macro_parameters()


def filter_values(scope: Scope, filters: SessionFilters) -> dict[str, Any]:
    """Values for `filtered_sessions(...)`: the scope's and the filters', never one without the other."""
    return {"all_creators": scope.all_creators, "creator_id_": scope.creator_id, **filters.values()}


@dataclass(frozen=True, slots=True)
class Statement:
    """One .sql file. `filtered_sessions(...)` in it stands for the macro called with its parameters,
    `{figures}` for figures.sql: both are put in when it is loaded, whatever is asked later."""

    name: str
    sql: str

    def rows(self, snapshot: Snapshot, values: dict[str, Any], order: StrEnum | None = None) -> list[Row]:
        """Run it. `order` replaces {order_by}: the one thing ever spliced, from a closed enum."""
        sql = self.sql if order is None else self.sql.replace("{order_by}", order.value)
        return snapshot.query(sql, values)


def load(name: str, *parameters: str) -> Statement:
    """The statement in sql/<name>.sql. Raises ValueError where its parameters are not the given ones."""
    sql = (SQL / f"{name}.sql").read_text()
    expected = set(parameters)
    sql = sql.replace("{figures}", FIGURES)
    if ANY_FILTERS in sql:
        expected.update(FILTER_PARAMETERS)
        sql = sql.replace(ANY_FILTERS, f"filtered_sessions({', '.join('$' + name for name in FILTER_PARAMETERS)})")
    found = set(re.findall(r"\$([a-z_0-9]+)", sql))
    if found != expected:
        raise ValueError(f"{name}.sql: parameters {sorted(found ^ expected)} on one side only")
    return Statement(name, sql)
