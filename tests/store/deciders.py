"""Twenty processes that decide the same sessions at once: python -m tests.store.deciders ADDRESS prints what each was
told, a line of JSON for each."""

import json
import multiprocessing
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from store.calls import Calls
from store.engine import StoreError, database_url, open_engine
from store.events import Events
from store.reviews import Reviews
from store.standings import START, Entry, Item, Refused, Standing, Step
from store.tables import DECISION_EVENTS
from tests.store.reviewing import by, decision, told

DECIDERS, ROUNDS, AT_ONCE = 20, 3, 4
SECONDS = 60
SESSIONS = [f"s{number}" for number in range(8)]
FORK = multiprocessing.get_context("fork")
begin = FORK.Barrier(DECIDERS)
AGAIN = 0.3  # so many answers are lost: the request is sent once more


class Decider:
    """Somebody who insists: whatever another was first with is looked at anew and decided again."""

    def __init__(self, number: int, reviews: Reviews) -> None:
        self.name = f"p{number}"
        self._reviews = reviews
        self._chance = random.Random(number)
        self.told: dict[str, list[Any]] = {"done": [], "lost": [], "failed": []}

    def looked(self) -> dict[str, int]:
        """The version of each session, as it is now."""
        return {head.session_id: head.version for head in self._reviews.changed_since(START).heads}

    def decide_all(self, first_look: dict[str, int]) -> None:
        look = first_look
        for number in range(ROUNDS):
            request = f"{self.name}-{number}"
            left = self._chance.sample(SESSIONS, AT_ONCE)
            while left:
                left = self._decided(request, left, look)
                look = self.looked()

    def _decided(self, request: str, ids: list[str], look: dict[str, int]) -> list[str]:
        """Those that somebody else was first with."""
        answer = self._ask(request, ids, look)
        if self._chance.random() < AGAIN:
            again = self._ask(request, ids, look)
            first = [one for one in answer if isinstance(one, Entry)]
            assert [one for one in again if one in first] == first
            done = {one.session_id for one in first}
            answer = [*first, *(one for one in again if one.session_id not in done)]
        for one in answer:
            if isinstance(one, Entry):
                self.told["done"].append([one.session_id, one.version, request, self.name])
            else:
                assert one.head
                head = one.head
                self.told["lost"].append([one.session_id, head.version, head.standing.outcome, head.made.account])
        return [one.session_id for one in answer if isinstance(one, Refused)]

    def _ask(self, request: str, ids: list[str], look: dict[str, int]) -> list[Entry | Refused]:
        items = [Item(one, "anna", look.get(one, 0)) for one in ids]
        step = Step(Standing("resolved", request))
        while True:
            try:
                return self._reviews.decide(decision(request, by(self.name)), items, lambda *_: step, told)
            except StoreError as error:
                self.told["failed"].append(str(error))
                time.sleep(0.1)


def work(address: str, number: int) -> str:
    signal.alarm(SECONDS)  # whatever becomes of the test
    calls = Calls(open_engine(database_url(address, Path())))
    decider = Decider(number, Reviews(calls, Events(calls, DECISION_EVENTS)))
    look = decider.looked()
    begin.wait(20)  # all have seen the same
    decider.decide_all(look)
    return json.dumps(decider.told)


def main(address: str) -> None:
    with FORK.Pool(DECIDERS) as processes:
        told = processes.starmap(work, [(address, number) for number in range(DECIDERS)], chunksize=1)
    sys.stdout.write("\n".join(told))


if __name__ == "__main__":
    main(sys.argv[1])
