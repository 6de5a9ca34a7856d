"""What an export says of itself, beside its rows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

KEY = "session_history"


def as_json(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"


def lines(manifest: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each value with the names that lead to it, for a sheet."""
    for name, value in manifest.items():
        path = f"{above} / {name}" if above else name
        if isinstance(value, Mapping):
            yield from lines(value, path)
        elif isinstance(value, (list, tuple)):
            yield path, ", ".join(map(str, value))
        else:
            yield path, "" if value is None else str(value)
