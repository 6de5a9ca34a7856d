"""Every number opens its rows: what a tile, bar, dot or share filters to is exactly what it counts, in REST too."""

import json
from typing import Any

import httpx2
import pytest

from layouts import ids
from layouts.metrics import TILES
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import Served

CREATORS = ("usr_00000001", "usr_00000002", "usr_00000004", "usr_00000007")
QUESTIONS = ("range=last_12_weeks", "range=this_month", "range=all", "from=2026-08-05&to=2026-10-30&status=completed")


@pytest.fixture(scope="module", params=CREATORS)
def creator(request: pytest.FixtureRequest, demo: Served) -> httpx2.Client:
    return demo.as_creator(request.param)


def drawn(client: httpx2.Client, search: str) -> dict[str, Any]:
    figures = next(c for c in server_callbacks(client) if f"{ids.METRICS}.children" in c["output"])
    values = {f"{ids.QUESTION}.data": {"creator": "me", "search": search}, f"{ids.THEME}.data": "light"}
    answer: dict[str, Any] = call(client, figures, values).json()["response"]
    return answer


def rows_of(client: httpx2.Client, search: str, opens: dict[str, Any]) -> int:
    """How many rows there are once the fields that a figure opens are put into the question."""
    asked = httpx2.QueryParams(search)
    for name, value in opens.items():
        asked = asked.remove(name) if value is None else asked.set(name, value)
    answer = client.get("/api/creators/me/sessions", params=asked.set("limit", 1))
    return int(answer.json()["pagination"]["total"])


def stats(client: httpx2.Client, search: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/creators/me/sessions/stats?{search}").json()
    return answer


def segments(figure: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Each bar's height and the fields that it opens."""
    return [
        (height, json.loads(custom[1]))
        for trace in figure["data"]
        for height, custom in zip(trace["y"], trace["customdata"], strict=True)
    ]


@pytest.mark.parametrize("search", QUESTIONS)
def test_each_tile_opens_the_rows_it_counts(creator: httpx2.Client, search: str) -> None:
    figures, shown = stats(creator, search), json.dumps(drawn(creator, search)[ids.METRICS])
    for tile in TILES:
        counted = figures[tile.counts]
        opener = json.dumps(json.dumps(tile.opens))[1:-1]
        if tile.opens:
            assert (opener in shown) is (counted > 0)
        if counted:
            assert rows_of(creator, search, dict(tile.opens)) == counted


@pytest.mark.parametrize("search", QUESTIONS)
def test_each_segment_over_time_opens_the_rows_it_counts(creator: httpx2.Client, search: str) -> None:
    drawn_segments = segments(drawn(creator, search)[ids.CHART_OVER_TIME]["figure"])
    assert sum(height for height, _ in drawn_segments) == stats(creator, search)["total_sessions"]
    for height, opens in drawn_segments:
        if height:
            assert rows_of(creator, search, opens) == height


@pytest.mark.parametrize("search", QUESTIONS)
def test_each_cell_by_student_teacher_opens_the_rows_it_counts(creator: httpx2.Client, search: str) -> None:
    rows = drawn(creator, search)[ids.BY_ST]["rowData"]
    by_st = {row["st"]["id"]: row for row in stats(creator, search)["by_st"]}
    assert [row["id"] for row in rows] == list(by_st)
    for row in rows:
        for cell, counts in (("sessions", "sessions"), ("rating", "rated_sessions"), ("completion", "completed")):
            counted = by_st[row["id"]][counts]
            assert (row["opens"][cell] is not None) is (counted > 0)
            if counted:
                assert rows_of(creator, search, row["opens"][cell]) == counted
