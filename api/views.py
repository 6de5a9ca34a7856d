"""/api/views: saved views, and the one that the page opens with."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.answer import NO_STORE, answer
from api.body import WireBody, describe_body, given_body
from api.parameters import NoParams, given
from api.problems import Problem
from api.sessions import ERRORS
from auth.viewer import current_viewer
from queries.filters import WireText
from services import Services
from services.views import Draft, ViewEntry, ViewList, add_view, begin_with, change_view, list_views, remove_view

MOST_BYTES = 32 * 1024
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "content": {"application/problem+json": {}}}}
Id = Annotated[WireText, Field(min_length=1, max_length=64)]


class ViewBody(WireBody):
    """A view. Of `query`, scope (`creator`), the open session and the zone are left out; a shared view is seen by all
    of the same role."""

    name: WireText = Field(max_length=1_000)
    query: WireText
    shared: bool = Field(False, strict=True)

    def draft(self) -> Draft:
        return Draft(self.name, self.query, self.shared)


class DefaultBody(WireBody):
    id: Id


def views_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/views", tags=["views"], responses=ERRORS)

    @router.get("", response_model=ViewList)
    def list_saved_views(request: Request) -> Response:
        """The viewer's own views, and those shared within their role."""
        given(request, NoParams)
        return answer(list_views(services, current_viewer()), headers=NO_STORE)

    @router.post(
        "", status_code=201, response_model=ViewEntry, responses=CONFLICT, openapi_extra=describe_body(ViewBody)
    )
    async def save_view(request: Request) -> Response:
        """Keep a view under a name that its owner has not yet; 409 for another of that name, or one too many."""
        given(request, NoParams)
        viewer = current_viewer()
        body = await given_body(request, ViewBody, MOST_BYTES)
        made = answer(await run_in_threadpool(add_view, services, viewer, body.draft()), headers=NO_STORE)
        made.status_code = 201
        return made

    @router.put("/default", status_code=204, response_class=Response, openapi_extra=describe_body(DefaultBody))
    async def choose_default_view(request: Request) -> Response:
        """Have the page open with this view where its address names nothing."""
        given(request, NoParams)
        viewer = current_viewer()
        body = await given_body(request, DefaultBody, MOST_BYTES)
        await run_in_threadpool(begin_with, services, viewer, body.id)
        return Response(status_code=204, headers=NO_STORE)

    @router.delete("/default", status_code=204, response_class=Response)
    def forget_default_view(request: Request) -> Response:
        """Have the page open with no view."""
        given(request, NoParams)
        begin_with(services, current_viewer(), None)
        return Response(status_code=204, headers=NO_STORE)

    @router.put("/{view_id}", response_model=ViewEntry, responses=CONFLICT, openapi_extra=describe_body(ViewBody))
    async def change_saved_view(view_id: str, request: Request) -> Response:
        """Replace a view of one's own."""
        given(request, NoParams)
        viewer = current_viewer()
        body = await given_body(request, ViewBody, MOST_BYTES)
        changed = await run_in_threadpool(change_view, services, viewer, view_id, body.draft())
        return answer(changed, headers=NO_STORE)

    @router.delete("/{view_id}", status_code=204, response_class=Response)
    def delete_view(view_id: str, request: Request) -> Response:
        """Delete a view of one's own, for all who see it."""
        given(request, NoParams)
        remove_view(services, current_viewer(), view_id)
        return Response(status_code=204, headers=NO_STORE)

    return router
