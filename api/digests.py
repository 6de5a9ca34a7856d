"""/api/views/{view_id}/digest: have a view's digest mailed each week, or no more."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.answer import NO_STORE
from api.body import WireBody, describe_body, given_body
from api.parameters import NoParams, given
from api.problems import Problem
from api.sessions import ERRORS
from auth.viewer import current_viewer
from queries.filters import WireText, WireZone
from services import Services
from services.digests.subscribing import Wanted, subscribe, unsubscribe

MOST_BYTES = 4 * 1024
OFTEN: dict[int | str, dict[str, Any]] = {429: {"model": Problem, "content": {"application/problem+json": {}}}}


class DigestBody(WireBody):
    """Where to, of whose sessions (`me`; for staff `all` or a creator's id), and in whose zone it is Monday."""

    address: Annotated[WireText, Field(max_length=1_000)]
    creator: Annotated[WireText, Field(max_length=200)] | None = None
    tz: WireZone | None = None

    def wanted(self) -> Wanted:
        return Wanted(self.address, self.creator, self.tz)


def digests_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/views/{view_id}/digest", tags=["views"], responses=ERRORS)

    @router.put("", status_code=202, response_class=Response, responses=OFTEN, openapi_extra=describe_body(DigestBody))
    async def mail_digest(view_id: str, request: Request) -> Response:
        """Ask the address whether it wants the view's digest each Monday; it is mailed once that is confirmed."""
        given(request, NoParams)
        viewer = current_viewer()
        body = await given_body(request, DigestBody, MOST_BYTES)
        await run_in_threadpool(subscribe, services, viewer, view_id, body.wanted())
        return Response(status_code=202, headers=NO_STORE)

    @router.delete("", status_code=204, response_class=Response)
    def end_digest(view_id: str, request: Request) -> Response:
        """Mail it no more."""
        given(request, NoParams)
        unsubscribe(services, current_viewer(), view_id)
        return Response(status_code=204, headers=NO_STORE)

    return router
