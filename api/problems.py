"""Errors as RFC 9457 problem documents; each names the field it is about."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from auth.viewer import ForbiddenError, NotSignedInError
from downloads.folder import BusyError, TooManyDownloadsError
from downloads.process import WriterError
from queries.filters import FilterError, filter_error
from queries.review_models import ConflictItem
from queries.sessions import NotFoundError
from recordings.links import RecordingUnavailable, UnavailableReason
from services.feeds import TooManyFeedsError
from services.reviews.deciding import ConflictError
from services.reviews.pace import TooOftenError
from services.views import ViewConflictError
from warehouse.refresh import NoSnapshotError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timed out",
    409: "Conflict",
    413: "Request too large",
    422: "Invalid parameter",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available now",
}


class Problem(BaseModel):
    """RFC 9457 problem document. `field` is the parameter that is wrong, where one is."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None


class Conflict(Problem):
    """`current` tells who was first, and how the session stands now."""

    current: ConflictItem | None = None


def problem(status: int, detail: str, field: str | None = None) -> Response:
    return _document(Problem(title=TITLES.get(status, "Error"), status=status, detail=detail, field=field))


def _document(body: Problem) -> Response:
    shown = {name: value for name, value in body.model_dump(mode="json").items() if value is not None}
    return JSONResponse(shown, body.status, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _from_validation(error: RequestValidationError) -> Response:
    first = error.errors()[0]
    found = filter_error({**first, "loc": first["loc"][1:]})  # FastAPI puts query or path before the field
    return problem(422, str(found), found.field)


def _from_recording(error: RecordingUnavailable) -> Response:
    missing = (UnavailableReason.NO_RECORDING, UnavailableReason.MISSING_OBJECT)
    return problem(404 if error.reason in missing else 503, "Recording not available")


def add_handlers(app: FastAPI) -> None:
    """Turn each domain error into its document; anything unforeseen is a 500 that tells nothing."""

    @app.exception_handler(FilterError)
    async def _(request: Request, error: FilterError) -> Response:
        return problem(422, str(error), error.field)

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        return _from_validation(error)

    @app.exception_handler(NotFoundError)
    async def _(request: Request, error: NotFoundError) -> Response:
        return problem(404, str(error), error.field)

    @app.exception_handler(ForbiddenError)
    async def _(request: Request, error: ForbiddenError) -> Response:
        return problem(403, str(error))

    @app.exception_handler(TooManyFeedsError)
    async def _(request: Request, error: TooManyFeedsError) -> Response:
        return problem(409, str(error))

    @app.exception_handler(ViewConflictError)
    async def _(request: Request, error: ViewConflictError) -> Response:
        return problem(409, str(error))

    @app.exception_handler(TooOftenError)
    async def _(request: Request, error: TooOftenError) -> Response:
        return problem(429, str(error))

    @app.exception_handler(TooManyDownloadsError)
    async def _(request: Request, error: TooManyDownloadsError) -> Response:
        return problem(429, str(error))

    @app.exception_handler(BusyError)
    async def _(request: Request, error: BusyError) -> Response:
        return problem(429, "as many exports are being written as may be at once: ask again in a minute")

    @app.exception_handler(WriterError)
    async def _(request: Request, error: WriterError) -> Response:
        return problem(503, "the file could not be written; the log says why")

    @app.exception_handler(ConflictError)
    async def _(request: Request, error: ConflictError) -> Response:
        body = Conflict(title=TITLES[409], status=409, detail=str(error), field="version", current=error.conflict)
        return _document(body)

    @app.exception_handler(NotSignedInError)
    async def _(request: Request, error: NotSignedInError) -> Response:
        return problem(401, "sign in first")

    @app.exception_handler(NoSnapshotError)
    async def _(request: Request, error: NoSnapshotError) -> Response:
        return problem(503, "the data is still being prepared")

    @app.exception_handler(RecordingUnavailable)
    async def _(request: Request, error: RecordingUnavailable) -> Response:
        return _from_recording(error)

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        answer = problem(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def _(request: Request, error: Exception) -> Response:
        return problem(500, "the server failed to answer; the log says why")
