"""Exports of a server, and the rows that the REST list has for them."""

from typing import Any

import httpx2

from tests.readback import (
    expected,
    in_spreadsheet,
)

FORMATS = ("csv", "xlsx", "parquet", "arrow")
ZONE = "America/St_Johns"
EXPORT = "/api/creators/all/sessions/export"


FILTERS: list[dict[str, Any]] = [
    {"range": "all"},
    {"status": ["completed", "no_show"], "sort": "-rating"},
    {"rating_max": 2, "sort": "st"},
    {"from": "2026-10-25", "to": "2026-11-05", "sort": "status"},
    {"student_q": "a", "flag": "dispute", "sort": "-duration"},
    {"from": "2031-01-01"},
]


def export(client: httpx2.Client, path: str = EXPORT, **params: Any) -> bytes:
    answer = client.get(path, params={"tz": ZONE} | params)
    assert answer.status_code == 200, answer.text
    return answer.content


def listed(client: httpx2.Client, path: str = EXPORT.removesuffix("/export"), **params: Any) -> list[dict[str, Any]]:
    """The rows of the REST list, all pages of it, as an export has them."""
    rows: list[dict[str, Any]] = []
    while True:
        asked: dict[str, Any] = {"tz": ZONE, "limit": 500, "page": len(rows) // 500 + 1}
        page = client.get(path, params=asked | params).json()
        rows += page["sessions"]
        if not page["pagination"]["has_more"]:
            return [expected(row, ZONE) for row in rows]


def spread(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [in_spreadsheet(row) for row in rows]
