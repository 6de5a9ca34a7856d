from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from layouts.detail import Reader, detail_body
from layouts.links import Links
from queries.filters import Status
from queries.models import Dispute, Feedback
from tests.layouts.samples import NOON, a_session, a_teacher, attributes_of, words_of

LINKS = Links("/studio", "/users/{user_id}", "/sessions/{session_id}/room", "/m?to={user_id}", "/courses/{course_id}")


def reader(**changed: Any) -> Reader:
    given: dict[str, Any] = {
        "zone": ZoneInfo("Europe/Berlin"),
        "links": LINKS,
        "sees_private": True,
        "is_staff": False,
        "now": NOON,
    } | changed
    return Reader(**given)


def test_all_of_a_session_is_told_in_the_readers_zone() -> None:
    session = a_session(
        notes="Joins.\nGroup by.",
        student_feedback=Feedback(1, "Too short."),
        st_feedback=Feedback(4, None),
        dispute=Dispute("open", "13 minutes early", NOON),
        low_rating=True,
    )
    told = words_of(detail_body(session, reader()))
    for part in ("Sat 21 Nov 2026, 13:02 – 13:49", "scheduled 13:00 – 14:00", "47 min", "of 60 booked", "Too short.",
                 "No comment.", "Joins.\nGroup by.", "Open", "raised Sat 21 Nov 2026, 13:00", "13 minutes early",
                 "Low rating", "Completed", "Europe/Berlin", "ses/1?"):  # fmt: skip
        assert part in told


def test_names_and_titles_are_text_and_ids_are_encoded_into_links() -> None:
    body = detail_body(a_session(), reader())
    assert "<img src=x onerror=alert(1)>" in words_of(body)
    assert {
        "/users/usr%261",
        "/users/usr%2F2",
        "/courses/crs%201",
        "/m?to=usr%261",
        "/sessions/ses%2F1%3F/room",
    } <= set(attributes_of(body, "href"))


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (59, "This session has not taken place yet."),
        (60, "The time of this session is over; how it went is not known yet."),
    ],
)
def test_a_scheduled_session_is_not_told_as_to_come_once_its_time_is_over(minutes: int, said: str) -> None:
    scheduled = a_session(status=Status.SCHEDULED, overdue=False)
    assert said in words_of(detail_body(scheduled, reader(now=NOON + timedelta(minutes=minutes))))


def test_what_is_missing_is_said() -> None:
    told = words_of(detail_body(a_session(has_recording=False, actual_duration=None, actual_start=None,
                                          actual_end=None), reader()))  # fmt: skip
    assert "No recording of this session" in told
    assert "No notes were kept." in told
    assert told.count("No feedback given.") == 2
    assert "–  of 60 booked" in told


def test_a_reader_without_private_fields_is_told_so_and_gets_no_player() -> None:
    session = a_session(student_feedback=Feedback(2, None), dispute=Dispute("open", None, None))
    body = detail_body(session, reader(sees_private=False))
    assert "Your role does not include recordings" in words_of(body)
    assert words_of(body).count("not included in your role.") == 3
    assert not [id_ for id_ in attributes_of(body, "id") if str(id_).startswith("player")]


@pytest.mark.parametrize(("is_staff", "shown"), [(True, True), (False, False)])
def test_the_creator_is_named_to_staff_only(is_staff: bool, shown: bool) -> None:
    assert ("Creator" in words_of(detail_body(a_session(), reader(is_staff=is_staff)))) is shown


@pytest.mark.parametrize(
    ("sums", "few", "said"),
    [
        ({"rated_sessions": 8, "ratings": 38, "rating_squares": 182}, False, "4.75★ (4.36 – 5.00) ·"),
        ({"rated_sessions": 4, "ratings": 8, "rating_squares": 18}, True, "2.00★ (1.00 – 3.30) · few ratings ·"),
        ({"rated_sessions": 8, "ratings": 40, "rating_squares": 200}, False, "5.00★ · all alike ·"),
    ],
)
def test_the_mean_of_its_student_teacher_says_what_it_is_worth(sums: dict[str, Any], few: bool, said: str) -> None:
    told = words_of(detail_body(a_session(), reader(), None, a_teacher(few=few, **sums)))
    assert said in told
