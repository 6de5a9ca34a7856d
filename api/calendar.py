"""/api/calendar-feeds makes, lists and revokes calendar feeds; /api/calendar/{token}.ics is what calendars read."""

from collections.abc import Callable
from datetime import datetime
from threading import Condition
from typing import Annotated, Any

from cachetools import LRUCache, cached
from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.answer import NO_STORE, UNCHANGED, answer, fresh_headers, unchanged
from api.ics import calendar_text
from api.parameters import NoParams, describe, given
from api.problems import Problem
from api.sessions import ERRORS
from auth.viewer import CreatorScope, current_viewer
from queries.upcoming import list_for_calendar
from services import Services
from services.feeds import FEEDS_PATH, FeedPage, FeedParams, MadeFeed, feed_scope, list_feeds, make_feed, revoke_feed
from warehouse.snapshot import Snapshot

KEPT_BYTES = 16 * 2**20
PROBLEM: dict[str, Any] = {"model": Problem, "content": {"application/problem+json": {}}}
MAKING: dict[int | str, dict[str, Any]] = {**{status: ERRORS[status] for status in (401, 403, 422, 503)}, 409: PROBLEM}
READING: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {"schema": {"type": "string"}}}},
    **UNCHANGED,
    404: PROBLEM,
    503: PROBLEM,
}


def calendar_router(services: Services, page_path: str) -> APIRouter:
    """`page_path` is where a session is shown, below the public address."""
    router = APIRouter(prefix="/api", tags=["calendar"])
    router.include_router(_feeds_router(services))
    public_url = services.settings.public_url
    text_of = _kept_texts(public_url + page_path if public_url else None)

    @router.get(f"{FEEDS_PATH.removeprefix('/api')}{{token}}.ics", response_class=Response, responses=READING)
    def get_calendar(
        token: Annotated[str, Path(description="Of the feed; whoever has it is let in")], request: Request
    ) -> Response:
        """Coming sessions and those lately cancelled, as iCalendar; asks for no sign-in, the token is enough.

        A token that is wrong, revoked or too old is an address that there is not. Parameters are ignored: some
        calendars add their own.
        """
        scope = feed_scope(services, token)
        if scope is None:
            raise HTTPException(404)
        snapshot, minute = services.warehouse.current(), services.now().replace(second=0, microsecond=0)
        headers = fresh_headers(f"{snapshot.info.fingerprint}-{minute:%Y%m%d%H%M}")
        known = unchanged(request, headers)
        return known or Response(text_of(snapshot, scope, minute), media_type="text/calendar", headers=headers)

    return router


def _feeds_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/calendar-feeds")

    @router.post("", status_code=201, response_model=MadeFeed, responses=MAKING)
    def make_calendar_feed(request: Request) -> Response:
        """Make a feed of the creator's own sessions; the address is told this once."""
        given(request, NoParams)
        made = answer(make_feed(services, current_viewer(), str(request.base_url)), headers=NO_STORE)
        made.status_code = 201
        return made

    @router.get("", response_model=FeedPage, responses=ERRORS, openapi_extra=describe(FeedParams))
    def list_calendar_feeds(request: Request) -> Response:
        """The creator's own feeds, or for operations everybody's, the newest first; without their addresses."""
        return answer(list_feeds(services, current_viewer(), given(request, FeedParams)), headers=NO_STORE)

    @router.delete("/{feed_id}", status_code=204, response_class=Response, responses=ERRORS)
    def revoke_calendar_feed(feed_id: str, request: Request) -> Response:
        """Let a feed work no more, from the next request on: the creator's own, or for operations anybody's."""
        given(request, NoParams)
        revoke_feed(services, current_viewer(), feed_id)
        return Response(status_code=204, headers=NO_STORE)

    return router


def _kept_texts(page: str | None) -> Callable[[Snapshot, CreatorScope, datetime], bytes]:
    """Makes a calendar's text, once for the same sessions and minute: one of 2,000 sessions takes half a second, and
    whoever has a token may ask at any rate."""
    kept: LRUCache[Any, bytes] = LRUCache(KEPT_BYTES, getsizeof=len)

    def key(snapshot: Snapshot, scope: CreatorScope, minute: datetime) -> tuple[str, CreatorScope, datetime]:
        return snapshot.info.fingerprint, scope, minute

    @cached(kept, key=key, condition=Condition())
    def text_of(snapshot: Snapshot, scope: CreatorScope, minute: datetime) -> bytes:
        return calendar_text(list_for_calendar(snapshot, scope, minute), snapshot.info.data_as_of, page)

    return text_of
