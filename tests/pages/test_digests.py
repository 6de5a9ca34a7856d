"""The digest of a view as a page: REST's own figures of the week, and nothing of what its reader may not see."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx2
import pytest

from auth.viewer import Role, Viewer
from tests.api.saved_views import ANA, ANNA, OLGA, OTTO, asking, saved
from tests.api.stored import alter
from tests.conftest import Served

WEEK = {"from": "2026-11-16", "to": "2026-11-22", "tz": "Europe/Berlin"}
DIGEST = "/studio/sessions/digest"
ELENA = Viewer("usr_00000001", "Elena", Role.CREATOR)


@pytest.fixture(autouse=True)
def without_views(demo: Served, two_creators: Served) -> Iterator[None]:
    yield
    for app in (demo, two_creators):
        alter(app, "DELETE FROM views")


def page(app: Served, view: dict[str, Any], viewer: Viewer = OLGA, **params: str) -> httpx2.Response:
    return asking(app, viewer).get(f"{DIGEST}/{view['id']}", params={"tz": "Europe/Berlin"} | params)


def text_of(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    body = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    ("viewer", "creator", "query"),
    [
        (OLGA, "all", "range=all"),
        (OLGA, "usr_00000001", "status=completed&status=no_show&sort=-rating"),
        (ANA, "all", "rating_max=4&range=today"),
        (ELENA, "me", "range=last_12_weeks&tab=upcoming"),
    ],
)
def test_it_holds_rests_own_figures_of_the_last_whole_week(
    demo: Served, viewer: Viewer, creator: str, query: str
) -> None:
    view = saved(demo, viewer, query=query)
    shown = text_of(page(demo, view, viewer, **({} if creator == "me" else {"creator": creator})))
    filters = httpx2.QueryParams([pair for pair in httpx2.QueryParams(query).multi_items()
                                  if pair[0] not in ("range", "tab", "sort")]).merge(WEEK)  # fmt: skip
    stats = asking(demo, viewer).get(f"/api/creators/{creator}/sessions/stats", params=filters).json()
    assert stats["rated_sessions"] > 2
    assert "16 Nov – 22 Nov" in shown
    for label, value in (
        ("Sessions", f"{stats['total_sessions']:,}"),
        ("Completion rate", f"{stats['completion_rate']:.1f}%"),
        ("No-show rate", f"{stats['no_show_rate']:.1f}%"),
        ("Average rating", f"{stats['avg_rating']:.2f}★"),
    ):
        assert f" {label} {value} " in shown
    low, high = stats["completion_rate_interval"]
    assert f"95% interval {low:.1f} to {high:.1f}%" in shown
    if stats["changes"] and abs(stats["changes"]["total_sessions"]) >= 0.05:
        sign = "▲" if stats["changes"]["total_sessions"] > 0 else "▼"
        before = f"({stats['previous']['total_sessions']:,} before)"
        assert f"{sign} {abs(stats['changes']['total_sessions']):.1f}% {before}" in shown


def test_it_holds_the_first_of_what_needs_review_and_leads_to_them(demo: Served) -> None:
    view = saved(demo, query="range=all")
    answer = page(demo, view)
    queue = asking(demo).get("/api/reviews", params=WEEK | {"limit": "10"}).json()
    total = queue["pagination"]["total"]
    assert total > len(queue["reviews"]) - 1 > 3
    assert f"{total} sessions need review" in text_of(answer)
    linked = re.findall(r'href="([^"]*session=[^"]*)"', answer.text)
    found = [httpx2.URL(unescape(link)).params for link in linked]
    assert [params["session"] for params in found] == [row["id"] for row in queue["reviews"]]
    assert all(params["from"] == "2026-11-16" and params["tab"] == "review" for params in found)
    for row in queue["reviews"]:
        assert row["course"]["title"] in unescape(answer.text)


def test_an_older_week_can_be_asked_for_and_one_that_is_not_over_cannot(demo: Served) -> None:
    view = saved(demo, query="range=all")
    assert "2 Nov – 8 Nov" in text_of(page(demo, view, week="2026-11-04"))
    for week in ("2026-11-23", "2026-11-30", "1800-01-01", "soon"):
        answer = page(demo, view, week=week)
        assert (answer.status_code, "week: " in answer.text) == (422, True)
    assert page(demo, view, nothing="x").status_code == 422
    assert page(demo, view, tz="Nowhere").status_code == 422


def test_a_creator_gets_nothing_of_another(two_creators: Served) -> None:
    view = saved(two_creators, ANNA, query="range=all")
    own = page(two_creators, view, ANNA, week="2026-11-04")
    assert "secret" not in own.text.casefold()
    assert "1 scheduled" not in text_of(own)
    for creator in ("bela", "all", "nobody"):
        refused = page(two_creators, view, ANNA, creator=creator)
        assert refused.status_code == 404
        assert "secret" not in refused.text.casefold()
    stolen = saved(two_creators, ANNA, name="Stolen", query="course_id=course-secret&range=all")
    absent = saved(two_creators, ANNA, name="Absent", query="course_id=course-none&range=all")
    answers = [page(two_creators, one, ANNA) for one in (stolen, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_a_view_that_is_not_theirs_has_no_digest_for_them(two_creators: Served) -> None:
    hidden, shared = saved(two_creators, name="Mine"), saved(two_creators, shared=True)
    assert page(two_creators, shared, OTTO).status_code == 200
    for view, viewer in ((hidden, OTTO), (shared, ANA), (shared, ANNA)):
        assert page(two_creators, view, viewer).status_code == 404
    assert page(two_creators, {"id": "nothing"}).status_code == 404


def test_that_staff_saw_it_is_logged(two_creators: Served) -> None:
    lyra = Viewer("lyra", "Lyra", Role.OPERATIONS)
    view = saved(two_creators, lyra)
    page(two_creators, view, lyra, creator="anna")
    entries = two_creators.as_staff().get("/api/access-log", params={"account": "lyra"}).json()["entries"]
    assert [(entry["action"], entry["creator_id"]) for entry in entries] == [("saw_creator", "anna")]


def test_an_analyst_reads_the_queue_without_names(two_creators: Served) -> None:
    view = saved(two_creators, ANA, query="range=all")
    shown = page(two_creators, view, ANA, week="2026-11-08").text
    assert "student-a" in shown
    assert "Ulla" not in shown


def test_names_are_text(two_creators: Served) -> None:
    view = saved(two_creators, name="<script>alert(1)</script>{{ 7 * 7 }}", query="student_q=<b>&range=all")
    answer = page(two_creators, view)
    assert "<script>alert" not in answer.text
    assert "<b>&quot;" not in answer.text
    assert "<script>alert(1)</script>{{ 7 * 7 }}" in text_of_title(answer)
    assert answer.headers["cache-control"] == "no-store"


def text_of_title(answer: httpx2.Response) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.text)
    assert found
    return unescape(found[1])


def test_whoever_is_not_signed_in_comes_back_to_it(two_creators: Served) -> None:
    answer = two_creators.as_nobody().get(f"{DIGEST}/x?week=2026-11-04", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fstudio%2Fsessions%2Fdigest%2Fx%3Fweek%3D2026-11-04"
