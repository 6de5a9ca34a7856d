"""Signed links to recordings, and the local stand-in for a store."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from api.answer import NO_STORE, answer
from api.parameters import NoParams, given
from api.problems import Problem, problem
from api.sessions import ERRORS
from auth.viewer import ForbiddenError, current_viewer
from queries.filters import FilterParams
from recordings.local import BadLink, LocalLinks
from services import Services


@dataclass(frozen=True, slots=True)
class RecordingLink:
    url: str
    expires_at: datetime


def recordings_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["recordings"])

    @router.get("/sessions/{session_id:path}/recording", response_model=RecordingLink, responses=ERRORS)
    def get_recording(session_id: str, request: Request) -> Response:
        """A link that plays the session's recording for one hour, if the session is the viewer's to see."""
        given(request, NoParams)
        viewer = current_viewer()
        if not viewer.sees_private:
            raise ForbiddenError("this role may not watch recordings")
        asked = services.question(viewer, viewer.widest, FilterParams())
        link = services.recording(viewer, asked, session_id)
        return answer(RecordingLink(link.url, link.expires_at), headers=NO_STORE)

    if isinstance(services.recordings, LocalLinks):
        router.include_router(_local_router(services.recordings))
    return router


def _local_router(links: LocalLinks) -> APIRouter:
    router = APIRouter()

    @router.get("/recordings/local/{token}", responses={403: {"model": Problem}})
    def get_local_recording(token: str) -> Response:
        """The recording a signed link names; without a store only, and for the demo's clips only."""
        if not current_viewer().sees_private:
            raise ForbiddenError("this role may not watch recordings")
        try:
            return FileResponse(links.resolve(token), media_type="video/webm", headers=NO_STORE)
        except BadLink:
            return problem(403, "the link is not valid, or no longer")

    return router
