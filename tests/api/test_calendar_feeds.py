"""A calendar feed: made by a creator, read by whoever has its address, until it is revoked or too old."""

import logging
import re

import httpx2
import pytest

from auth.viewer import Role
from tests.api.calendars import DAY, FEEDS, SECOND, WATCH, made, path_of, read
from tests.api.stored import alter
from tests.conftest import NOW, Served


def test_the_address_is_told_once_and_holds_256_random_bits(feeds: Served) -> None:
    feed = made(feeds)
    assert feed | {"id": "", "url": ""} == {
        "id": "", "url": "", "created_at": "2026-11-24T10:42:00Z", "expires_at": "2027-11-24T10:42:00Z",
    }  # fmt: skip
    assert re.fullmatch(r"http://studio\.example/api/calendar/[\w-]{43}\.ics", feed["url"])
    assert made(feeds)["url"] != feed["url"]
    listed = feeds.as_creator("anna").get(FEEDS)
    assert path_of(feed)[-20:-4] not in listed.text
    assert listed.headers["cache-control"] == "no-store"


def test_it_is_listed_with_who_made_it_and_when_it_was_used(feeds: Served) -> None:
    feed = made(feeds)
    entry = {
        "id": feed["id"], "account": "anna", "creator_id": "anna", "created_at": "2026-11-24T10:42:00Z",
        "expires_at": "2027-11-24T10:42:00Z", "last_used_at": None, "revoked_at": None,
    }  # fmt: skip
    first = {"page": 1, "limit": 50, "total": 1, "has_more": False}
    assert feeds.as_creator("anna").get(FEEDS).json() == {"feeds": [entry], "pagination": first}
    read(feeds, feed)
    assert feeds.as_creator("anna").delete(f"{FEEDS}/{feed['id']}").status_code == 204
    used = entry | {"last_used_at": "2026-11-24T10:42:00Z", "revoked_at": "2026-11-24T10:42:00Z"}
    assert feeds.as_creator("anna").get(FEEDS).json()["feeds"] == [used]


def test_creators_see_and_revoke_their_own_and_operations_everybodys(feeds: Served) -> None:
    own, other = made(feeds), made(feeds, "bela")
    anna, staff = feeds.as_creator("anna"), feeds.as_staff()
    assert [feed["id"] for feed in anna.get(FEEDS).json()["feeds"]] == [own["id"]]
    assert {feed["id"] for feed in staff.get(FEEDS).json()["feeds"]} == {own["id"], other["id"]}
    for params in ({"creator_id": "bela"}, {"account": "bela"}):
        assert [feed["id"] for feed in staff.get(FEEDS, params=params).json()["feeds"]] == [other["id"]]
    assert anna.get(FEEDS, params={"creator_id": "bela"}).status_code == 403
    assert anna.get(FEEDS, params={"account": "bela"}).json()["feeds"] == []
    refused = anna.delete(f"{FEEDS}/{other['id']}"), anna.delete(f"{FEEDS}/none")
    assert [answer.status_code for answer in refused] == [404, 404]
    assert refused[0].text.replace(other["id"], "none") == refused[1].text
    assert read(feeds, other).status_code == 200
    for _ in range(2):
        assert staff.delete(f"{FEEDS}/{other['id']}").status_code == 204
    assert read(feeds, other).status_code == 404


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.ANALYST])
def test_staff_make_none_and_are_told_why(feeds: Served, role: Role) -> None:
    answer = feeds.as_staff(role).post(FEEDS)
    assert answer.status_code == 403
    assert "only a creator may make a calendar feed" in answer.json()["detail"]


def test_analysts_look_after_none(feeds: Served) -> None:
    feed, analyst = made(feeds), feeds.as_staff(Role.ANALYST)
    for answer in (analyst.get(FEEDS), analyst.delete(f"{FEEDS}/{feed['id']}")):
        assert answer.status_code == 403
        assert "only operations look after them" in answer.json()["detail"]


def test_a_sixth_is_refused_until_one_is_revoked(feeds: Served) -> None:
    five = [made(feeds) for _ in range(5)]
    refused = feeds.as_creator("anna").post(FEEDS)
    assert (refused.status_code, refused.json()["title"]) == (409, "Conflict")
    assert refused.json()["detail"] == "there are 5 calendar feeds already: revoke one first"
    made(feeds, "bela")
    feeds.as_creator("anna").delete(f"{FEEDS}/{five[0]['id']}")
    made(feeds)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_no_other_site_has_one_made_or_revoked(feeds: Served, headers: dict[str, str]) -> None:
    feed, anna = made(feeds), feeds.as_creator("anna")
    for answer in (anna.post(FEEDS, headers=headers), anna.delete(f"{FEEDS}/{feed['id']}", headers=headers)):
        assert (answer.status_code, answer.json()["detail"]) == (403, "the request comes from another site")
    assert [one["revoked_at"] for one in anna.get(FEEDS).json()["feeds"]] == [None]


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("POST", f"{FEEDS}?name=x", "name"),
        ("GET", f"{FEEDS}?limit=501", "limit"),
        ("GET", f"{FEEDS}?page=0", "page"),
        ("GET", f"{FEEDS}?account=a%00", "account"),
        ("GET", f"{FEEDS}?account=a&account=b", "account"),
        ("DELETE", f"{FEEDS}/x?all=true", "all"),
    ],
)
def test_a_wrong_parameter_is_named(feeds: Served, method: str, path: str, field: str) -> None:
    answer = feeds.as_creator("anna").request(method, path)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


# What lets in, and what does not


def test_it_needs_no_sign_in_and_takes_what_calendars_add(feeds: Served) -> None:
    feed = made(feeds)
    assert feeds.as_nobody().get(path_of(feed), params={"nocache": "1"}).status_code == 200
    assert read(feeds, feed, **{"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert feeds.as_nobody().post(path_of(feed)).status_code == 405


def test_a_token_that_is_wrong_revoked_or_too_old_is_an_address_that_there_is_not(
    feeds: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, revoked = made(feeds), made(feeds)
    feeds.as_creator("anna").delete(f"{FEEDS}/{revoked['id']}")
    path = path_of(feed)
    wrong = [
        path_of(revoked), path.replace(".ics", "x.ics"), path.removesuffix(".ics"), f"{path[:-5]}.ics",
        "/api/calendar/x.ics", "/api/calendar/%00.ics", "/api/calendar/%ff.ics", f"/api/calendar/{'x' * 9_000}.ics",
        f"/api/calendar/{feed['id']}.ics", "/api/calendar/nothing",
    ]  # fmt: skip
    answers = [feeds.as_nobody().get(address) for address in wrong]
    monkeypatch.setattr(WATCH, "now", NOW + 365 * DAY)
    answers.append(read(feeds, feed))
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    monkeypatch.setattr(WATCH, "now", NOW + 365 * DAY - SECOND)
    assert read(feeds, feed).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api/calendar/", "/api/calendar", "/api/calendar-feeds", "/api/calendar/../creators/all/sessions",
     "/api/calendar/%2e%2e/creators/all/sessions", "/api/calendar/..%2fcreators%2fall%2fsessions",
     "/api//calendar/x.ics", "/api/calendar//x.ics", "/API/calendar/x.ics", "/api/calendarx.ics"],
)  # fmt: skip
def test_nothing_else_is_opened_by_it(feeds: Served, path: str) -> None:
    address = httpx2.URL(feeds.url).copy_with(raw_path=path.encode())
    answer = feeds.as_nobody().send(httpx2.Request("GET", address))
    assert answer.status_code in (401, 404)
    assert "sessions" not in answer.text


def test_while_the_store_is_down_calendars_are_told_to_come_again(feeds: Served) -> None:
    feed, anna = made(feeds), feeds.as_creator("anna")
    alter(feeds, "ALTER TABLE calendar_feeds RENAME TO elsewhere")
    answers = [read(feeds, feed), anna.post(FEEDS), anna.get(FEEDS), anna.delete(f"{FEEDS}/{feed['id']}")]
    alter(feeds, "ALTER TABLE elsewhere RENAME TO calendar_feeds")
    assert [answer.status_code for answer in answers] == [503] * 4
    assert all("calendar feed" in answer.json()["detail"] for answer in answers)
    assert read(feeds, feed).status_code == 200


def test_no_log_holds_a_token(feeds: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        feed = made(feeds)
        assert read(feeds, feed).status_code == 200
        alter(feeds, "ALTER TABLE calendar_feeds RENAME TO elsewhere")
        assert read(feeds, feed).status_code == 503
        alter(feeds, "ALTER TABLE elsewhere RENAME TO calendar_feeds")
    token = path_of(feed).removeprefix("/api/calendar/").removesuffix(".ics")
    of_the_test = ("httpx2", "httpcore2", "uvicorn.access")  # its client, and what app.py switches off
    said = [record for record in caplog.records if not record.name.startswith(of_the_test)]
    assert any("calendar feeds cannot be looked up" in record.getMessage() for record in said)
    assert not [record for record in said if token in f"{record.getMessage()} {record.exc_text}"]
    assert token not in feeds.as_staff().get("/api/access-log").text
