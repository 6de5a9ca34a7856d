"""A question in the words of each who is asked it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from benchmarks.bare import ZONE
from benchmarks.check import check_page, check_stats, check_students
from queries.periods import day_start

DAYS, FOUND = 365, 12
IDENTITY = "identity"  # nobody compresses here


@dataclass(frozen=True, slots=True)
class Asked:
    """`stats`, `page` or `students` of a creator: of the year up to `last`, or of those whose name holds `word`."""

    creator: str
    what: str
    last: date
    word: str

    @property
    def first(self) -> date:
        return self.last - timedelta(days=DAYS - 1)

    def bounds(self) -> dict[str, datetime]:
        year, day = timedelta(days=DAYS), timedelta(days=1)
        days = {"previous": self.first - year, "start": self.first, "end": self.last + day}
        return {name: day_start(day, ZoneInfo(ZONE)) for name, day in days.items()}

    def rest(self) -> str:
        path = "/api/creators/me"
        given = f"from={self.first}&to={self.last}&tz={ZONE}"
        return {
            "stats": f"{path}/sessions/stats?{given}",
            "page": f"{path}/sessions?{given}&limit=100",
            "students": f"{path}/students?q={self.word}&limit={FOUND}",
        }[self.what]

    def plain(self) -> str:
        ranged = {name: instant.isoformat() for name, instant in self.bounds().items()}
        given = {"q": self.word} if self.what == "students" else ranged
        return f"/{self.what}?{urlencode({'creator': self.creator, **given})}"


class Rival(Protocol):
    def ask(self, asked: Asked) -> bytes:
        """Its answer as it comes."""
        ...

    def check(self, asked: Asked, answer: Any) -> None:
        """Raises DifferenceError where it does not say the same as REST's answer."""
        ...


class Plain:
    """One that speaks as benchmarks.rivals.wire does, on a kept-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = HTTPConnection(host, port)

    def ask(self, asked: Asked) -> bytes:
        return answered(self._connection, "GET", asked.plain())

    def check(self, asked: Asked, answer: Any) -> None:
        check_rows(asked, json.loads(self.ask(asked)), answer)


def check_rows(asked: Asked, rows: Sequence[Sequence[Any]], answer: Any) -> None:
    """Rows as benchmarks.check has them, but instants as they are written in JSON. Raises DifferenceError."""
    if asked.what == "stats":
        check_stats([tuple(row) for row in rows], answer, asked.bounds())
    elif asked.what == "page":
        check_page([(row[0], _naive(row[1]), _naive(row[2]), *row[3:]) for row in rows], answer)
    else:
        check_students([tuple(row) for row in rows], answer)


def _naive(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(UTC).replace(tzinfo=None)


def answered(
    connection: HTTPConnection, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> bytes:
    """Raises RuntimeError for any answer but 200 and 201."""
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    found = answer.read()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{path}: {answer.status}: {found[:500]!r}")
    return found
