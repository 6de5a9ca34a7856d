"""What a calendar feed holds, whatever sessions and people are called."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from icalendar import Calendar

from queries import upcoming
from tests.api.calendars import GONE, IDS, NAMES, WATCH, made, read
from tests.conftest import NOW, Served


def events(feeds: Served, feed: dict[str, Any]) -> dict[str, Any]:
    """By the session's id as it stands in the UID."""
    found = Calendar.from_ical(read(feeds, feed).content).walk("VEVENT")
    return {str(event["uid"]).removesuffix("@session-history"): event for event in found}


def test_it_holds_what_is_coming_and_what_was_cancelled_lately_the_soonest_first(feeds: Served) -> None:
    found = events(feeds, made(feeds))
    assert list(found)[:2] == ["cancelled-then", "under-way"]
    starts = [event["dtstart"].dt for event in found.values()]
    assert starts == sorted(starts)
    assert set(found) >= {"plain", "cancelled-ahead", *(f"of-{name}" for name in NAMES)}
    assert not set(found) & {"over", "cancelled-long-ago", "session-secret", *GONE}
    cancelled = {id_ for id_, event in found.items() if event["status"] == "CANCELLED"}
    assert cancelled == {"cancelled-then", "cancelled-ahead"}


def test_an_event_tells_when_who_and_where_to_see_it(feeds: Served) -> None:
    answer = read(feeds, made(feeds))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    for line in (
        "UID:plain@session-history", "DTSTART:20261125T104200Z", "DTEND:20261125T114200Z", "DTSTAMP:20261124T104200Z",
        "LAST-MODIFIED:20261124T104200Z", "SUMMARY:Algebra – Ulla with Tove", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT",
        "URL:http://studio.example/studio/sessions?session=plain", "X-WR-CALNAME:Coming sessions", "VERSION:2.0",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
    ):  # fmt: skip
        assert f"\r\n{line}\r\n" in answer.text, line


def test_names_that_are_hostile_are_text_and_come_back_as_they_are(feeds: Served) -> None:
    found = events(feeds, made(feeds))
    seen = {name: str(found[f"of-{name}"]["summary"]) for name in NAMES}
    expected = NAMES | {"fields": "x\nEND:VEVENT\nBEGIN:VALARM", "controls": "a b c d"}
    assert seen == {name: f"Algebra – {student} with Tove" for name, student in expected.items()}


def test_any_id_makes_an_event_and_a_link_of_its_own(feeds: Served) -> None:
    found = events(feeds, made(feeds))
    for id_ in IDS:
        in_uid = id_.replace("\r\n", "%0D%0A").replace("\t", "%09")
        assert str(found[in_uid]["url"]) == f"http://studio.example/studio/sessions?session={quote(id_, safe='')}"


def test_no_line_is_longer_than_75_octets_and_none_holds_a_control_character(feeds: Served) -> None:
    content = read(feeds, made(feeds)).content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", b"".join(lines))
    assert content.count(b"BEGIN:VALARM\r\n") == 0
    for line in lines:
        line.decode()  # no character is cut in two


def test_it_is_bounded(feeds: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upcoming, "MOST_ENTRIES", 3)
    monkeypatch.setattr(WATCH, "now", NOW - timedelta(minutes=3))
    assert list(events(feeds, made(feeds)))[:2] == ["cancelled-long-ago", "cancelled-then"]
    assert len(events(feeds, made(feeds))) == 3


def test_another_creators_feed_holds_theirs_alone(feeds: Served) -> None:
    assert list(events(feeds, made(feeds, "bela"))) == ["session-secret"]
    assert "ecret" not in read(feeds, made(feeds)).text


def test_what_has_not_changed_is_not_sent_again(feeds: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = made(feeds)
    etag = read(feeds, feed).headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = read(feeds, feed, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert read(feeds, feed, **{"If-None-Match": '"other"'}).status_code == 200
    monkeypatch.setattr(WATCH, "now", NOW + timedelta(minutes=1))
    assert read(feeds, feed, **{"If-None-Match": etag}).status_code == 200


def test_it_is_made_once_a_minute_however_often_it_is_asked_for(feeds: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    made_at: list[datetime] = []

    def counted(*given: Any) -> list[upcoming.CalendarEntry]:
        made_at.append(WATCH.now)
        return upcoming.list_for_calendar(*given)

    monkeypatch.setattr("api.calendar.list_for_calendar", counted)
    feed, other = made(feeds), made(feeds, "bela")
    later = NOW + timedelta(minutes=9)
    for now in (later, later + timedelta(seconds=59), later + timedelta(minutes=1)):
        monkeypatch.setattr(WATCH, "now", now)
        assert read(feeds, feed).content == read(feeds, feed).content != read(feeds, other).content
    assert made_at == [later, later, later + timedelta(minutes=1), later + timedelta(minutes=1)]
