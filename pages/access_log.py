"""The access log as a page, for operations."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from api.access_log import AccessEntry, AccessParams, list_access
from auth.viewer import CreatorScope, ForbiddenError, current_viewer
from layouts.ids import ACCESS_LOG_PATH
from layouts.words import moment
from queries.filters import FilterError
from queries.options import list_creators
from services import Services
from store.access_log import Action

ACTION_LABELS = {
    Action.WATCHED_RECORDING: "Watched a recording",
    Action.EXPORTED: "Exported",
    Action.SAW_CREATOR: "Saw sessions",
}


def access_log_page(services: Services, templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(ACCESS_LOG_PATH)
    def show(request: Request) -> Response:
        given = {name: value for name, value in request.query_params.items() if value}
        context: dict[str, Any] = {"given": given, "actions": ACTION_LABELS, "error": None, "rows": [], "total": 0}
        try:
            params = AccessParams.from_query(urlencode(given))
            found = list_access(services, current_viewer(), params)
        except ForbiddenError as error:
            return templates.TemplateResponse(request, "forbidden.html", {"message": str(error)}, status_code=403)
        except FilterError as error:
            return templates.TemplateResponse(request, "access_log.html", context | {"error": str(error)}, 422)
        everyone = list_creators(services.warehouse.current(), CreatorScope(all_creators=True))
        names = {creator.id: creator.name for creator in everyone}
        zone = ZoneInfo(params.tz or services.settings.time_zone)
        pagination = found.pagination
        context |= {
            "rows": [_row(entry, names, zone) for entry in found.entries],
            "total": pagination.total,
            "first": (pagination.page - 1) * pagination.limit + 1,
            "zone": zone.key,
            "newer": _page_link(given, pagination.page - 1) if pagination.page > 1 else None,
            "older": _page_link(given, pagination.page + 1) if pagination.has_more else None,
        }
        return templates.TemplateResponse(request, "access_log.html", context)

    return router


def _row(entry: AccessEntry, names: Mapping[str, str], zone: ZoneInfo) -> dict[str, str | None]:
    return {
        "at": moment(entry.at, zone),
        "account": entry.account,
        "role": entry.role,
        "action": ACTION_LABELS[entry.action],
        "creator": names.get(entry.creator_id, entry.creator_id) if entry.creator_id else "All creators",
        "creator_id": entry.creator_id,
        "session_id": entry.session_id,
    }


def _page_link(given: Mapping[str, str], page: int) -> str:
    return f"{ACCESS_LOG_PATH}?{urlencode({**given, 'page': page})}"
