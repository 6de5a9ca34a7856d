"""python -m benchmarks: the page in a browser, REST and exports of 5 million sessions; 1 where a bar is missed."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from benchmarks.check import DifferenceError
from benchmarks.deciding import batch_decided
from benchmarks.downloads import measure_downloads
from benchmarks.exports import Export, full_export, part_export
from benchmarks.page import measure_page
from benchmarks.questions import Asker, opened, sizes_compared
from benchmarks.report import Line, print_machine, print_table
from benchmarks.server import Reader, serve
from benchmarks.timing import in_turn, median_ms
from warehouse.snapshot import Snapshot

REST_BAR = 2.0  # REST / the plain SQL for the same answer
QUEUE_BAR = 3.0  # the queue of reviews / the plain SQL for the same answer
SIZE_BAR = 1.3  # a creator's page on the large export / on one of a tenth of it; the last block of a list / its first
FEW = 5
PAGE_REPETITIONS = 16
DOWNLOAD_REPETITIONS = 3


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    parts: dict[str, Callable[[], bool]] = {
        "page": lambda: measure_page(PAGE_REPETITIONS),
        "rest": lambda: _measure_rest(options),
        "downloads": lambda: measure_downloads(full_export(options.sessions, options.creators), DOWNLOAD_REPETITIONS),
    }
    kept = [part() for name, part in parts.items() if options.only in (None, name)]
    return 0 if all(kept) else 1


def _measure_rest(options: argparse.Namespace) -> bool:
    full = full_export(options.sessions, options.creators)
    middling, largest = _creators(full)
    part = part_export(full, middling[0], options.sessions // 10)
    print_machine({"large export": full, "small export": part}, middling, largest)
    try:
        lines = []
        for line in _lines(full, part, middling[0], largest[0], options.repetitions):
            print(f"{line.timed.question}: {line.timed.ratio.median:.2f}", file=sys.stderr)
            lines.append(line)
    except DifferenceError as error:
        print(f"not timed, because the answers differ: {error}", file=sys.stderr)
        return False
    print_table(lines)
    return all(line.passed for line in lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sessions", type=int, default=5_000_000, help="of the large export; the small one has a tenth"
    )
    parser.add_argument("--only", choices=("page", "rest", "downloads"), help="one of the parts")
    parser.add_argument("--creators", type=int, default=2_000)
    parser.add_argument("--repetitions", type=int, default=300, help="pairs that each ratio is the median of")
    return parser


def _creators(full: Export) -> tuple[tuple[str, int], tuple[str, int]]:
    """Id and number of sessions of the middling and the largest creator."""
    snapshot = Snapshot(full.snapshot)
    rows = snapshot.query("SELECT id, sessions FROM snapshot.creators ORDER BY sessions, id")
    snapshot.close()
    middling, largest = rows[len(rows) // 2], rows[-1]
    return (middling[0], middling[1]), (largest[0], largest[1])


def _lines(full: Export, part: Export, middling: str, largest: str, repetitions: int) -> Iterator[Line]:
    with ExitStack() as stack:
        ports = {export.snapshot: stack.enter_context(serve(export.settings)) for export in (full, part)}

        def asker(export: Export, who: str, creator: str | None) -> Asker:
            user, role = (creator, "creator") if creator else ("operations", "operations")
            reader = Reader(ports[export.snapshot], user, role)
            return Asker(export.settings, *opened(export.snapshot), reader, who, creator)

        large, small = asker(full, "middling creator", middling), asker(part, "middling creator", middling)
        health = in_turn([lambda: large.reader.get("/api/health")], repetitions)[0]
        print(f"an answer that asks no query (/api/health): {median_ms(health):.2f} ms, this client's time included\n")
        for timed in large.against_bare(repetitions):
            yield Line(timed, "REST / SQL", REST_BAR)
        for timed in sizes_compared(large, small, repetitions):
            yield Line(timed, "large / small", SIZE_BAR)
        biggest, staff = asker(full, "largest creator", largest), asker(full, "staff, all", None)
        for timed in biggest.against_bare(max(FEW, repetitions // 5)):
            yield Line(timed, "REST / SQL")
        for timed in staff.against_bare(FEW):
            yield Line(timed, "REST / SQL")
        for asker_, times in ((large, repetitions), (staff, FEW)):
            for timed in asker_.queue_against_bare(times):
                yield Line(timed, "REST / SQL", QUEUE_BAR)
        yield Line(batch_decided(staff, FEW), "REST / inserts")
        yield Line(biggest.last_block(max(FEW, repetitions // 5)), "last / first", SIZE_BAR)
        yield Line(staff.last_block(FEW), "last / first", SIZE_BAR)


if __name__ == "__main__":
    sys.exit(main())
