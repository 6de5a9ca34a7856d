"""POST /api/events: what happened on the page, told by the page itself."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Request
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from starlette.responses import Response

from api.answer import NO_STORE
from api.body import WireBody, describe_body, given_body
from api.sessions import ERRORS
from auth.viewer import current_viewer
from queries.filters import Flag, Status, WireMoment, filter_error
from queries.periods import RangePreset
from services import Services
from store.events import EventName

MOST_BYTES = 16_384
MOST_EVENTS = 20
WORDS = "student_q"  # what somebody looked for is nobody's business: only that they looked


def _id(value: str) -> str:
    if not value.isprintable() or not 1 <= len(value) <= 100 or " " in value:
        raise ValueError("must be an id: up to 100 characters, none of them white space")
    return value


Id = Annotated[str, AfterValidator(_id)]
Ids = Annotated[list[Id], Field(max_length=100)]
Rating = Annotated[int, Field(ge=1, le=5)]


class FilterState(WireBody):
    """The filters in force, by their names on the wire; those that are not set are not there."""

    course_id: Ids = Field([])
    st_id: Ids = Field([])
    student_id: Id | None = None
    student_q: Literal[True] | None = Field(None, description="That there is a search; never its words")
    status: list[Status] = Field([], max_length=20)
    rating_min: Rating | None = None
    rating_max: Rating | None = None
    rated: bool | None = None
    timed: bool | None = None
    flag: list[Flag] = Field([], max_length=20)
    from_: WireMoment = Field(None, alias="from")
    to: WireMoment = None
    range: RangePreset | None = None


FIELDS = tuple(field.alias or name for name, field in FilterState.model_fields.items())


class PageData(WireBody):
    session_count: int = Field(ge=0, le=10**12, description="Sessions that the filters leave")
    filter_state: FilterState


class SessionData(WireBody):
    session_id: Id


class FilterData(WireBody):
    """`value` is what the filter is set to, or null; of a search it is always null."""

    filter_type: Literal[FIELDS]  # type: ignore[valid-type]  # the names of FilterState
    value: str | int | bool | list[str] | None

    @field_validator("value")
    @classmethod
    def _is_a_value(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.data.get("filter_type")
        if value is None or name is None:
            return value
        if name == WORDS:
            raise ValueError(f"must be null where filter_type is {WORDS}")
        try:
            state = FilterState.model_validate({name: value})
        except ValidationError as error:
            raise ValueError(filter_error(error.errors()[0]).message) from None
        return state.model_dump(mode="json", by_alias=True)[name]


class PageView(WireBody):
    name: Literal[EventName.PAGE_VIEW]
    data: PageData


class SessionViewed(WireBody):
    name: Literal[EventName.SESSION_VIEWED]
    data: SessionData


class RecordingPlayed(WireBody):
    name: Literal[EventName.RECORDING_PLAYED]
    data: SessionData


class FilterApplied(WireBody):
    name: Literal[EventName.FILTER_APPLIED]
    data: FilterData


class EventsBody(WireBody):
    tags: ClassVar[frozenset[str]] = frozenset(EventName) - {EventName.REVIEW_DECIDED}

    events: list[Annotated[PageView | SessionViewed | RecordingPlayed | FilterApplied, Field(discriminator="name")]] = (
        Field(min_length=1, max_length=MOST_EVENTS)
    )

    def happened(self) -> list[tuple[EventName, dict[str, Any]]]:
        """Each event's name and its data, as JSON; a filter that was not given is not there."""
        return [
            (event.name, event.data.model_dump(mode="json", by_alias=True, exclude_unset=True)) for event in self.events
        ]


def events_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["events"], responses=ERRORS)

    @router.post("/events", status_code=202, response_model=dict[str, str], openapi_extra=describe_body(EventsBody))
    async def add_events(request: Request) -> Response:
        """Takes events of the page, to be kept and passed on when there is time; nobody waits for that."""
        body = await given_body(request, EventsBody, MOST_BYTES)
        services.events.record(current_viewer(), services.now(), body.happened())
        return Response(b"{}", 202, NO_STORE, "application/json")

    return router
