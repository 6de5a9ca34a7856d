"""Answers that a client may keep: their ETag, 304 where they still hold, and whom they are for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cachetools import LRUCache

from auth.viewer import Role
from store import calls
from store.engine import StoreError
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.two_creators import SESSIONS, TABLES

ME = "/api/creators/me"
KEPT = (
    f"{ME}/sessions?limit=500", f"{ME}/sessions/stats", f"{ME}/sessions/over-time?range=all",
    f"{ME}/sessions/compare?from=2026-11-01&to=2026-11-20", f"{ME}/sessions/upcoming",
    f"{ME}/sessions/upcoming/overview",
    f"{ME}/courses", f"{ME}/student-teachers", f"{ME}/students?q=s",
)  # fmt: skip
NOT_KEPT = (
    f"{ME}/sessions/session-a-0", "/api/downloads", "/api/reviews", "/api/views",
    "/api/calendar-feeds", "/api/health",
)  # fmt: skip
FOR_GOOD = ("etag", "cache-control", "content-security-policy", "x-content-type-options")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("conditional")
    export = write_export(folder / "export", as_of=NOW, **TABLES)
    with served(folder / "data", NOW, export=str(export)) as app:
        yield app


@pytest.fixture
def anna(app: Served) -> httpx2.Client:
    return app.as_creator("anna")


def again(client: httpx2.Client, path: str, known: str, **headers: str) -> httpx2.Response:
    return client.get(path, headers={"If-None-Match": known, **headers})


@pytest.mark.parametrize("path", KEPT)
def test_what_a_client_has_is_not_sent_again(anna: httpx2.Client, path: str) -> None:
    first = anna.get(path)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', f'{etag},W/"other"', "*"):
        unchanged = again(anna, path, known)
        assert (unchanged.status_code, unchanged.content) == (304, b""), known
        assert unchanged.headers["vary"] == first.headers.get("vary", "Accept-Encoding")
        assert not {"content-length", "content-type", "content-encoding"} & set(unchanged.headers)
        assert {name: unchanged.headers[name] for name in FOR_GOOD} == {name: first.headers[name] for name in FOR_GOOD}


@pytest.mark.parametrize("known", ['"other"', 'W/"other", "another"', "", "W/", '"*"', "* ,", '""'])
def test_what_a_client_has_not_is_sent(anna: httpx2.Client, known: str) -> None:
    for path in KEPT:
        answer = again(anna, path, known)
        assert answer.status_code == 200
        assert answer.content == anna.get(path).content


def test_a_list_of_etags_may_come_in_several_headers(anna: httpx2.Client) -> None:
    etag = anna.get(KEPT[0]).headers["etag"]
    for headers in (
        [("If-None-Match", '"other"'), ("If-None-Match", etag)],
        [("If-None-Match", etag), ("If-None-Match", "")],
    ):
        assert anna.get(KEPT[0], headers=headers).status_code == 304


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip", "identity"])
def test_it_holds_however_the_answer_was_compressed(anna: httpx2.Client, encoding: str) -> None:
    plain = anna.get(KEPT[0], headers={"Accept-Encoding": "identity"})
    answer = anna.get(KEPT[0], headers={"Accept-Encoding": encoding})
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.headers["etag"] == plain.headers["etag"]
    assert answer.headers["vary"].lower() == "accept-encoding"
    unchanged = again(anna, KEPT[0], answer.headers["etag"], **{"Accept-Encoding": encoding})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "content-encoding" not in unchanged.headers
    assert unchanged.headers["vary"] == answer.headers["vary"]


@pytest.mark.parametrize("path", NOT_KEPT)
def test_what_may_not_be_kept_has_no_etag_and_is_always_sent(anna: httpx2.Client, path: str) -> None:
    answer = again(anna, path, "*")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_a_refusal_is_no_unchanged_answer(anna: httpx2.Client, app: Served) -> None:
    for client, path, status in (
        (anna, "/api/creators/all/sessions", 403), (anna, f"{ME}/sessions?page=0", 422),
        (anna, f"{ME}/sessions/stats?st_id=nobody", 404), (app.as_nobody(), KEPT[0], 401),
    ):  # fmt: skip
        assert again(client, path, "*").status_code == status


@pytest.mark.parametrize("path", KEPT)
def test_another_persons_etag_does_not_hide_what_is_ones_own(app: Served, path: str) -> None:
    anna, bela = app.as_creator("anna"), app.as_creator("bela")
    theirs, own = anna.get(path), bela.get(path)
    answer = again(bela, path, theirs.headers["etag"])
    assert (answer.status_code == 304) == (own.content == theirs.content)
    assert answer.status_code == 304 or answer.content == own.content
    assert "ecret" not in anna.get(path).text


def test_each_viewer_is_given_their_own_whoever_asked_first(app: Served) -> None:
    mark = {"anna": "session-a", "bela": "session-secret"}
    for _ in range(2):
        for creator in ("anna", "bela"):
            rows = app.as_creator(creator).get(f"{ME}/sessions").json()["sessions"]
            assert {row["id"].rpartition("-")[0] for row in rows} == {mark[creator]}
        assert len(app.as_staff().get("/api/creators/all/sessions").json()["sessions"]) == len(SESSIONS)
        of_one = app.as_staff(Role.ANALYST).get("/api/creators/anna/sessions").json()["sessions"]
        assert {row["creator_id"] for row in of_one} == {"anna"}


def test_that_staff_see_it_is_logged_though_the_answer_is_kept(app: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    etags = {}
    for role in (Role.OPERATIONS, Role.ANALYST):
        for _ in range(2):
            monkeypatch.setattr(app.store.access_log, "_added", LRUCache(100))
            answer = app.as_staff(role).get("/api/creators/bela/sessions/stats")
            etags[role] = answer.headers["etag"]
    assert len(set(etags.values())) == 1
    seen = app.as_staff().get("/api/access-log", params={"creator_id": "bela", "action": "saw_creator"}).json()
    assert {entry["account"] for entry in seen["entries"]} == {"operations", "analyst"}


def test_what_cannot_be_logged_is_not_shown_though_it_is_kept_here_and_there(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    staff = app.as_staff()
    etags = {path: staff.get(path.replace("/me/", "/all/")).headers["etag"] for path in KEPT}
    monkeypatch.setattr(app.store.access_log, "_added", LRUCache(100))

    def down(*_: object) -> None:
        raise StoreError("the access log cannot be written")

    monkeypatch.setattr(app.store.calls, "write", down)
    for path, etag in etags.items():
        for answer in (staff.get(path.replace("/me/", "/all/")), again(staff, path.replace("/me/", "/all/"), etag)):
            assert answer.status_code == 503
            assert "ecret" not in answer.text
    assert (
        again(app.as_creator("anna"), KEPT[0], app.as_creator("anna").get(KEPT[0]).headers["etag"]).status_code == 304
    )


def test_a_new_export_is_seen_at_once_and_makes_another_etag(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", as_of=NOW, **TABLES)
    with served(tmp_path / "data", NOW, export=str(export)) as app:
        anna = app.as_creator("anna")
        before = {path: anna.get(path) for path in KEPT[:2]}
        changed = [row | {"status": "cancelled"} for row in SESSIONS]
        write_export(tmp_path / "export", as_of=NOW, **TABLES | {"sessions": changed})
        app.warehouse.refresh()
        for path, kept in before.items():
            answer = again(anna, path, kept.headers["etag"])
            assert answer.status_code == 200
            assert answer.headers["etag"] != kept.headers["etag"]
        assert anna.get(KEPT[1]).json()["cancelled"] == 10


@pytest.mark.parametrize("megabytes", [0, 1])
def test_answers_are_the_same_whether_or_not_they_are_kept(tmp_path: Path, app: Served, megabytes: int) -> None:
    export = write_export(tmp_path / "export", as_of=NOW, **TABLES)
    with served(tmp_path / "data", NOW, export=str(export), answers_megabytes=megabytes) as other:
        for path in KEPT:
            answers = [other.as_creator("anna").get(path) for _ in range(2)]
            assert {answer.content for answer in answers} == {app.as_creator("anna").get(path).content}
        kept: Any = other.warehouse.current()._kept_answers.cache
        assert (len(kept) > 0) == bool(megabytes)
        assert kept.maxsize == megabytes * 2**20
