"""Sessions as an iCalendar text (RFC 5545)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event

from queries.upcoming import CalendarEntry

NAME = "Coming sessions"
ASKED_EVERY = timedelta(hours=1)
CONTROLS, UNWRITABLE = re.compile(r"[\x00-\x1f\x7f]"), re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_text(entries: Iterable[CalendarEntry], data_as_of: datetime, page: str | None) -> bytes:
    """One event each. `page` is the page's address, to which events lead where there is one.

    They are transparent: a creator takes part in none of them, and is not busy.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Session History//EN")
    calendar.add("version", "2.0")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, NAME)
    calendar.add("refresh-interval", ASKED_EVERY, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, data_as_of, page))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, data_as_of: datetime, page: str | None) -> Event:
    event = Event()
    event.add("uid", f"{CONTROLS.sub(lambda found: quote(found[0]), entry.id)}@session-history")
    event.add("dtstamp", data_as_of)
    event.add("last-modified", data_as_of)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", _text(f"{entry.course} – {entry.student} with {entry.st}"))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if page:
        event.add("url", f"{page}?session={quote(entry.id, safe='')}")
    return event


def _text(text: str) -> str:
    """Without what no iCalendar text may hold, even escaped: control characters, line breaks and tabs apart."""
    return UNWRITABLE.sub(" ", text.replace("\r\n", "\n"))
