"""manifest.json: the list of an export's files, which the platform writes last."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from warehouse.contract import ExportError, Problem
from warehouse.names import is_plain, shown

MANIFEST = "manifest.json"
MOST_BYTES = 16_000_000
SHOWN_PROBLEMS = 5
WRITING = "the export is still being written"


def _plain(name: str) -> str:
    if not is_plain(name):
        raise ValueError("must name a file below the export's root, such as sessions/month=2026-11/part-0.parquet")
    return name


def _utc(written_at: datetime) -> datetime:
    try:
        return written_at.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a time that a calendar has in UTC too") from None


class ManifestFile(BaseModel):
    """One file: `size` in bytes; `etag` as the store gives it, with or without its quotes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_plain)]
    size: int = Field(ge=0)
    etag: str | None = None


class Manifest(BaseModel):
    """All files of an export, and when it was written, in UTC."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    files: tuple[ManifestFile, ...] = Field(strict=False)
    written_at: Annotated[AwareDatetime, AfterValidator(_utc)] | None = None

    @field_validator("files")
    @classmethod
    def _are_named_once(cls, files: tuple[ManifestFile, ...]) -> tuple[ManifestFile, ...]:
        seen: set[str] = set()
        for file in files:
            if file.name in seen:
                raise ValueError(f"names {file.name} twice")
            seen.add(file.name)
        return files

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.files]

    def complaints(self, there: Mapping[str, tuple[int, str | None]]) -> list[Problem]:
        """What is not yet as it says of the files there, given by name with size and ETag; an ETag of None fits any."""
        found = [said for file in self.files if (said := _complaint(file, there.get(file.name)))]
        more = [f"and {len(found) - SHOWN_PROBLEMS:,} more"] if len(found) > SHOWN_PROBLEMS else []
        return [Problem(MANIFEST, None, f"{said}: {WRITING}") for said in found[:SHOWN_PROBLEMS] + more]


def read_manifest(content: bytes) -> Manifest:
    """Raises ExportError that names each field which is not as it must be."""
    if len(content) > MOST_BYTES:
        raise too_large()
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:SHOWN_PROBLEMS]
        raise ExportError([Problem(MANIFEST, None, _told(part["loc"], part["msg"])) for part in found]) from None


def too_large() -> ExportError:
    return ExportError([Problem(MANIFEST, None, f"larger than {MOST_BYTES:,} bytes")])


def bare(etag: str) -> str:
    """An ETag without its quotes, which not every store sends everywhere."""
    return etag.removeprefix("W/").strip('"')


def _complaint(file: ManifestFile, there: tuple[int, str | None] | None) -> str | None:
    if there is None:
        return f"names {file.name}, which is not there"
    size, etag = there
    if size != file.size:
        return f"names {file.name} with {file.size:,} bytes, but it has {size:,}"
    if file.etag and etag and bare(file.etag) != etag:
        return f"names {file.name} with another ETag than it has"
    return None


def _told(place: tuple[int | str, ...], said: str) -> str:
    """`files[3].size: …`; a field that the platform made up is shown in one line."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in place).lstrip(".")
    said = shown(said.removeprefix("Value error, "))
    return f"{steps}: {said}" if steps else said
