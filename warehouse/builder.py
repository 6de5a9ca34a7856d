"""python -m warehouse.builder: an export is fetched and built in a process of its own, so that the page stays quick.

The order comes pickled on standard input, what became of it goes back on standard output. The process holds the lock
of the snapshots' folder that it was given: where its server dies, it ends its work and nobody begins a second one.
"""

import logging
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from warehouse.build import build_snapshot
from warehouse.contract import ExportError, Problem
from warehouse.limits import YIELDING, Limits
from warehouse.publish import remove_old_snapshots, remove_unfinished
from warehouse.refusals import Refusal, forget_refusal, write_refusal
from warehouse.source import BucketOptions, SourceError, source_of

log = logging.getLogger(__name__)
ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "warehouse.builder")


@dataclass(frozen=True, slots=True)
class Order:
    """Which export to publish where, and what that may take of the machine; whether it yields to what serves."""

    location: str
    out: Path
    cache: Path | None = None
    options: BucketOptions = field(default_factory=BucketOptions)
    limits: Limits = field(default_factory=Limits)
    log_level: int = logging.INFO
    yields: bool = False


class Builder:
    """Runs orders one after the other, each in a process of its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def build(self, order: Order, lock: IO[str]) -> tuple[Problem, ...]:
        """What is wrong; nothing, once the export is published."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SESSIONS_")}
        with subprocess.Popen(
            (*YIELDING, *COMMAND) if order.yields else COMMAND,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment,
            process_group=0, pass_fds=(lock.fileno(),),
        ) as self._process:  # fmt: skip
            answer, _ = self._process.communicate(pickle.dumps(order))
            status = self._process.returncode
        if status:
            return (Problem("export", None, f"could not be built (the builder ended with status {status})"),)
        problems: tuple[Problem, ...] = pickle.loads(answer)  # of our own process
        return problems

    def stop(self) -> None:
        """End what is running; it leaves nothing half done."""
        if self._process and self._process.poll() is None:
            self._process.terminate()


def build_here(order: Order) -> tuple[Problem, ...]:
    """Fetch, check, build and publish. A refusal is noted, so that the same export is not built again in vain; a
    failure that says nothing against the export is not."""
    fingerprint = None
    try:
        remove_unfinished(order.out)
        source = source_of(order.location, order.cache, order.options)
        export = source.look()
        source.fetch(export, lambda stage, fraction: None)
        fingerprint = export.fingerprint
        build_snapshot(export, order.out, source=source, limits=order.limits)
    except SourceError as error:
        return tuple(error.problems)
    except ExportError as error:
        problems = tuple(error.problems)
        if fingerprint:
            _note(order.out, Refusal(fingerprint, problems))
        return problems
    except Exception as error:  # whatever it is, the server is told, and goes on with what it has
        log.exception("could not be built")
        return (Problem("export", None, f"could not be built ({_why(error)})"),)
    forget_refusal(order.out)
    remove_old_snapshots(order.out)
    return ()


def _note(folder: Path, refusal: Refusal) -> None:
    try:
        write_refusal(folder, refusal)
    except OSError:
        log.exception("the refusal could not be noted")


def _why(error: Exception) -> str:
    """Without the paths of this machine, which are no business of those who may see the health of the page."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if "No space left" in str(error):
        return "No space left on device"
    return type(error).__name__


def main() -> int:
    order: Order = pickle.load(sys.stdin.buffer)  # of our own server
    logging.basicConfig(level=order.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.stdout.buffer.write(pickle.dumps(build_here(order)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
