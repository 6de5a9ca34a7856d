"""Decides, and dies by SIGKILL at one of the decision's steps: python -m tests.store.killed ADDRESS reads lines of a
session's name, the version of the known one, and the number of a step, and answers each with that step's name."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from store.calls import Calls
from store.engine import database_url, open_engine
from store.events import Events
from store.reviews import Reviews
from store.standings import Item
from store.tables import DECISION_EVENTS
from tests.store.reviewing import decision, to_state, told

END = "end"


def deadly(engine: Engine, number: int, said: int) -> Any:
    """Counts a decision's steps, before and after each statement and before its commit, and dies at one of them. Gives
    what is to be called once all is done."""
    steps = 0

    def step(name: str) -> None:
        nonlocal steps
        steps += 1
        if steps == number:
            os.write(said, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        step(f"before {statement.split('(', maxsplit=1)[0][:60]}")

    @event.listens_for(engine, "after_cursor_execute")
    def _(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        step(f"after {statement.split('(', maxsplit=1)[0][:60]}")

    event.listen(engine, "commit", lambda connection: step("before COMMIT"))
    return lambda: step("after COMMIT")


def decide(address: str, session_id: str, known: int, number: int, said: int) -> None:
    """Two sessions at once: one that is new, and one that has `known` entries."""
    engine = open_engine(database_url(address, Path()))
    engine.connect().close()
    after = deadly(engine, number, said)
    calls = Calls(engine)
    items = [Item(f"{session_id}-new", "anna", 0), Item("known", "anna", known)]
    Reviews(calls, Events(calls, DECISION_EVENTS)).decide(
        decision(f"{session_id}-{number}", note="note"), items, to_state("resolved"), told, with_history=True
    )
    after()
    os.write(said, END.encode())
    os._exit(0)


def main(address: str) -> None:
    for line in sys.stdin:
        session_id, known, number = line.split()
        heard, said = os.pipe()
        child = os.fork()
        if child == 0:
            decide(address, session_id, int(known), int(number), said)
        os.close(said)
        os.waitpid(child, 0)
        with os.fdopen(heard) as pipe:
            sys.stdout.write(" ".join(pipe.read().split()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
