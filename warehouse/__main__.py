"""python -m warehouse demo | check | build"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dotenv import load_dotenv

from warehouse.build import build_snapshot
from warehouse.check import check_export
from warehouse.contract import ExportError
from warehouse.demo import write_demo
from warehouse.publish import one_builder
from warehouse.source import BucketOptions, Export, Progress, Source, source_of


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
    _add_export(check)
    check.set_defaults(run=_check)
    build = commands.add_parser("build", help="publish an export as a snapshot")
    _add_export(build)
    build.add_argument("--out", type=Path, required=True)
    build.add_argument("--anew", action="store_true", help="from nothing, though a snapshot of before could be used")
    build.set_defaults(run=_build)
    return parser


def _add_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("export", help="a folder, or s3://bucket/prefix read with the standard AWS variables")
    command.add_argument(
        "--endpoint",
        default=os.environ.get("SESSIONS_EXPORT_ENDPOINT"),
        help="URL of the S3-compatible store, else AWS",
    )
    command.add_argument("--cache", type=Path, help="keep what is fetched from a bucket in this folder")


@contextmanager
def _fetched(options: argparse.Namespace, progress: Progress) -> Iterator[tuple[Source, Export]]:
    """The export on this machine; without a folder to keep it in, what is fetched is gone at the end."""
    with ExitStack() as stack:
        cache = options.cache
        if cache is None and options.export.startswith("s3://"):
            cache = Path(stack.enter_context(TemporaryDirectory(prefix="session-history-export-")))
        source = source_of(options.export, cache, BucketOptions(options.endpoint or None))
        export = source.look()
        source.fetch(export, progress)
        yield source, export


def _demo(options: argparse.Namespace, progress: Progress) -> int:
    write_demo(options.out, sessions=options.sessions, creators=options.creators, seed=options.seed, progress=progress)
    print(f"{options.sessions:,} sessions of {options.creators:,} creators in {options.out}")
    return 0


def _check(options: argparse.Namespace, progress: Progress) -> int:
    with _fetched(options, progress) as (_, export):
        problems = check_export(export, progress)
    if problems:
        raise ExportError(problems)
    print("the export obeys the contract")
    return 0


def _build(options: argparse.Namespace, progress: Progress) -> int:
    with one_builder(options.out, wait=True), _fetched(options, progress) as (source, export):
        print(build_snapshot(export, options.out, progress, source=source, anew=options.anew))
    return 0


def _print_problems(error: ExportError) -> None:
    for problem in error.problems:
        print(problem)
    print(f"{len(error.problems)} problem{'s' if len(error.problems) != 1 else ''} found", file=sys.stderr)


if __name__ == "__main__":
    load_dotenv(".env")
    sys.exit(main())
