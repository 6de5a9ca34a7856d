"""What was said against an export, kept beside the snapshots for every server process, and for the next start."""

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from warehouse.contract import Problem
from warehouse.publish import BUILDING, layout_version

REFUSAL = "refused.json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The export of this fingerprint has these problems, by the rules that this version has."""

    fingerprint: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    layout: str
    refusal: Refusal


_KEPT = TypeAdapter(_Kept)


def write_refusal(folder: Path, refusal: Refusal) -> None:
    """Raises OSError; then the same export is checked again at the next look."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{BUILDING}{os.getpid()}.json"
    unfinished.write_bytes(_KEPT.dump_json(_Kept(layout_version(), refusal)))
    unfinished.rename(folder / REFUSAL)


def read_refusal(folder: Path) -> Refusal | None:
    """The last refusal; None where there is none, or of another version, which may have had other rules."""
    try:
        kept = _KEPT.validate_json((folder / REFUSAL).read_bytes())
    except (OSError, ValidationError):
        return None
    return kept.refusal if kept.layout == layout_version() else None


def forget_refusal(folder: Path) -> None:
    (folder / REFUSAL).unlink(missing_ok=True)
