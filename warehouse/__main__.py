"""python -m warehouse demo | check | build"""

import argparse
import sys
import time
from pathlib import Path

from warehouse.build import build_snapshot
from warehouse.check import check_export
from warehouse.contract import ExportError
from warehouse.demo import write_demo
from warehouse.source import Progress, source_of


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    progress = terminal_progress()
    try:
        return int(options.run(options, progress))
    except ExportError as error:
        _print_problems(error)
        return 1


def terminal_progress(min_seconds: float = 0.2) -> Progress:
    """Progress on stderr: one line rewritten on a terminal, a line a stage elsewhere."""
    shown_stage, shown_at = "", 0.0

    def show(stage: str, fraction: float) -> None:
        nonlocal shown_stage, shown_at
        now, new_stage = time.monotonic(), stage != shown_stage
        if sys.stderr.isatty() and (new_stage or fraction >= 1 or now - shown_at > min_seconds):
            print(f"\r\x1b[K{stage} {fraction:4.0%}", end="\n" if fraction >= 1 else "", file=sys.stderr, flush=True)
        elif new_stage:
            print(f"{stage} …", file=sys.stderr, flush=True)
        shown_stage, shown_at = stage, now

    return show


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse", description="Make, check and build exports.")
    commands = parser.add_subparsers(required=True)
    demo = commands.add_parser("demo", help="write a believable export")
    demo.add_argument("--out", type=Path, required=True)
    demo.add_argument("--sessions", type=int, default=50_000)
    demo.add_argument("--creators", type=int, default=25)
    demo.add_argument("--seed", type=int, default=1)
    demo.set_defaults(run=_demo)
    check = commands.add_parser("check", help="print what is wrong with an export; exit 1 if anything is")
    check.add_argument("export")
    check.set_defaults(run=_check)
    build = commands.add_parser("build", help="publish an export as a snapshot")
    build.add_argument("export")
    build.add_argument("--out", type=Path, required=True)
    build.set_defaults(run=_build)
    return parser


def _demo(options: argparse.Namespace, progress: Progress) -> int:
    write_demo(options.out, sessions=options.sessions, creators=options.creators, seed=options.seed, progress=progress)
    print(f"{options.sessions:,} sessions of {options.creators:,} creators in {options.out}")
    return 0


def _check(options: argparse.Namespace, progress: Progress) -> int:
    problems = check_export(source_of(options.export).look(), progress)
    if problems:
        raise ExportError(problems)
    print("the export obeys the contract")
    return 0


def _build(options: argparse.Namespace, progress: Progress) -> int:
    print(build_snapshot(source_of(options.export).look(), options.out, progress))
    return 0


def _print_problems(error: ExportError) -> None:
    for problem in error.problems:
        print(problem)
    print(f"{len(error.problems)} problem{'s' if len(error.problems) != 1 else ''} found", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
