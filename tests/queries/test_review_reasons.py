"""Why a session needs review, at the edges: each case is one session, by the reasons that it has."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.viewer import CreatorScope
from queries.filters import SessionFilters
from queries.review_models import QueuedSession, Reason
from queries.reviews import QueueFilters, ReviewRules, list_raised, list_reviews
from queries.statement import setup_sql
from tests.exports import START, session, write_export
from tests.queries.fold import UTC
from warehouse.build import build_snapshot
from warehouse.snapshot import Snapshot
from warehouse.source import open_export

MICROSECOND, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
FILTERS = SessionFilters(zone=UTC, low_rating=2)
STAFF = CreatorScope(all_creators=True, sees_private=True)
ALL = tuple(reason for reason in Reason if reason is not Reason.FLAGGED)
RULES = ReviewRules(ALL, short_percent=50, rating_gap=3, low_rating=2)
D, L, S, N, G, R = ALL


def lasted(length: timedelta) -> dict[str, Any]:
    """From a time of its own: what counts is how long it took, not when."""
    began = START + 7 * MINUTE
    return {"actual_start": began, "actual_end": began + length}


# What is changed in a completed session of an hour with a recording and no ratings; the two ratings; its reasons
CASES: list[tuple[dict[str, Any], int | None, int | None, list[Reason]]] = [
    ({}, None, None, []),
    # half of the booked time
    (lasted(30 * MINUTE), None, None, []),
    (lasted(30 * MINUTE - MICROSECOND), None, None, [S]),
    (lasted(timedelta(0)), None, None, [S]),
    (lasted(29 * MINUTE) | {"status": "scheduled"}, None, None, []),
    (lasted(29 * MINUTE) | {"status": "cancelled"}, None, None, []),
    (lasted(29 * MINUTE) | {"status": "no_show"}, None, None, [N]),
    (lasted(timedelta(hours=13)), None, None, []),
    # ratings
    ({}, 2, None, [L]),
    ({}, 3, None, []),
    ({}, 1, 1, [L]),
    ({"status": "cancelled"}, 1, None, []),
    ({"status": "scheduled"}, 1, None, []),
    ({"status": "no_show"}, 1, None, [N]),
    ({}, None, 1, []),
    ({}, 5, 2, [G]),
    ({}, 2, 5, [L, G]),
    ({}, 4, 2, []),
    ({}, 3, 5, []),
    ({}, 5, None, []),
    ({}, None, 5, []),
    # disputes
    ({"dispute_status": "open"}, None, None, [D]),
    ({"dispute_status": "under_review"}, None, None, [D]),
    ({"dispute_status": "resolved"}, None, None, []),
    ({"dispute_status": "rejected"}, None, None, []),
    ({"dispute_status": "open", "status": "cancelled"}, None, None, [D]),
    ({"dispute_status": "open", "status": "scheduled"}, None, None, [D]),
    # recordings
    ({"recording_key": None}, None, None, [R]),
    ({"recording_key": None, "status": "scheduled"}, None, None, []),
    ({"recording_key": None, "status": "no_show"}, None, None, [N]),
    ({"recording_key": None, "status": "cancelled"}, None, None, []),
    # all that can be at once
    ({"dispute_status": "open", "recording_key": None} | lasted(MINUTE), 1, 5, [D, L, S, G, R]),
]


def open_world(folder: Path, sessions: list[dict[str, Any]], assessments: list[dict[str, Any]]) -> Snapshot:
    export = write_export(folder / "export", sessions=sessions, session_assessments=assessments)
    return Snapshot(build_snapshot(open_export(export), folder / "snapshots"), setup_sql())


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    sessions = [session(n, recording_key="x.webm") | changes for n, (changes, *_) in enumerate(CASES)]
    assessments = [
        {"session_id": f"s{n}", "assessor": assessor, "rating": rating}
        for n, (_, student, st, _) in enumerate(CASES)
        for assessor, rating in (("student", student), ("st", st))
        if rating is not None
    ]
    snapshot = open_world(tmp_path_factory.mktemp("cases"), sessions, assessments)
    yield snapshot
    snapshot.close()


def queue(snapshot: Snapshot, rules: ReviewRules = RULES) -> list[QueuedSession]:
    return list_reviews(snapshot, STAFF, FILTERS, rules, QueueFilters(), page=1, limit=1_000).reviews


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: str(CASES[number][:3]))
def test_a_session_has_the_reasons_that_it_should(cases: Snapshot, number: int) -> None:
    expected = CASES[number][-1]
    raised = list_raised(cases, STAFF, FILTERS, RULES, [f"s{number}"])[f"s{number}"]
    assert raised.reasons == expected
    assert [fact.partition(":")[0] for fact in raised.facts] == expected
    assert [one.reasons for one in queue(cases) if one.id == f"s{number}"] == ([expected] if expected else [])


@pytest.mark.parametrize("rule", ALL)
def test_a_rule_alone_raises_its_own_sessions_and_switched_off_none(cases: Snapshot, rule: Reason) -> None:
    own = {f"s{number}" for number, (*_, reasons) in enumerate(CASES) if rule in reasons}
    others = {f"s{number}" for number, (*_, reasons) in enumerate(CASES) if set(reasons) - {rule}}
    alone = queue(cases, ReviewRules((rule,), 50, 3, 2))
    assert {one.id for one in alone} == own != set()
    assert all(one.reasons == [rule] for one in alone)
    without = queue(cases, ReviewRules(tuple(other for other in ALL if other is not rule), 50, 3, 2))
    assert {one.id for one in without} == others
    assert not any(rule in one.reasons for one in without)


@pytest.mark.parametrize(
    ("rules", "ids"),
    [
        (ReviewRules((S,), 1, 3, 2), {"s3"}),
        (ReviewRules((S,), 100, 3, 2), {"s1", "s2", "s3", str(f"s{len(CASES) - 1}")}),
        (ReviewRules((G,), 50, 4, 2), {f"s{len(CASES) - 1}"}),
        (ReviewRules((G,), 50, 2, 2), {"s15", "s16", "s17", "s18", f"s{len(CASES) - 1}"}),
        (ReviewRules((L,), 50, 3, 1), {"s10", f"s{len(CASES) - 1}"}),
        (ReviewRules((L,), 50, 3, 5), {"s8", "s9", "s10", *(f"s{n}" for n in range(15, 20)), f"s{len(CASES) - 1}"}),
    ],
)
def test_the_settings_move_the_edges(cases: Snapshot, rules: ReviewRules, ids: set[str]) -> None:
    assert {one.id for one in queue(cases, rules)} == ids


@pytest.mark.parametrize("seconds", [100, 1_000, 2_700, 3_600, 5_400, 86_400])
def test_a_session_of_exactly_the_asked_share_is_never_short(tmp_path: Path, seconds: int) -> None:
    """Whatever the share, to the microsecond."""
    booked = timedelta(seconds=seconds)
    ends = {"scheduled_end": START + booked}
    rows = [
        {"id": f"{kind}{percent}", "scheduled_start": START, "recording_key": "x", **ends, **lasted(length)}
        for percent in range(1, 101)
        for kind, length in (("at", booked * percent / 100), ("under", booked * percent / 100 - MICROSECOND))
    ]
    snapshot = open_world(tmp_path, rows, [])
    for percent in range(1, 101):
        short = list_raised(
            snapshot, STAFF, FILTERS, ReviewRules((S,), percent, 3, 2), [f"at{percent}", f"under{percent}"]
        )
        assert [short[f"{kind}{percent}"].reasons for kind in ("at", "under")] == [[], [S]], percent
    snapshot.close()


def test_those_that_are_equally_urgent_come_the_oldest_first_then_by_id_whosever_they_are(tmp_path: Path) -> None:
    starts = [(1, "b"), (1, "a"), (0, "z"), (1, "c"), (0, "y")]
    rows = [
        session(day, status="no_show", course_id=course) | {"id": f"{id_}{course}"}
        for day, id_ in starts
        for course in ("k1", "k2")
    ]
    snapshot = open_world(tmp_path, rows, [])
    expected = sorted((day, f"{id_}{course}") for day, id_ in starts for course in ("k1", "k2"))
    assert [one.id for one in queue(snapshot)] == [id_ for _, id_ in expected]
    pages = [
        list_reviews(snapshot, STAFF, FILTERS, RULES, QueueFilters(), page=page, limit=3).reviews
        for page in range(1, 5)
    ]
    assert [one.id for page in pages for one in page] == [id_ for _, id_ in expected]
    snapshot.close()


ODD = "s'\"; DROP TABLE reviews--", "%", "ä/ö?#", "名前", "a b", "\\", "🦉", "x" * 200
OPEN = {"dispute_status": "open"}
EVIDENCE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"rating": 5}, {"st": 5}),
    ({"rating": 5, "comment": None}, {"rating": 5, "comment": "5"}),
    (OPEN | {"dispute_reason": "a|b"}, OPEN | {"dispute_reason": "a", "comment": "b"}),
    (OPEN | {"dispute_reason": "NULL"}, OPEN),
    (OPEN | {"dispute_reason": ""}, OPEN),
    ({"rating": None, "comment": "x"}, {"rating": None, "comment": "x "}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EVIDENCE, ids=str)
def test_two_sessions_that_differ_in_what_is_judged_have_other_evidence(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any]
) -> None:
    rows, assessments = [], []
    for number, given in enumerate((one, other, one)):
        disputes = {name: value for name, value in given.items() if name.startswith("dispute")}
        rows.append({**session(number, recording_key="x"), **disputes})
        rating, comment = given.get("rating"), given.get("comment")
        assessments.append({"session_id": f"s{number}", "assessor": "student", "rating": rating, "comment": comment})
        assessments.append({"session_id": f"s{number}", "assessor": "st", "rating": given.get("st")})
    snapshot = open_world(tmp_path, rows, assessments)
    raised = list_raised(snapshot, STAFF, FILTERS, RULES, ["s0", "s1", "s2"])
    assert raised["s0"].evidence == raised["s2"].evidence != raised["s1"].evidence
    snapshot.close()


def test_ids_are_found_whatever_they_are_made_of(tmp_path: Path) -> None:
    snapshot = open_world(tmp_path, [session(n, status="no_show") | {"id": id_} for n, id_ in enumerate(ODD)], [])
    assert set(list_raised(snapshot, STAFF, FILTERS, RULES, [*ODD, "\0", ""])) == set(ODD)
    assert {one.id for one in queue(snapshot)} == set(ODD)
    snapshot.close()
