"""python -m benchmarks: the page in a browser, REST, downloads and the warehouse at scale; 1 where a bar is missed."""

import argparse
import sys
from collections.abc import Callable

from benchmarks.building import measure_build
from benchmarks.downloads import measure_downloads
from benchmarks.exports import full_export
from benchmarks.load import measure_load
from benchmarks.page import measure_page
from benchmarks.refreshing import measure_refresh
from benchmarks.rest import measure_rest
from benchmarks.rivalry import measure_rivals
from benchmarks.scale import measure_scale, scaled_exports

PAGE_REPETITIONS = 16
DOWNLOAD_REPETITIONS = 3
RIVALS_COPIES, RIVALS_CREATORS = 10, 170  # of 10 million sessions the largest creator has 790,000, others 5,000
PARTS = ("page", "rest", "downloads", "build", "refresh", "load", "rivals", "scale")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    kept = [part() for name, part in _parts(options).items() if options.only in (None, name)]
    return 0 if all(kept) else 1


def _parts(options: argparse.Namespace) -> dict[str, Callable[[], bool]]:
    sessions, creators, repetitions = options.sessions, options.creators, options.repetitions
    return {
        "page": lambda: measure_page(PAGE_REPETITIONS),
        "rest": lambda: measure_rest(sessions, creators, repetitions),
        "downloads": lambda: measure_downloads(full_export(sessions, creators), DOWNLOAD_REPETITIONS),
        "build": lambda: measure_build(
            scaled_exports(sessions, creators, [options.build_sessions])[0], options.build_repetitions
        ),
        "refresh": lambda: measure_refresh(
            scaled_exports(sessions, creators, [options.refresh_sessions])[0], options.refreshes, options.workers
        ),
        "load": lambda: measure_load(
            full_export(sessions, creators), options.viewers, options.load_seconds, options.workers
        ),
        "rivals": lambda: measure_rivals(
            scaled_exports(options.rivals_sessions // RIVALS_COPIES, RIVALS_CREATORS, [options.rivals_sessions])[0],
            repetitions,
        ),
        "scale": lambda: measure_scale(sessions, creators, options.scale_sizes, repetitions),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="one of the parts")
    parser.add_argument("--sessions", type=int, default=5_000_000, help="of the demo export")
    parser.add_argument("--creators", type=int, default=2_000, help="of the demo export")
    parser.add_argument("--repetitions", type=int, default=300, help="pairs that each ratio is the median of")
    parser.add_argument(
        "--scale-sizes", type=_sizes, default=[1_000_000, 10_000_000, 100_000_000],
        help="sessions of the exports that are compared; those above --sessions are multiples of it",
    )  # fmt: skip
    parser.add_argument("--build-sessions", type=int, default=10_000_000, help="a multiple of --sessions")
    parser.add_argument("--build-repetitions", type=int, default=3)
    parser.add_argument("--refresh-sessions", type=int, default=5_000_000, help="a multiple of --sessions")
    parser.add_argument("--refreshes", type=int, default=50, help="changes of the export while the server is asked")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--viewers", type=int, default=200, help="people who open the page at once")
    parser.add_argument("--load-seconds", type=int, default=60)
    parser.add_argument("--rivals-sessions", type=int, default=10_000_000, help="a multiple of ten")
    return parser


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
