"""/api/reviews: the queue, and decisions about several sessions; /api/sessions/{id}/review: one session's."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BeforeValidator, Field, field_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.answer import NO_STORE, answer
from api.body import WireBody, describe_body, given_body
from api.parameters import NoParams, describe, given
from api.problems import Conflict
from api.sessions import ERRORS
from auth.viewer import Viewer, current_viewer
from queries.filters import WireText
from queries.review_models import Decided, Outcome, Review, ReviewAction, Reviewer, ReviewPage
from queries.reviews import MAX_REVIEWS, QueueParams
from services import Services
from services.reviews.deciding import Seen, Wish, decide, decide_one
from services.reviews.reading import get_review, list_queue, list_reviewers

MOST_NOTE = 2_000
MOST_BYTES = 512 * 1024  # a thousand items, and a note
Id = Annotated[WireText, Field(min_length=1, max_length=200)]


def _stripped(value: Any) -> Any:
    """A note without any sign that can be seen is none."""
    if not isinstance(value, str):
        return value
    is_seen = any(sign.isprintable() and not sign.isspace() for sign in value)
    return value.strip() if is_seen else None


class WishBody(WireBody):
    """What to do. `version` and `evidence` are those of the session as it was looked at."""

    action: ReviewAction
    outcome: Outcome | None = None
    note: Annotated[WireText | None, BeforeValidator(_stripped)] = Field(None, max_length=MOST_NOTE)
    assignee: Id | None = Field(None, description="Of assign: an account, `me`, or null for nobody")
    request: UUID | None = Field(None, description="Made anew for each wish: sent twice, it is done once")

    def wish(self) -> Wish:
        request = str(self.request) if self.request else None
        return Wish(self.action, self.outcome, self.note, self.assignee, request)


class DecisionBody(WishBody):
    version: int = Field(ge=0, le=10**9, strict=True)
    evidence: Id | None = None


class ItemBody(WireBody):
    session_id: Id
    version: int = Field(ge=0, le=10**9, strict=True)
    evidence: Id | None = None


class BatchBody(WishBody):
    items: list[ItemBody] = Field(min_length=1, max_length=MAX_REVIEWS)

    @field_validator("items")
    @classmethod
    def _are_different(cls, items: list[ItemBody]) -> list[ItemBody]:
        if len({item.session_id for item in items}) < len(items):
            raise ValueError("a session must not be there twice")
        return items

    def seen(self) -> list[Seen]:
        return [Seen(item.session_id, item.version, item.evidence) for item in self.items]


def reviews_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["reviews"], responses=ERRORS)

    @router.get("/reviews", response_model=ReviewPage, openapi_extra=describe(QueueParams))
    def list_reviews(request: Request) -> Response:
        """Sessions that need review, or were reviewed, the most urgent first, with counts by reason and by state."""
        return answer(list_queue(services, current_viewer(), given(request, QueueParams)), headers=NO_STORE)

    @router.post("/reviews", response_model=Decided, openapi_extra=describe_body(BatchBody))
    async def decide_reviews(request: Request) -> Response:
        """One decision about up to 1,000 sessions; those that somebody else was first with are left, and named."""
        given(request, NoParams)
        viewer = current_viewer()
        body = await given_body(request, BatchBody, MOST_BYTES)
        decided = await run_in_threadpool(decide, services, viewer, body.wish(), body.seen())
        return answer(decided, headers=NO_STORE)

    @router.get("/reviews/reviewers", response_model=list[Reviewer])
    def list_those_who_review(request: Request) -> Response:
        """To whom operations may give a review: those of them who were here lately."""
        given(request, NoParams)
        return answer(list_reviewers(services, current_viewer()), list[Reviewer], headers=NO_STORE)

    @router.get("/sessions/{session_id:path}/review", response_model=Review)
    def get_session_review(session_id: str, request: Request) -> Response:
        """How one session stands, its whole history, and what the viewer may do about it."""
        given(request, NoParams)
        return answer(get_review(services, current_viewer(), session_id), headers=NO_STORE)

    @router.post(
        "/sessions/{session_id:path}/review",
        response_model=Review,
        responses={409: {"model": Conflict, "content": {"application/problem+json": {}}}},
        openapi_extra=describe_body(DecisionBody),
    )
    async def decide_session(session_id: str, request: Request) -> Response:
        """A decision about one session, made of the version that was looked at; 409 where somebody else was first."""
        given(request, NoParams)
        viewer = current_viewer()
        body = await given_body(request, DecisionBody, MOST_BYTES)
        seen = Seen(session_id, body.version, body.evidence)
        return answer(await run_in_threadpool(_decide_one, services, viewer, body, seen), headers=NO_STORE)

    return router


def _decide_one(services: Services, viewer: Viewer, body: DecisionBody, seen: Seen) -> Review:
    return decide_one(services, viewer, body.wish(), seen)
