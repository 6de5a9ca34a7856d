"""A process that is killed at any step of a decision leaves it whole or absent, and the store free for everybody."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store import Store, engine
from store.standings import START, Entry
from tests.servers.app import ROOT
from tests.store.killed import END
from tests.store.reviewing import decide, event_ids


def standing(store: Store, session_id: str) -> tuple[int, int, int]:
    """How many entries the session has, its head's version, and how many events tell of it: three that must agree."""
    heads = {head.session_id: head.version for head in store.reviews.changed_since(START).heads}
    told = [event for event in event_ids(store) if event.startswith(f"{session_id}/")]
    return len(store.reviews.history(session_id)), heads.get(session_id, 0), len(told)


def test_a_decision_is_whole_or_absent_wherever_its_process_is_killed(store: Store, database: str) -> None:
    decide(store, ["known"])
    known, died_at, number = 1, list[str](), 0
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.killed", database],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as dying:  # fmt: skip
        assert dying.stdin
        assert dying.stdout
        while END not in died_at:
            number += 1
            dying.stdin.write(f"s{number} {known} {number}\n")
            dying.stdin.flush()
            died_at.append(dying.stdout.readline().strip())
            assert died_at[-1], died_at

            is_whole = died_at[-1] in ("after COMMIT", END)
            known += is_whole
            assert standing(store, f"s{number}-new") == (is_whole,) * 3, died_at
            assert standing(store, "known") == (known,) * 3, died_at
            began = time.monotonic()
            (next_one,) = decide(store, [f"next-{number}"])
            assert isinstance(next_one, Entry)
            assert time.monotonic() - began < 1, died_at
        dying.stdin.close()
    assert known == 3
    for part in ("UPDATE review_changes", "INSERT INTO review_entries", "INSERT INTO reviews", "UPDATE reviews",
                 "INSERT INTO decision_events"):  # fmt: skip
        assert any(step.startswith(f"before {part}") for step in died_at), died_at
        assert any(step.startswith(f"after {part}") for step in died_at), died_at
    assert "before COMMIT" in died_at


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_process_that_says_no_more_holds_others_up_for_seconds_only(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one whose machine lost its network midway."""
    monkeypatch.setattr(engine, "IDLE_SECONDS", 0.3)
    silent = engine.open_engine(engine.database_url(database, Path()))
    with suppress(DBAPIError), engine.writing(silent) as connection:
        connection.execute(text("UPDATE review_changes SET number = number + 1"))
        assert isinstance(decide(store, ["s1"])[0], Entry)
    silent.dispose()
