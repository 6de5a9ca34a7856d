"""What can be chosen tells how many sessions it has: as many as its filter then shows."""

import pytest

from queries.filters import Flag, Status
from queries.options import count_choices
from queries.sessions import count_sessions
from tests.queries.asking import question
from tests.queries.fold import LOW, Asked
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot


@pytest.mark.parametrize("creator", ["c1", "c2", None])
def test_each_status_and_flag_counts_the_rows_that_its_filter_shows(snapshot: Snapshot, creator: str | None) -> None:
    counts = count_choices(snapshot, question(Asked(creator, NOW)).scope, LOW)
    assert set(counts) == {*Status, *Flag}
    for choice, count in counts.items():
        field = "status" if isinstance(choice, Status) else "flag"
        asking = question(Asked(creator, NOW, params={field: [choice.value]}))
        assert count_sessions(snapshot, asking.scope, asking.filters) == count
    assert sum(counts[status] for status in Status) > 0
