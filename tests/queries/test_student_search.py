"""The search for a student's name, as people write names."""

import pytest

from queries.sessions import Sort, list_sessions
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import NOW, STUDENTS
from warehouse.snapshot import Snapshot

JOSES = {"José Ibáñez", "Jose\u0301 Garcia", "JOSE"}


def names_found(snapshot: Snapshot, text: str) -> set[str]:
    asking = question(Asked(None, NOW, params={"student_q": text}))
    pages = (
        list_sessions(snapshot, asking.scope, asking.filters, sort=Sort.STUDENT, page=page, limit=500)
        for page in (1, 2)
    )  # fmt: skip
    return {session.student.name for page in pages for session in page.sessions}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("jose", JOSES),
        ("JOSÉ", JOSES),
        ("jose\u0301", JOSES),
        ("se i", {"José Ibáñez"}),
        ("ibanez", {"José Ibáñez"}),
        ("lukasz", {"Łukasz Wójcik"}),
        ("ŁUKASZ wojcik", {"Łukasz Wójcik"}),
        ("oystein aero", {"Øystein Ærø"}),
        ("strasse", {"STRASSE Straße"}),
        ("straße", {"STRASSE Straße"}),
        ("STRAẞE", {"STRASSE Straße"}),
        ("ipek isik", {"İpek Işık"}),
        ("İPEK", {"İpek Işık"}),
        ("nguyen thi", {"Nguyễn Thị"}),
        ("dang", {"Đặng"}),
        ("coeur", {"Cœur"}),
        ("太郎", {"名前 太郎"}),
        ("%", {"100%_sure"}),
        ("_", {"100%_sure", "a_b"}),
        ("a_b", {"a_b"}),
        ("100%", {"100%_sure"}),
        ("\\", {"back\\slash"}),
        ("'", {"O'Brien"}),
        ('"', {'"quoted"'}),
        ("josé garcia ibáñez", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_a_student_is_found_whatever_the_case_and_accents_and_only_as_written(
    snapshot: Snapshot, text: str, names: set[str]
) -> None:
    assert names_found(snapshot, text) == names


def test_a_blank_search_asks_for_nobody_in_particular(snapshot: Snapshot) -> None:
    assert names_found(snapshot, "  ") == set(STUDENTS.values())
