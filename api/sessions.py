"""GET /api/creators/{creator}/…: sessions, figures and what can be chosen."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from api.answer import NO_STORE, UNCHANGED, answer, fresh_answer
from api.parameters import NoParams, describe, given
from api.problems import Problem
from auth.viewer import current_viewer
from queries import options, sessions, stats, upcoming
from queries.compare import CompareParams, compare
from queries.compare_models import Comparison
from queries.filters import FilterParams
from queries.models import (
    CourseOption,
    PersonOption,
    SessionDetail,
    SessionPage,
    SessionsOverTime,
    SessionStats,
    UpcomingOverview,
    UpcomingPage,
)
from queries.options import StudentParams
from queries.sessions import ListParams, NotFoundError
from queries.upcoming import UpcomingParams
from services import Services
from services.comparing import compared

Creator = Annotated[str, Path(description="`me`; for staff `all` or a creator's id")]
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}} for status in (401, 403, 404, 422, 503)
}


def sessions_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/creators/{creator}", tags=["sessions"], responses=ERRORS)

    @router.get("/sessions", response_model=SessionPage, openapi_extra=describe(ListParams), responses=UNCHANGED)
    def list_sessions(creator: Creator, request: Request) -> Response:
        """Sessions of the creator's courses, filtered, sorted, a page at a time."""
        params = given(request, ListParams)
        asked = services.question(current_viewer(), creator, params)
        page = sessions.list_sessions(
            asked.snapshot, asked.scope, asked.filters, sort=params.sort, page=params.page, limit=params.limit
        )
        return fresh_answer(request, page)

    @router.get(
        "/sessions/upcoming", response_model=UpcomingPage, openapi_extra=describe(UpcomingParams), responses=UNCHANGED
    )
    def list_upcoming(creator: Creator, request: Request) -> Response:
        """Scheduled sessions that are still to end, the next one first, each with whether its ST is booked twice."""
        params = given(request, UpcomingParams)
        asked = services.question(current_viewer(), creator, params)
        page = upcoming.list_upcoming(
            asked.snapshot, asked.scope, asked.filters,
            now=asked.clock.now, sort=params.sort, page=params.page, limit=params.limit,
        )  # fmt: skip
        return fresh_answer(request, page)

    @router.get(
        "/sessions/upcoming/overview",
        response_model=UpcomingOverview,
        openapi_extra=describe(FilterParams),
        responses=UNCHANGED,
    )
    def get_upcoming_overview(creator: Creator, request: Request) -> Response:
        """Coming sessions by day, Student-Teachers who are booked twice, and those who have nothing booked."""
        params = given(request, FilterParams)
        asked = services.question(current_viewer(), creator, params)
        return fresh_answer(request, upcoming.get_overview(asked.snapshot, asked.scope, asked.filters, asked.clock))

    @router.get(
        "/sessions/stats", response_model=SessionStats, openapi_extra=describe(FilterParams), responses=UNCHANGED
    )
    def get_stats(creator: Creator, request: Request) -> Response:
        """Figures of the filtered sessions, by Student-Teacher, and against the period before."""
        params = given(request, FilterParams)
        asked = services.question(current_viewer(), creator, params)
        return fresh_answer(request, stats.get_stats(asked.snapshot, asked.scope, asked.filters, asked.clock))

    @router.get(
        "/sessions/over-time",
        response_model=SessionsOverTime,
        openapi_extra=describe(FilterParams),
        responses=UNCHANGED,
    )
    def list_over_time(creator: Creator, request: Request) -> Response:
        """The same figures by day, week or month, by the span of the range."""
        params = given(request, FilterParams)
        asked = services.question(current_viewer(), creator, params)
        return fresh_answer(request, stats.list_over_time(asked.snapshot, asked.scope, asked.filters, asked.clock))

    @router.get(
        "/sessions/compare", response_model=Comparison, openapi_extra=describe(CompareParams), responses=UNCHANGED
    )
    def compare_sessions(creator: Creator, request: Request) -> Response:
        """Two ranges, courses or Student-Teachers side by side, each difference with its 95% interval."""
        params = given(request, CompareParams)
        a, b = compared(services, current_viewer(), creator, params)
        return fresh_answer(request, compare(a.snapshot, a.scope, (a.filters, b.filters)))

    @router.get("/sessions/{session_id:path}", response_model=SessionDetail)
    def get_session(creator: Creator, session_id: str, request: Request) -> Response:
        """One session in full; `recording_url` is signed, valid for an hour, and null where there is none."""
        return _session(services, creator, session_id, request)

    @router.get("/courses", response_model=list[CourseOption], responses=UNCHANGED)
    def list_courses(creator: Creator, request: Request) -> Response:
        """Courses to filter by, with their number of sessions of all time."""
        given(request, NoParams)
        scope = services.scope(current_viewer(), creator)
        return fresh_answer(request, options.list_courses(services.warehouse.current(), scope), list[CourseOption])

    @router.get("/student-teachers", response_model=list[PersonOption], responses=UNCHANGED)
    def list_student_teachers(creator: Creator, request: Request) -> Response:
        """Student-Teachers to filter by, with their number of sessions of all time."""
        given(request, NoParams)
        scope = services.scope(current_viewer(), creator)
        found = options.list_student_teachers(services.warehouse.current(), scope)
        return fresh_answer(request, found, list[PersonOption])

    @router.get(
        "/students", response_model=list[PersonOption], openapi_extra=describe(StudentParams), responses=UNCHANGED
    )
    def list_students(creator: Creator, request: Request) -> Response:
        """Students whose name holds `q`, case and accents ignored, those with most sessions first."""
        params = given(request, StudentParams)
        scope = services.scope(current_viewer(), creator)
        found = options.list_students(services.warehouse.current(), scope, params.q, params.limit)
        return fresh_answer(request, found, list[PersonOption])

    return router


def _session(services: Services, creator: str, session_id: str, request: Request) -> Response:
    """Ids may hold slashes, so other routes' paths come here by a slash at their end: they are led on without it."""
    path = request.scope["raw_path"].decode("latin-1")  # bytes as they came
    is_slash = path.endswith("/")
    if not is_slash:
        given(request, NoParams)
    viewer = current_viewer()
    asked = services.question(viewer, creator, FilterParams())
    try:
        found = services.session(viewer, asked, session_id)
    except NotFoundError:
        if is_slash:
            return RedirectResponse(f"{path.rstrip('/')}?{request.url.query}".removesuffix("?"))
        raise
    link = services.unconfirmed_recording(viewer, found)
    return answer(replace(found.detail, recording_url=link.url if link else None), headers=NO_STORE)
