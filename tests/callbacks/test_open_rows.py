"""Every number opens its rows: what a tile, bar, dot or share filters to is exactly what it counts, in REST too."""

import json
from typing import Any

import httpx
import pytest

from layouts import ids
from layouts.metrics import TILES
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import Served

CREATORS = ("usr_00000001", "usr_00000002", "usr_00000004", "usr_00000007")
QUESTIONS = ("range=last_12_weeks", "range=this_month", "range=all", "from=2026-08-05&to=2026-10-30&status=completed")


@pytest.fixture(scope="module", params=CREATORS)
def creator(request: pytest.FixtureRequest, demo: Served) -> httpx.Client:
    return demo.as_creator(request.param)


def drawn(client: httpx.Client, search: str) -> dict[str, Any]:
    figures = next(c for c in server_callbacks(client) if f"{ids.METRICS}.children" in c["output"])
    values = {f"{ids.QUESTION}.data": {"creator": "me", "search": search}, f"{ids.THEME}.data": "light"}
    answer: dict[str, Any] = call(client, figures, values).json()["response"]
    return answer


def rows_of(client: httpx.Client, search: str, opens: dict[str, Any]) -> int:
    """How many rows there are once the fields that a figure opens are put into the question."""
    asked = httpx.QueryParams(search)
    for name, value in opens.items():
        asked = asked.remove(name) if value is None else asked.set(name, value)
    answer = client.get("/api/creators/me/sessions", params=asked.set("limit", 1))
    return int(answer.json()["pagination"]["total"])


def stats(client: httpx.Client, search: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/creators/me/sessions/stats?{search}").json()
    return answer


def points(figure: dict[str, Any], **wanted: str) -> list[tuple[Any, dict[str, Any]]]:
    """Of the traces that are as wanted, each point's length and the fields that it opens."""
    found = []
    for trace in figure["data"]:
        if "customdata" in trace and all(trace.get(name) == value for name, value in wanted.items()):
            lengths = trace["x"] if trace.get("orientation") == "h" else trace["y"]
            fields = [json.loads(custom[1]) for custom in trace["customdata"]]
            found += list(zip(lengths, fields, strict=True))
    return found


@pytest.mark.parametrize("search", QUESTIONS)
def test_each_tile_opens_the_rows_it_counts(creator: httpx.Client, search: str) -> None:
    figures, shown = stats(creator, search), json.dumps(drawn(creator, search)[ids.METRICS])
    for tile in TILES:
        counted = figures[tile.counts]
        opener = json.dumps(json.dumps(tile.opens))[1:-1]
        if tile.opens:
            assert (opener in shown) is (counted > 0)
        if counted:
            assert rows_of(creator, search, dict(tile.opens)) == counted


@pytest.mark.parametrize("search", QUESTIONS)
def test_each_segment_over_time_opens_the_rows_it_counts(creator: httpx.Client, search: str) -> None:
    segments = points(drawn(creator, search)[ids.CHART_OVER_TIME]["figure"], type="bar")
    assert sum(length for length, _ in segments) == stats(creator, search)["total_sessions"]
    for length, opens in segments:
        if length:
            assert rows_of(creator, search, opens) == length


@pytest.mark.parametrize("search", QUESTIONS)
def test_each_cell_by_student_teacher_opens_the_rows_it_counts(creator: httpx.Client, search: str) -> None:
    figure = drawn(creator, search)[ids.CHART_BY_ST]["figure"]
    by_st = {row["st"]["id"]: row for row in stats(creator, search)["by_st"]}
    bars = points(figure, name="sessions")
    assert {opens["st_id"]: length for length, opens in bars} == {id_: row["sessions"] for id_, row in by_st.items()}
    dots, shares = points(figure, mode="markers"), points(figure, type="bar", xaxis="x4")
    assert len(dots) == sum(row["rated_sessions"] > 0 for row in by_st.values())
    assert len(shares) == len(by_st)
    for opened, counts in ((bars, "sessions"), (dots, "rated_sessions"), (shares, "completed")):
        for _, opens in opened:
            assert rows_of(creator, search, opens) == by_st[opens["st_id"]][counts]
