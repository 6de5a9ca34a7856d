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
from layouts.header import ROLE_LABELS
from layouts.ids import ACCESS_LOG_PATH, PAGE_PATH
from layouts.language import gettext as _
from layouts.language import marked
from layouts.words import ALL_CREATORS, FIELD_LABELS, moment, said
from queries.filters import FilterError
from queries.options import list_creators
from services import Services
from store.access_log import Action

ACTION_LABELS = {
    Action.WATCHED_RECORDING: marked("Watched a recording"),
    Action.SAW_CREATOR: marked("Saw sessions"),
    Action.EXPORTED: marked("Exported sessions"),
}
MOST_SUGGESTED = 500


def access_log_page(services: Services, templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(ACCESS_LOG_PATH)
    @router.get(f"{ACCESS_LOG_PATH}/")
    def show(request: Request) -> Response:
        given = {name: value for name, value in request.query_params.items() if value}
        zone = {"tz": given["tz"]} if "tz" in given else {}
        context: dict[str, Any] = {
            "given": given, "actions": ACTION_LABELS, "zone_given": zone, "page": PAGE_PATH, "log": ACCESS_LOG_PATH,
            "viewer": current_viewer(),
        }  # fmt: skip
        try:
            params = AccessParams.from_query(urlencode(given))
            found = list_access(services, current_viewer(), params)
        except ForbiddenError:
            return templates.TemplateResponse(request, "forbidden.html", status_code=403)
        except FilterError as error:
            field = _(FIELD_LABELS[error.field]) if error.field in FIELD_LABELS else error.field
            words = f"{field}: {said(error.message)}"
            return templates.TemplateResponse(request, "access_log.html", context | {"error": words}, 422)
        everyone = list_creators(services.warehouse.current(), CreatorScope(all_creators=True))
        names = {creator.id: creator.name for creator in everyone}
        shown_in = ZoneInfo(params.tz or services.settings.time_zone)
        pagination = found.pagination
        context |= {
            "rows": [_row(entry, names, shown_in) for entry in found.entries],
            "total": pagination.total,
            "first": (pagination.page - 1) * pagination.limit + 1,
            "zone": shown_in.key,
            "creators": everyone[:MOST_SUGGESTED],
            "beyond": pagination.total > 0 and not found.entries,
            "first_page": _page_link(given, 1),
            "newer": _page_link(given, pagination.page - 1) if pagination.page > 1 else None,
            "older": _page_link(given, pagination.page + 1) if pagination.has_more else None,
        }
        return templates.TemplateResponse(request, "access_log.html", context)

    return router


def _row(entry: AccessEntry, names: Mapping[str, str], zone: ZoneInfo) -> dict[str, str | None]:
    opened = entry.action is Action.SAW_CREATOR and entry.session_id
    return {
        "at": moment(entry.at, zone),
        "instant": entry.at.isoformat(timespec="seconds"),
        "account": entry.account,
        "name": entry.name,
        "role": _(ROLE_LABELS[entry.role]),
        "action": _("Opened a session") if opened else _(ACTION_LABELS[entry.action]),
        "creator": names.get(entry.creator_id, entry.creator_id) if entry.creator_id else _(ALL_CREATORS),
        "creator_id": entry.creator_id,
        "session_id": entry.session_id,
    }


def _page_link(given: Mapping[str, str], page: int) -> str:
    return f"{ACCESS_LOG_PATH}?{urlencode({**given, 'page': page})}"
