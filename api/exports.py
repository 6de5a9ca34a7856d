"""…/sessions/export writes tables as files, at once or in the background; /api/downloads is what was asked for so."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response

from api.answer import NO_STORE, answer
from api.parameters import NoParams, describe, given
from api.sessions import ERRORS, Creator
from api.streaming import answer_with_file
from auth.viewer import current_viewer
from downloads.order import MEDIA_TYPES
from services import Services
from services.downloads.as_sql import as_sql
from services.downloads.asking import Places
from services.downloads.keeping import (
    Download,
    begin,
    fetch,
    get_download,
    list_downloads,
    ordered,
    remove,
)
from services.downloads.params import ExportParams, SqlParams

WAIT_SECONDS = 5.0
DownloadId = Annotated[str, Path(description="Of the download")]
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()}}
}
SQL: dict[int | str, dict[str, Any]] = {200: {"content": {"application/sql": {"schema": {"type": "string"}}}}}
TOO_MANY: dict[int | str, dict[str, Any]] = {429: ERRORS[422]}


def exports_router(services: Services, page_path: str) -> APIRouter:
    """`page_path` is where the view of a manifest is shown, below the public address."""
    router = APIRouter(prefix="/api", tags=["exports"], responses=ERRORS)

    def places(request: Request) -> Places:
        return Places((services.settings.public_url or str(request.base_url)).rstrip("/"), page_path)

    @router.get(
        "/creators/{creator}/sessions/export",
        response_class=Response,
        responses=FILES | TOO_MANY,
        openapi_extra=describe(ExportParams),
    )
    async def export_sessions(creator: Creator, request: Request) -> Response:
        """All filtered sessions, or figures of them, as one file; streamed while it is written."""
        params, viewer = given(request, ExportParams), current_viewer()
        made = await run_in_threadpool(ordered, services, viewer, creator, params, places(request))
        headers = NO_STORE | _attached(made.file_name)
        return await answer_with_file(request, services.downloads, viewer, made, WAIT_SECONDS, headers)

    @router.post(
        "/creators/{creator}/sessions/export",
        response_model=Download,
        status_code=202,
        responses=TOO_MANY,
        openapi_extra=describe(ExportParams),
    )
    def begin_export(creator: Creator, request: Request) -> Response:
        """The same in the background, to be fetched when it is ready, and again until it expires."""
        params, viewer = given(request, ExportParams), current_viewer()
        made = begin(services, viewer, creator, params, places(request))
        return answer(made, headers=NO_STORE, status=202)

    @router.get(
        "/creators/{creator}/sessions/export/sql",
        response_class=PlainTextResponse,
        responses=SQL,
        openapi_extra=describe(SqlParams),
    )
    def export_sql(creator: Creator, request: Request) -> Response:
        """A script for DuckDB that gives the same rows from the parquet files of the platform's export."""
        params, viewer = given(request, SqlParams), current_viewer()
        asked = services.question(viewer, creator, params)
        text = as_sql(services.settings.export_location, viewer, asked, params)
        return Response(text, media_type="application/sql", headers=NO_STORE)

    @router.get("/downloads", response_model=list[Download])
    def list_own_downloads(request: Request) -> Response:
        """The viewer's own, the newest first."""
        given(request, NoParams)
        return answer(list_downloads(services, current_viewer()), list[Download], headers=NO_STORE)

    @router.get("/downloads/{download_id}", response_model=Download)
    def get_own_download(download_id: DownloadId, request: Request) -> Response:
        """How far one of the viewer's own is."""
        given(request, NoParams)
        return answer(get_download(services, current_viewer(), download_id), headers=NO_STORE)

    @router.get("/downloads/{download_id}/file", response_class=Response, responses=FILES)
    def get_file(download_id: DownloadId, request: Request) -> Response:
        """The file, where it is ready; in parts, too, so that a fetch that was cut goes on."""
        given(request, NoParams)
        found = fetch(services, current_viewer(), download_id)
        headers = NO_STORE | _attached(found.file_name)
        return FileResponse(found.path, media_type=found.media_type, headers=headers)

    @router.delete("/downloads/{download_id}", status_code=204, response_class=Response)
    def delete_download(download_id: DownloadId, request: Request) -> Response:
        """Cancel it, or delete it where it is ready."""
        given(request, NoParams)
        remove(services, current_viewer(), download_id)
        return Response(status_code=204, headers=NO_STORE)

    return router


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{quote(name, safe="")}"'}
