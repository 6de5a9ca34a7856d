"""GET /api/access-log: who watched which recording, exported what, or saw which creator as staff."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from api.answer import NO_STORE, answer
from api.parameters import describe, given
from api.sessions import ERRORS
from auth.viewer import ForbiddenError, Role, Viewer, current_viewer
from queries.filters import WireMoment, WireParams, WireText, WireZone, resolve_days
from queries.models import Pagination
from queries.sessions import MAX_LIMIT, MAX_PAGE
from services import Services
from store.access_log import AccessFilters, Action


class AccessParams(WireParams):
    """Which entries, and which page of them."""

    from_: WireMoment = Field(None, alias="from", description="First day in the zone, or an RFC 3339 instant, included")
    to: WireMoment = Field(None, description="Last day in the zone, included, or an RFC 3339 instant, excluded")
    tz: WireZone | None = Field(None, description="IANA time zone in which days begin")
    account: WireText | None = Field(None, description="Whose access: the account that signed in")
    creator_id: WireText | None = Field(None, description="Whose sessions were seen")
    session_id: WireText | None = Field(None, description="Which session was")
    action: Action | None = Field(None, description="What was done")
    page: int = Field(1, ge=1, le=MAX_PAGE, description="Page, from 1, the newest first")
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="Entries a page")


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """`account` is who signed in, `name` what they were called then; a `creator_id` of null is all creators."""

    at: datetime
    account: str
    name: str
    role: str
    action: Action
    creator_id: str | None
    session_id: str | None


@dataclass(frozen=True, slots=True)
class AccessPage:
    entries: list[AccessEntry]
    pagination: Pagination


def list_access(services: Services, viewer: Viewer, params: AccessParams) -> AccessPage:
    """A page of the log. Raises ForbiddenError for all but operations, FilterError and StoreError."""
    if viewer.role is not Role.OPERATIONS:
        raise ForbiddenError("only operations may read the access log")
    asked = resolve_days(params.from_, params.to, ZoneInfo(params.tz or services.settings.time_zone))
    filters = AccessFilters(asked.start, asked.end, params.account, params.creator_id, params.session_id, params.action)
    offset = (params.page - 1) * params.limit
    found, total = services.store.access_log.list_entries(filters, limit=params.limit, offset=offset)
    entries = [
        AccessEntry(one.at, one.account, one.name, one.role, one.action, one.creator_id, one.session_id)
        for one in found
    ]
    return AccessPage(entries, Pagination(params.page, params.limit, total, offset + len(entries) < total))


def access_log_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["access log"], responses=ERRORS)

    @router.get("/access-log", response_model=AccessPage, openapi_extra=describe(AccessParams))
    def get_access_log(request: Request) -> Response:
        """Who watched which recording, exported what, or saw which creator as staff; for operations."""
        return answer(list_access(services, current_viewer(), given(request, AccessParams)), headers=NO_STORE)

    return router
