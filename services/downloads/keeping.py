"""Downloads of a viewer: begun, listed, fetched again, removed; each is in the access log before it begins."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from auth.viewer import Viewer
from downloads.folder import Job
from downloads.job import Asked, Owner, State
from downloads.order import MEDIA_TYPES, Format
from queries.sessions import NotFoundError
from services import Services
from services.downloads.asking import Ordered, Places, order
from services.downloads.params import ExportParams


@dataclass(frozen=True, slots=True)
class Download:
    """One as it stands. `rows_done` of `rows` are written; `bytes` and `expires_at` are known once it is ready, and
    `reason` where it failed: `full` (the disk), `interrupted` or `error`."""

    id: str
    state: State
    table: str
    format: Format
    creator: str
    filters: Mapping[str, Any]
    file_name: str
    rows: int
    rows_done: int
    bytes: int | None
    created_at: datetime
    expires_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Fetched:
    path: Path
    file_name: str
    media_type: str


def ordered(services: Services, viewer: Viewer, creator: str, params: ExportParams, places: Places) -> Ordered:
    """What is to be written, once the log tells of it. Raises what `Services.question` does, and FilterError."""
    asked = services.question(viewer, creator, params)
    found = order(viewer, asked, params, places)
    services.log_exported(viewer, asked.scope.creator_id)
    return found


def begin(services: Services, viewer: Viewer, creator: str, params: ExportParams, places: Places) -> Download:
    """Write it in the background. Raises what `ordered` does, TooManyDownloadsError and OSError."""
    made = ordered(services, viewer, creator, params, places)
    asked = Asked(
        id=secrets.token_hex(16),
        owner=_owner(viewer),
        table=params.table.value,
        format=params.format.value,
        creator=made.table.manifest["creator"],
        filters=made.filters,
        rows=made.table.rows,
        file_name=made.file_name,
        created_at=services.now(),
    )
    return _as_download(services.downloads.start(asked, made.table, made.rows))


def list_downloads(services: Services, viewer: Viewer) -> list[Download]:
    services.downloads.sweep(services.now())
    return [_as_download(job) for job in services.downloads.list_jobs(_owner(viewer))]


def get_download(services: Services, viewer: Viewer, id_: str) -> Download:
    """Raises NotFoundError, as for one of somebody else's."""
    job = services.downloads.find(id_, _owner(viewer))
    if job is None:
        raise NotFoundError("download_id", id_)
    return _as_download(job)


def fetch(services: Services, viewer: Viewer, id_: str) -> Fetched:
    """Raises NotFoundError, also where it is not ready."""
    found, path = get_download(services, viewer, id_), services.downloads.file(id_, _owner(viewer))
    if path is None:
        raise NotFoundError("download_id", id_)
    return Fetched(path, found.file_name, MEDIA_TYPES[found.format])


def remove(services: Services, viewer: Viewer, id_: str) -> None:
    """Cancel or delete it. Raises NotFoundError."""
    if not services.downloads.remove(id_, _owner(viewer)):
        raise NotFoundError("download_id", id_)


def _owner(viewer: Viewer) -> Owner:
    return Owner(viewer.account or viewer.id, viewer.id, viewer.role.value, viewer.sees_private)


def _as_download(job: Job) -> Download:
    asked = job.asked
    return Download(
        id=asked.id,
        state=job.state,
        table=asked.table,
        format=Format(asked.format),
        creator=asked.creator,
        filters=asked.filters,
        file_name=asked.file_name,
        rows=asked.rows,
        rows_done=job.rows_done,
        bytes=job.bytes,
        created_at=asked.created_at,
        expires_at=job.expires_at,
        reason=job.reason,
    )
