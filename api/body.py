"""The body of a request: bounded in size and time, read before anything looks at it."""

import asyncio
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.parameters import inlined
from queries.filters import FilterError, filter_error

BODY_SECONDS = 10
Body = TypeVar("Body", bound="WireBody")


class WireBody(BaseModel):
    """JSON as it comes in. Anything unknown is refused. `tags` tell its unions apart, and are no part of a path."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    tags: ClassVar[frozenset[str]] = frozenset()


async def given_body(request: Request, model: type[Body], most_bytes: int) -> Body:
    """The request's body. Raises HTTPException if it is too large or too slow, and FilterError, which names the
    field by its path, such as events.0.data.session_id."""
    body: bytes = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most_bytes:
                    raise HTTPException(413, f"the request is larger than {most_bytes} bytes")
    except TimeoutError:
        raise HTTPException(408, "the request did not arrive in time") from None
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _field_error(error, model.tags) from None


def describe_body(model: type[WireBody]) -> dict[str, Any]:
    """What OpenAPI says of it, for `openapi_extra`."""
    schema = model.model_json_schema(by_alias=True)
    shape = inlined(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": shape}}}}


def _field_error(error: ValidationError, tags: frozenset[str]) -> FilterError:
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"] if part not in tags) or "body"
    if first["type"].startswith("union_tag"):
        return FilterError(f"{path}.name", f"must be one of {', '.join(sorted(tags))}")
    return filter_error({**first, "loc": (path,)})
