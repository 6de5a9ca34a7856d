"""What the contract lets an export hold and no platform would: ids of any text, and years far apart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx2
import pytest

from tests.conftest import NOW, Served, served
from tests.exports import session, write_export

IDS = ["a/b", "/", "a//b/", "..", "a b?c#d&e", "100%2F", "recording", "x/recording", "x/review", "ß\u0301\u202e"]
YEARS = (1901, 2025, 8999)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("odd")
    starts = [datetime(YEARS[number % len(YEARS)], 3, 1, 12, number, tzinfo=UTC) for number in range(len(IDS))]
    sessions = [
        session(number, id=id_, scheduled_start=start, scheduled_end=start + timedelta(hours=1))
        for number, (id_, start) in enumerate(zip(IDS, starts, strict=True))
    ]
    export = write_export(folder / "export", as_of=NOW, sessions=sessions, session_assessments=[])
    with served(folder / "data", NOW, export=str(export)) as app:
        yield app


@pytest.fixture
def client(odd: Served) -> httpx2.Client:
    return odd.as_creator("c1")


@pytest.mark.parametrize("id_", IDS)
def test_a_session_of_any_id_is_found_with_its_review_and_its_recording(client: httpx2.Client, id_: str) -> None:
    given = quote(id_, safe="").replace(".", "%2E")
    found = client.get(f"/api/creators/me/sessions/{given}")
    assert (found.status_code, found.json()["id"]) == (200, id_)
    review = client.get(f"/api/sessions/{given}/review")
    assert (review.status_code, review.json()["session_id"]) == (200, id_)
    recording = client.get(f"/api/sessions/{given}/recording").json()
    assert recording["detail"] == "Recording not available"


@pytest.mark.parametrize("path", ["", "/stats", "/over-time", "/upcoming", "/upcoming/overview", "/compare"])
def test_a_slash_at_the_end_leads_to_the_path_without_it(client: httpx2.Client, path: str) -> None:
    plain = f"/api/creators/me/sessions{path}?tz=Europe/Berlin"
    led = client.get(plain.replace("?", "/?"), follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (307, plain)


def test_an_id_that_is_not_there_is_not_found_whatever_its_last_letter(client: httpx2.Client) -> None:
    assert client.get("/api/creators/me/sessions/none").status_code == 404
    assert client.get("/api/creators/me/sessions/none%2F").status_code == 404
    found = client.get("/api/creators/me/sessions/none/", follow_redirects=True)
    assert found.url.path == "/api/creators/me/sessions/none"


def test_years_far_apart_make_no_empty_months_between_them(client: httpx2.Client) -> None:
    for query in ("range=all", "from=1900-01-01&to=9000-01-01"):
        found = client.get(f"/api/creators/me/sessions/over-time?{query}").json()
        months = [(bucket["first"], bucket["last"], bucket["total_sessions"]) for bucket in found["buckets"]]
        assert months == [
            ("1901-03-01", "1901-03-31", 4), ("2025-03-01", "2025-03-31", 3), ("8999-03-01", "8999-03-31", 3)
        ]  # fmt: skip


def test_months_without_sessions_are_there_where_years_are_near(client: httpx2.Client) -> None:
    found = client.get("/api/creators/me/sessions/over-time?from=2024-01-01&to=2025-12-31").json()
    assert [bucket["total_sessions"] for bucket in found["buckets"]] == [*[0] * 14, 3, *[0] * 9]
