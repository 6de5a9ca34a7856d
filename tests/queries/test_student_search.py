"""The search for a student's name, as people write names."""

from collections import Counter

import pytest

from auth.viewer import CreatorScope
from queries.options import list_students
from queries.sessions import Sort, list_sessions
from tests.queries import fold
from tests.queries.asking import ROWS, question
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


@pytest.mark.parametrize("text", ["jose", "ŁUKASZ", "strasse", "%", "_", "太郎", ""])
@pytest.mark.parametrize("creator", [None, "c1", "c2"])
def test_students_are_offered_as_they_are_found_those_with_most_sessions_first(
    snapshot: Snapshot, text: str, creator: str | None
) -> None:
    own = [row for row in ROWS if creator in (None, row.creator_id)]
    counts = Counter(row.student_id for row in own if fold.plain(text) in fold.plain(row.student_name))
    ordered = sorted(counts, key=lambda id_: (-counts[id_], fold.plain(STUDENTS[id_]), id_))
    found = list_students(snapshot, CreatorScope(creator is None, creator), text, 5)
    assert [(student.id, student.name, student.sessions) for student in found] == [
        (id_, STUDENTS[id_], counts[id_]) for id_ in ordered[:5]
    ]


def test_a_blank_search_asks_for_nobody_in_particular(snapshot: Snapshot) -> None:
    assert names_found(snapshot, "  ") == set(STUDENTS.values())
