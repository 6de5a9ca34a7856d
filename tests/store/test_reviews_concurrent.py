"""Twenty processes decide the same sessions at once: nothing is lost, nothing doubled, and each loser knows who won."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from typing import Any

from store import Store
from store.standings import START
from tests.servers.app import ROOT
from tests.store.deciders import AT_ONCE, DECIDERS, ROUNDS, SECONDS
from tests.store.reviewing import event_ids, rows


def all_told(address: str) -> list[dict[str, list[Any]]]:
    """What each decider was told."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.deciders", address],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_twenty_who_decide_at_once_lose_and_double_nothing(store: Store, database: str) -> None:
    told = all_told(database)
    assert len(told) == DECIDERS
    entries = rows(store)
    kept = [(row.session_id, row.version, row.request, row.account) for row in entries]

    done = [tuple(one) for answers in told for one in answers["done"]]
    assert sorted(done) == sorted(kept)
    assert len(kept) == DECIDERS * ROUNDS * AT_ONCE
    assert set(Counter((session, request) for session, _, request, _ in kept).values()) == {1}

    versions = defaultdict(list)
    for session, version, _, _ in kept:
        versions[session].append(version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    for head in store.reviews.changed_since(START).heads:
        last = store.reviews.history(head.session_id)[-1]
        assert (head.version, head.standing, head.made) == (last.version, last.standing, last.made)
        assert head.version == versions[head.session_id][-1]
    assert event_ids(store) == [f"{session}/{version}" for session, version, _, _ in kept]

    lost = [tuple(one) for answers in told for one in answers["lost"]]
    assert len(lost) >= DECIDERS - len(versions)  # all had seen the same
    assert set(lost) <= set(kept)
