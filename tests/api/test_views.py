"""Saved views through REST: kept, shared within the role, begun with, changed and deleted by whoever made them."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

import httpx2
import pytest

from auth.viewer import Viewer
from services.views import MOST_VIEWS
from store import calls
from tests.api.saved_views import ANA, ANNA, DISPUTES, OLGA, OTTO, VIEWS, asking, saved, seen
from tests.api.stored import alter
from tests.conftest import Served

PAGE = "/studio/sessions"


@pytest.fixture
def app(two_creators: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    yield two_creators
    for table in ("views", "default_views"):
        alter(two_creators, f"DELETE FROM {table}")


def test_a_view_is_kept_and_listed(app: Served) -> None:
    view = saved(app)
    assert view | {"id": ""} == {
        "id": "", "name": "Disputes", "query": "flag=dispute&range=all", "shared": False, "own": True, "by": None,
        "is_default": False, "created_at": "2026-11-24T10:42:00Z", "updated_at": "2026-11-24T10:42:00Z",
    }  # fmt: skip
    listed = asking(app).get(VIEWS)
    assert listed.json() == {"views": [view], "mailed": {}, "may_share": True, "may_mail": False}
    assert listed.headers["cache-control"] == "no-store"


def test_staff_share_within_their_role_and_nobody_else_sees_it(app: Served) -> None:
    own = saved(app, name="Mine")
    shared = saved(app, shared=True)
    assert seen(app, OTTO) == [shared | {"own": False, "by": "Olga <b>"}]
    assert seen(app, ANA) == seen(app, ANNA) == []
    assert {view["id"] for view in seen(app)} == {own["id"], shared["id"]}


def test_a_creator_shares_none_and_is_told_why(app: Served) -> None:
    anna = asking(app, ANNA)
    refused = anna.post(VIEWS, json=DISPUTES | {"shared": True})
    assert refused.status_code == 403
    assert refused.json()["detail"] == "only staff share views, within their role: a creator's are their own"
    view = saved(app, ANNA)
    assert anna.put(f"{VIEWS}/{view['id']}", json=DISPUTES | {"shared": True}).status_code == 403
    assert anna.get(VIEWS).json() == {"views": [view], "mailed": {}, "may_share": False, "may_mail": False}


@pytest.mark.parametrize(
    "other", [Viewer("anna", "Anna", ANNA.role, "eve@example"), Viewer("bela", "Bela", ANNA.role, "anna@example")]
)
def test_whoever_acts_for_the_same_creator_and_as_another_creator_has_their_own(app: Served, other: Viewer) -> None:
    view = saved(app, ANNA)
    assert seen(app, other) == []
    assert asking(app, other).delete(f"{VIEWS}/{view['id']}").status_code == 404


def test_only_whoever_made_it_changes_or_deletes_it(app: Served) -> None:
    hidden, shared = saved(app, name="Mine"), saved(app, shared=True)
    for viewer in (OTTO, ANA, ANNA):
        client = asking(app, viewer)
        status = 403 if viewer is OTTO else 404
        for view, expected in ((hidden, 404), (shared, status)):
            address = f"{VIEWS}/{view['id']}"
            assert [client.put(address, json=DISPUTES).status_code, client.delete(address).status_code] == [
                expected
            ] * 2
        refused = [client.delete(f"{VIEWS}/{id_}").text.replace(id_, "x") for id_ in (hidden["id"], "nothing")]
        assert refused[0] == refused[1]
    changed = asking(app).put(f"{VIEWS}/{shared['id']}", json={"name": "Late", "query": "range=today"})
    assert changed.json() == shared | {"name": "Late", "query": "range=today", "shared": False}
    assert seen(app, OTTO) == []
    assert asking(app).delete(f"{VIEWS}/{shared['id']}").status_code == 204
    assert asking(app).delete(f"{VIEWS}/{shared['id']}").status_code == 404
    assert seen(app) == [hidden]


def test_a_name_is_there_once_and_a_view_too_many_is_refused(app: Served) -> None:
    view, other = saved(app), saved(app, name="Other")
    taken = asking(app).post(VIEWS, json=DISPUTES | {"name": " disputes "})
    assert (taken.status_code, taken.json()["title"]) == (409, "Conflict")
    assert taken.json()["detail"] == "there is a view of the name 'disputes' already"
    assert asking(app).put(f"{VIEWS}/{other['id']}", json=DISPUTES).status_code == 409
    assert asking(app).put(f"{VIEWS}/{view['id']}", json=DISPUTES).status_code == 200
    for n in range(MOST_VIEWS - 2):
        saved(app, name=f"{n}")
    full = asking(app).post(VIEWS, json=DISPUTES | {"name": "One more"})
    assert (full.status_code, full.json()["detail"]) == (409, "there are 50 views already: delete one first")
    saved(app, OTTO)


# What a view keeps of the address


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", "range=last_12_weeks"),
        ("?creator=bela&session=session-secret-1&tz=Asia/Tokyo&day=2026-11-01", "range=last_12_weeks"),
        ("flag=dispute&flag=dispute&st_id=st-a&range=all", "st_id=st-a&flag=dispute&range=all"),
        ("to=2026-02-01&from=2026-01-01&sort=-rating", "from=2026-01-01&to=2026-02-01&sort=-rating"),
        ("tab=review&review=mine&reason=dispute&range=all", "range=all&tab=review&reason=dispute&review=mine"),
        ("tab=upcoming&view=week", "range=last_12_weeks&tab=upcoming&view=week"),
        ("student_q=+J%C3%B6%26+&range=all", "student_q=J%C3%B6%26&range=all"),
    ],
)  # fmt: skip
def test_of_the_address_it_keeps_the_state_in_one_order_and_never_scope(app: Served, query: str, kept: str) -> None:
    assert saved(app, query=query)["query"] == kept


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"query": "status=bogus"}, "query", "query: status: 'bogus' is not"),
        ({"query": "creator_id=bela"}, "query", "creator_id: unknown parameter"),
        ({"query": "from=2026-02-01&to=2026-01-01"}, "query", "from: must not be after to"),
        ({"query": "range=all&from=2026-02-01"}, "query", "range: cannot be given together"),
        ({"query": "range=all&range=today"}, "query", "range: given more than once"),
        ({"query": "tab=nothing"}, "query", "tab: "),
        ({"query": "st_sort=<script>"}, "query", "st_sort: "),
        ({"query": "student_q=" + "x" * 4_000}, "query", "must have at most 4000 characters"),
        ({"query": None}, "query", "query: "),
        ({"name": " \u200b "}, "name", "must not be empty"),
        ({"name": "x" * 81}, "name", "at most 80 characters"),
        ({"name": "a\r\nBcc: b"}, "name", "no control characters"),
        ({"name": "a\u202eb"}, "name", "no control characters"),
        ({"name": "a\u0000b"}, "name", "NUL"),
        ({"name": 7}, "name", "name: "),
        ({"shared": "yes"}, "shared", "shared: "),
        ({"role": "analyst"}, "role", "unknown parameter"),
    ],
)
def test_what_cannot_be_kept_is_named(app: Served, changes: dict[str, object], field: str, said: str) -> None:
    view = saved(app, name="There")
    for answer in (
        asking(app).post(VIEWS, json=DISPUTES | changes),
        asking(app).put(f"{VIEWS}/{view['id']}", json=DISPUTES | changes),
    ):
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
        assert said in answer.json()["detail"]
    assert seen(app) == [view]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=1+1", "👩🏽‍🏫", "x" * 80, "a\"b'c\\", "{count}"])
def test_a_name_is_text_whatever_it_holds(app: Served, name: str) -> None:
    assert saved(app, name=f" {name} ")["name"] == name
    assert [view["name"] for view in seen(app)] == [name]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", VIEWS), ("POST", VIEWS), ("DELETE", f"{VIEWS}/x"), ("DELETE", f"{VIEWS}/default")]
)
def test_there_are_no_parameters(app: Served, method: str, path: str) -> None:
    answer = asking(app).request(method, f"{path}?role=analyst", json=DISPUTES)
    assert (answer.status_code, answer.json()["field"]) == (422, "role")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"name": "\\ud800"}', b"null"])
def test_what_is_no_view_is_refused(app: Served, body: bytes) -> None:
    assert asking(app).post(VIEWS, content=body).status_code == 422
    assert asking(app).put(f"{VIEWS}/default", content=body).status_code == 422
    assert asking(app).post(VIEWS, content=b" " * 40_000).status_code == 413


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_no_other_site_saves_chooses_or_deletes_one(app: Served, headers: dict[str, str]) -> None:
    view = saved(app)
    address, client = f"{VIEWS}/{view['id']}", asking(app)
    answers = [
        client.post(VIEWS, json=DISPUTES | {"name": "x"}, headers=headers),
        client.put(address, json=DISPUTES | {"name": "x"}, headers=headers),
        client.put(f"{VIEWS}/default", json={"id": view["id"]}, headers=headers),
        client.delete(address, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert seen(app) == [view]


# What the page opens with


def opened(app: Served, viewer: Viewer = OLGA, query: str = "") -> httpx2.Response:
    return asking(app, viewer).get(PAGE + query)


def choose(app: Served, id_: str, viewer: Viewer = OLGA) -> int:
    return asking(app, viewer).put(f"{VIEWS}/default", json={"id": id_}).status_code


def test_the_page_opens_with_the_default_where_its_address_names_nothing(app: Served) -> None:
    view = saved(app, query="student_q=%22%3E%3Cb%3E%0D%0AX: y&range=all", shared=True)
    assert opened(app).status_code == 200
    assert choose(app, view["id"]) == 204
    assert seen(app) == [view | {"is_default": True}]
    for path in ("", "/"):
        led = opened(app, query=path)
        assert (led.status_code, led.headers["cache-control"]) == (303, "no-store")
        address, _, query = led.headers["location"].partition("?")
        assert (address, query) == (PAGE, view["query"])
        assert dict(parse_qsl(query))["student_q"] == '"><b>\r\nX: y'
    for query in ("?tz=UTC", "?range=all", "?creator=bela", f"?{view['query']}"):
        assert opened(app, query=query).status_code == 200
    assert opened(app, OTTO).status_code == 200
    assert choose(app, view["id"], OTTO) == 204
    assert opened(app, OTTO).status_code == 303


def test_it_opens_plain_once_the_default_is_given_up_deleted_or_shared_no_more(app: Served) -> None:
    first, second = saved(app, shared=True), saved(app, name="Second")
    for viewer in (OLGA, OTTO):
        choose(app, first["id"], viewer)
    asking(app).put(f"{VIEWS}/{first['id']}", json=DISPUTES)
    assert [opened(app).status_code, opened(app, OTTO).status_code] == [303, 200]
    choose(app, second["id"])
    assert asking(app).delete(f"{VIEWS}/{second['id']}").status_code == 204
    assert opened(app).status_code == 200
    choose(app, first["id"])
    for _ in range(2):
        assert asking(app).delete(f"{VIEWS}/default").status_code == 204
    assert opened(app).status_code == 200


def test_nobody_chooses_what_they_do_not_see(app: Served) -> None:
    mine, shared = saved(app, name="Mine"), saved(app, shared=True)
    assert choose(app, mine["id"], OTTO) == choose(app, shared["id"], ANA) == choose(app, shared["id"], ANNA) == 404
    assert choose(app, "nothing") == 404
    assert choose(app, "") == 422


def test_without_the_store_the_page_opens_plain_and_rest_says_so(app: Served) -> None:
    view = saved(app)
    choose(app, view["id"])
    alter(app, "ALTER TABLE views RENAME TO elsewhere")
    plain, answers = opened(app), [asking(app).get(VIEWS), asking(app).post(VIEWS, json=DISPUTES)]
    alter(app, "ALTER TABLE elsewhere RENAME TO views")
    assert plain.status_code == 200
    assert [answer.status_code for answer in answers] == [503, 503]
    assert opened(app).status_code == 303
