"""Which filter to drop where nothing matches: each that is named brings what it promises, and none is left out."""

from dataclasses import replace

from hypothesis import given, settings

from queries.ways_out import DROPPED, list_ways_out
from tests.queries.asking import asked_questions, question
from tests.queries.fold import Asked
from tests.queries.test_against_fold import rows_of
from warehouse.snapshot import Snapshot


@settings(max_examples=150, deadline=None)
@given(asked=asked_questions())
def test_the_ways_out_are_those_of_the_fold_the_nearest_first(snapshot: Snapshot, asked: Asked) -> None:
    asking = question(asked)
    found = list_ways_out(snapshot, asking.scope, asking.filters)
    expected = {}
    for fields in DROPPED:
        left = {name: value for name, value in asked.params.items() if name not in fields}
        if left != asked.params and (rows := rows_of(replace(asked, params=left))):
            expected[fields] = len(rows)
    # A filter that is given without a value, or as what it is by default, is none to drop.
    assert {way.fields: way.sessions for way in found}.items() <= expected.items()
    lost = expected.keys() - {way.fields for way in found}
    assert all(expected[fields] == len(rows_of(asked)) for fields in lost)
    assert [way.sessions for way in found] == sorted(way.sessions for way in found)
