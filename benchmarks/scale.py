"""What a creator's page costs as the platform grows: the same creator in exports of 1, 10 and 100 million sessions."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks.copies import copied_export
from benchmarks.exports import Export, full_export, part_export
from benchmarks.questions import Asker, asker, sizes_compared
from benchmarks.report import Line, creators_by_size, print_found, print_machine
from benchmarks.server import serve
from warehouse.__main__ import terminal_progress

REST_BAR = 2.0  # REST / the plain SQL for the same answer
SIZE_BAR = 1.3  # a creator's page on the largest export / on the smallest
FEW, ONCE = 3, 1  # staff's figures of all time take minutes of a hundred million sessions


def measure_scale(sessions: int, creators: int, sizes: Sequence[int], repetitions: int) -> bool:
    """On exports of all these sizes, made of a demo of so many sessions: whether all bars are kept."""
    exports = scaled_exports(sessions, creators, sizes)
    by_size = creators_by_size(exports[-1])
    middling, largest = _middling(exports), by_size[-1]
    names = {f"{size:,} sessions": export for size, export in zip(sorted(sizes), exports, strict=True)}
    print_machine(names, middling, largest)
    return print_found(_lines(names, middling[0], repetitions))


def scaled_exports(sessions: int, creators: int, sizes: Sequence[int]) -> list[Export]:
    """From the least size up: the sizes of the demo and more are copies of it, the smaller ones parts of the first.

    So a creator of the smallest has the same rows in all. Raises ValueError where a size is no multiple.
    """
    smaller = sorted(size for size in sizes if size < sessions)
    larger = sorted(size for size in sizes if size >= sessions) or [sessions]
    if wrong := [size for size in larger if size % sessions]:
        raise ValueError(f"no multiple of the demo's {sessions:,} sessions: {', '.join(map(str, wrong))}")
    base = full_export(sessions, creators)
    copies = [copied_export(base, sessions, size // sessions, terminal_progress()) for size in larger]
    middling = _middling(copies[:1])[0]
    parts = [part_export(copies[0], middling, size) for size in smaller]
    return [*parts, *(copies if larger[-1] in sizes else [])]


def _middling(exports: Sequence[Export]) -> tuple[str, int]:
    """The middling creator of the first export."""
    by_size = creators_by_size(exports[0])
    return by_size[len(by_size) // 2]


def _lines(exports: dict[str, Export], middling: str, repetitions: int) -> Iterator[Line]:
    with ExitStack() as stack:
        ports = {name: stack.enter_context(serve(export.settings)) for name, export in exports.items()}
        askers: dict[str, Asker] = {
            name: asker(export, ports[name], f"middling creator, {name}", middling) for name, export in exports.items()
        }
        smallest, *larger = exports
        for one in askers.values():
            for timed in one.against_bare(repetitions):
                yield Line(timed, "REST / SQL", REST_BAR)
            for timed in one.students_against_bare(repetitions):
                yield Line(timed, "REST / SQL")
        for name in larger:
            for timed in sizes_compared(askers[name], askers[smallest], repetitions):
                yield Line(timed, f"/ {smallest}", SIZE_BAR if name == larger[-1] else None)
        largest = list(exports.values())[-1]
        for name, export in exports.items():
            biggest = asker(export, ports[name], f"largest creator, {name}", creators_by_size(export)[-1][0])
            staff = asker(export, ports[name], f"staff, {name}", None)
            for one, times in ((biggest, max(FEW, repetitions // 20)), (staff, ONCE if export is largest else FEW)):
                for timed in one.against_bare(times):
                    yield Line(timed, "REST / SQL")
                for timed in one.students_against_bare(times):
                    yield Line(timed, "REST / SQL")
