"""Values of a statement as literals in its text: for a statement that is handed on, and runs elsewhere."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

PARAMETER = re.compile(r"\$([a-z_0-9]+)")


def inlined(sql: str, values: Mapping[str, Any]) -> str:
    """The statement with each $parameter replaced by its value. Raises KeyError for one without a value."""
    return PARAMETER.sub(lambda found: literal(values[found[1]]), sql)


def literal(value: Any) -> str:
    """A value in SQL. Raises TypeError for one of a type that filters do not have."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat(sep=' ')}'"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(one) for one in value)}]"
    raise TypeError(f"no literal for {type(value).__name__}")


def _text(value: str) -> str:
    quoted = value.replace("'", "''")
    return f"'{quoted}'"
