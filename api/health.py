"""GET /api/health: whether a snapshot serves, how old it is, and what is wrong with a newer export or the store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from api.answer import NO_STORE, answer
from services import Services
from services.events import EventCounts, SentCounts
from warehouse.refresh import NoSnapshotError


@dataclass(frozen=True, slots=True)
class Health:
    """`status` is ok, degraded (serving, but `problems` says what is not as it should be), starting or failed (nothing
    serves). Events that are dropped are counted, and make nothing worse; `decisions` counts those told the platform."""

    status: str
    data_as_of: datetime | None
    sessions: int | None
    problems: list[str]
    events: EventCounts
    decisions: SentCounts


def health_router(services: Services, sign_in_problem: Callable[[], str | None]) -> APIRouter:
    """`sign_in_problem` says what is wrong with the identity provider, as far as is known."""
    router = APIRouter(prefix="/api", tags=["health"])

    @router.get("/health", response_model=Health, responses={503: {"model": Health}})
    def get_health() -> Response:
        refused = [problem.summary() for problem in services.warehouse.problems]
        told = services.events.counts(), services.decisions.counts()
        problems = refused + [found for found in (services.store.problem(), sign_in_problem()) if found]
        try:
            info = services.warehouse.current().info
        except NoSnapshotError:
            response = answer(
                Health("failed" if refused else "starting", None, None, problems, *told), headers=NO_STORE
            )
            response.status_code = 503
            return response
        status = "degraded" if problems else "ok"
        return answer(Health(status, info.data_as_of, info.sessions, problems, *told), headers=NO_STORE)

    return router
