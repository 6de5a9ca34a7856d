"""REST beside the plain SQL for the same answers, and a creator's page on an export of ten times the size."""

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.deciding import batch_decided
from benchmarks.exports import Export, full_export, part_export
from benchmarks.questions import asker, sizes_compared
from benchmarks.report import Line, creators_by_size, print_found, print_machine
from benchmarks.server import serve
from benchmarks.timing import in_turn, median_ms

REST_BAR = 2.0  # REST / the plain SQL for the same answer
QUEUE_BAR = 3.0  # the queue of reviews / the plain SQL for the same answer
SIZE_BAR = 1.3  # a creator's page on the large export / on one of a tenth of it; the last block of a list / its first
FEW = 5


def measure_rest(sessions: int, creators: int, repetitions: int) -> bool:
    full = full_export(sessions, creators)
    by_size = creators_by_size(full)
    middling, largest = by_size[len(by_size) // 2], by_size[-1]
    part = part_export(full, middling[0], sessions // 10)
    print_machine({"large export": full, "small export": part}, middling, largest)
    return print_found(_lines(full, part, middling[0], largest[0], repetitions))


def _lines(full: Export, part: Export, middling: str, largest: str, repetitions: int) -> Iterator[Line]:
    with ExitStack() as stack:
        port, other = (stack.enter_context(serve(export.settings)) for export in (full, part))
        large, small = (asker(export, at, "middling creator", middling) for export, at in ((full, port), (part, other)))
        health = in_turn([lambda: large.reader.get("/api/health")], repetitions)[0]
        print(f"an answer that asks no query (/api/health): {median_ms(health):.2f} ms, this client's time included\n")
        for timed in large.against_bare(repetitions):
            yield Line(timed, "REST / SQL", REST_BAR)
        for timed in sizes_compared(large, small, repetitions):
            yield Line(timed, "large / small", SIZE_BAR)
        biggest, staff = asker(full, port, "largest creator", largest), asker(full, port, "staff, all", None)
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
